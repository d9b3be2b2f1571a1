"""One use case, one transaction: also where it is overtaken and begins again."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.core.db import db, use_case
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
