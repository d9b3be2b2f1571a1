"""The migrations make what the models say, and can be taken back."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from kyodo_match import paths
from kyodo_match.core import migrating, schema
from kyodo_match.core.db import db
from kyodo_match.opportunities.models import SearchGram
from tests.support import databases
from tests.support.make_opportunities import make_group, make_opportunity
from tests.support.make_people import make_member
from tests.support.repository import python_files, tree_of

VERSIONS = python_files("migrations/versions")


def test_the_models_ask_for_nothing_that_the_migrations_have_not_made(app: Flask) -> None:
    assert migrating.difference() is None


def test_what_only_sqlite_is_told_of_an_index_or_a_table_is_as_the_models_say(
    tmp_path: Path,
) -> None:
    with databases.fresh_database("sqlite", tmp_path) as url:
        migrated = _told(sa.create_engine(url))
    from_models = sa.create_engine("sqlite://")
    db.metadata.create_all(from_models)

    asked = _told(from_models)

    assert "search_gram" in asked
    assert any("WHERE" in one for one in asked)
    assert migrated == asked


def _told(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT type, name, sql FROM sqlite_master")).all()
    engine.dispose()
    rowless = {row.name for row in found if row.sql and "WITHOUT ROWID" in row.sql}
    return rowless | {
        " ".join(row.sql.split()) for row in found if row.sql and row.type == "index"
    }


def test_the_newest_revision_is_the_one_that_alembic_finds() -> None:
    assert schema.head() == ScriptDirectory(str(paths.MIGRATIONS)).get_current_head()


def test_the_migrations_go_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()

    migrating.downgrade("base")
    left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    migrating.upgrade()

    assert left == set()
    assert migrating.difference() is None


def test_what_is_there_before_the_second_migration_is_there_after_it(app: Flask) -> None:
    make_member(make_group())
    db.session.remove()
    migrating.downgrade("0001")

    migrating.upgrade()

    member = db.session.execute(sa.text("SELECT wants_digest FROM group_member")).one()
    assert bool(member.wants_digest)


def test_texts_that_are_there_before_the_third_migration_are_indexed_by_it(app: Flask) -> None:
    make_opportunity(title="落ち葉かき", description="𠮷田さんと\n里山へ")
    make_opportunity(title="花")
    held = sa.select(SearchGram.gram, SearchGram.opportunity_id)
    before = set(db.session.execute(held).all())
    db.session.remove()
    migrating.downgrade("0002")

    migrating.upgrade()

    assert before
    assert set(db.session.execute(held).all()) == before


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_is_dated_says_what_it_does_and_imports_nothing_of_ours(path: Path) -> None:
    tree = tree_of(path)
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert path.stem[:8].isdigit()
    assert ast.get_docstring(tree)
    assert not {name for name in imported if name.startswith("kyodo_match")}
