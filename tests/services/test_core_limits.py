"""Limits where many come at once: none is passed, and nobody waits for a whole city hall."""

import time
from contextlib import suppress
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.core import limits
from kyodo_match.core.db import db, take_turns, use_case
from kyodo_match.core.limits import RESEND_LINK, SIGN_UP_ADDRESS, Attempt, Limit, TooOften
from kyodo_match.matching.services import volunteers
from tests.support.make_signups import at_once, keys
from tests.support.make_volunteers import letters_to_volunteers, make_volunteer

_LOOKING = 0.05  # seconds from the look at a limit to the commit


@use_case
def _try(session: Session, *, limit: Limit, now: datetime) -> None:
    limits.check_all(session, [(limit, "subject")], now=now)
    time.sleep(_LOOKING)  # so that the others look meanwhile, if nothing holds them
    limits.count_all(session, [(limit, "subject")], now=now)


def _tried(app: Flask, limit: Limit, now: datetime) -> list[bool]:
    def act(_n: int) -> bool:
        try:
            _try(limit=limit, now=now)
        except TooOften:
            return False
        return True

    return at_once(app, act, 6)


def test_many_at_once_do_not_pass_a_limit(app: Flask, now: datetime) -> None:
    went_through = _tried(app, RESEND_LINK, now)

    assert sum(went_through) == RESEND_LINK.times


def test_a_link_asked_for_by_many_at_once_is_mailed_three_times(app: Flask, now: datetime) -> None:
    volunteer = make_volunteer(1)
    before = len(letters_to_volunteers())

    def ask(_n: int) -> None:
        with suppress(TooOften):
            volunteers.resend_link(email=volunteer.email, keys=keys(), now=now)

    at_once(app, ask, 8)

    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Attempt.id))) == 3
    # The moment is frozen, so that one letter stands for all three.
    assert len(letters_to_volunteers()) == before + 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_people_of_one_address_do_not_wait_for_each_other(app: Flask, now: datetime) -> None:
    begun = time.monotonic()
    _tried(app, SIGN_UP_ADDRESS, now)
    together = time.monotonic() - begun

    assert together < _LOOKING * 4


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_turns_are_taken_in_one_order_whatever_the_order_of_the_words(
    app: Flask, now: datetime
) -> None:
    words = ["one", "two", "three"]

    @use_case
    def take(session: Session, *, backwards: bool) -> bool:
        take_turns(session, reversed(words) if backwards else words)
        time.sleep(0.01)  # so that the other one reaches for its first word
        return True

    assert all(at_once(app, lambda n: take(backwards=bool(n % 2)), 6))
