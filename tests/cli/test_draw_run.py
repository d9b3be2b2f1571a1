"""`kyodo-match draw run`, and a draw that comes to the same in another database."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kyodo_match.core.db import Base, db, use_case
from kyodo_match.matching.queries.draws import record_of
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.services import holding
from tests.cli.conftest import Run
from tests.support import databases
from tests.support.clock import FrozenClock
from tests.support.make_entries import ENTROPY, FROZEN_AT, apply, freeze
from tests.support.make_rounds import make_days, make_round, round_now


def contested() -> str:
    days = make_days(2, capacity=2)
    one = make_round(days)
    for n in range(1, 7):
        apply(one, n, days, party=1 + n % 2)
    freeze(one)
    return one.public_id


@pytest.mark.usefixtures("app")
def test_it_draws_once_says_what_came_and_refuses_another_throw(
    run: Run, frozen_clock: FrozenClock
) -> None:
    frozen_clock.moment = FROZEN_AT
    round_id = contested()

    tried = run("draw", "run", round_id, "--entropy", ENTROPY, "--dry-run")
    drawn = run("draw", "run", round_id, "--entropy", ENTROPY)
    again = run("draw", "run", round_id, "--entropy", ENTROPY)
    other = run("draw", "run", round_id, "--entropy", "6-6-6")
    nobody = run("draw", "run", "0" * 12, "--entropy", ENTROPY)

    assert (tried.exit_code, drawn.exit_code, again.exit_code) == (0, 0, 0)
    assert tried.stdout == drawn.stdout == again.stdout
    assert len(drawn.stdout.splitlines()) == 6
    assert (other.exit_code, nobody.exit_code) == (1, 1)
    assert "やり直しはできません" in other.stderr
    assert drawing.verify(record_of(round_now(round_id))) == ()


@pytest.mark.usefixtures("app")
def test_a_throw_that_could_have_been_tried_out_is_not_drawn_with(
    run: Run, frozen_clock: FrozenClock
) -> None:
    frozen_clock.moment = FROZEN_AT
    round_id = contested()

    tried = run("draw", "run", round_id, "--entropy", "6-6-6", "--dry-run")
    drawn = run("draw", "run", round_id, "--entropy", "6-6-6")

    assert (tried.exit_code, drawn.exit_code) == (1, 1)
    assert "10回以上の目" in drawn.stderr
    assert round_now(round_id).drawn_at is None


@pytest.mark.usefixtures("app")
def test_a_draw_comes_to_the_same_in_another_database(
    run: Run, tmp_path: Path, frozen_clock: FrozenClock
) -> None:
    frozen_clock.moment = FROZEN_AT
    round_id = contested()
    kept = {
        table: [dict(row) for row in db.session().execute(_written(table)).mappings()]
        for table in Base.metadata.sorted_tables
    }
    drawn = run("draw", "run", round_id, "--entropy", ENTROPY)
    there = record_of(round_now(round_id))
    databases.close_connections()
    (tmp_path / "other").mkdir()

    with databases.fresh_database("sqlite", tmp_path / "other") as url:
        elsewhere = databases.new_app(databases.settings_for(url, tmp_path / "other"))
        with elsewhere.app_context():
            _restore(kept)
            held = _hold_elsewhere(round_id)
            here = record_of(round_now(round_id))
            databases.close_connections()

    assert held == drawn.stdout.splitlines()
    assert here == there


def _written(table: sa.Table) -> sa.Select[Any]:
    """What is written in a table, without what the database computes from it."""
    return sa.select(*(column for column in table.columns if column.computed is None))


@use_case
def _restore(session: sa.orm.Session, /, kept: dict[sa.Table, list[dict[str, object]]]) -> None:
    for table, rows in kept.items():
        if rows:
            session.execute(sa.insert(table), rows)


def _hold_elsewhere(round_id: str) -> list[str]:
    held = holding.hold_draw(
        round_id=round_id,
        entropy=ENTROPY,
        source="10面のさいころを20回振ります。",
        actor="cli:test",
        now=FROZEN_AT,
    )
    return [
        f"{position},{result.entry},{result.draw_class},{result.slot or ''}"
        for position, result in enumerate(held.results, start=1)
    ]
