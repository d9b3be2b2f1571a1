"""One use case, one transaction: also where it is overtaken and begins again."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.core.db import db, load_with_the_first_use_case, use_case
from kyodo_match.core.errors import Overtaken
from kyodo_match.core.limits import RESEND_LINK, Attempt, count


@use_case
def _count_once(session: Session, *, fates: Iterator[bool], now: datetime) -> str:
    count(session, RESEND_LINK, "subject", now=now)
    session.flush()
    if next(fates):
        raise Overtaken
    return "done"


def _counted() -> int:
    db.session.rollback()
    return db.session.query(Attempt).count()


@pytest.mark.parametrize("times", [0, 1, 4])
def test_what_was_overtaken_begins_again_and_is_written_once(
    app: Flask, now: datetime, times: int
) -> None:
    fates = iter([True] * times + [False])

    said = _count_once(fates=fates, now=now)

    assert said == "done"
    assert _counted() == 1


def test_what_is_overtaken_again_and_again_is_given_up_with_nothing_written(
    app: Flask, now: datetime
) -> None:
    fates = iter([True] * 9)

    with pytest.raises(Overtaken):
        _count_once(fates=fates, now=now)

    assert len(list(fates)) == 4
    assert _counted() == 0


@use_case
def _what_is_there(_session: Session, *, modules: tuple[str, ...]) -> list[bool]:
    return [hasattr(sys.modules.get(name), "is_whole") for name in modules]


def test_no_thread_begins_before_everything_is_loaded_that_listens(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = ("listens_to_one_thing", "listens_to_another")
    for name in modules:
        text = "import time\ntime.sleep(0.1)  # as large modules take\nis_whole = True\n"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("kyodo_match.core.db._late", [])
    load_with_the_first_use_case(*modules)

    def first_of_a_thread(_n: int) -> list[bool]:
        with app.app_context():
            return _what_is_there(modules=modules)

    with ThreadPoolExecutor(4) as threads:
        seen = list(threads.map(first_of_a_thread, range(4)))

    assert seen == [[True, True]] * 4
