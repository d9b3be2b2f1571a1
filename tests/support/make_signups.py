"""Makers of applications and sign-ups; person `n` is always the same invented person."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.core.secrets import Keys
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import slot_by_id
from kyodo_match.signups import queries, services
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import (
    AgeGroup,
    Application,
    Companion,
    Receipt,
    Residency,
    SignupStatus,
)
from kyodo_match.web import responses
from tests.support.clock import START

T = TypeVar("T")
_KANA = "あいうえおかきくけこ"


def kana_of(number: int) -> str:
    """A ふりがな of its own for each number."""
    return "みほん " + "".join(_KANA[int(digit)] for digit in str(number))


def make_application(n: int = 1, party: int = 1, **over: Any) -> Application:
    """Person `n` with e-mail and phone, and `party - 1` companions; keywords are fields."""
    values: dict[str, Any] = {
        "name": f"見本 {n}",
        "kana": kana_of(n),
        "age_group": AgeGroup.FROM_40_TO_64,
        "residency": Residency.RESIDENT,
        "privacy_version": "2026-04",
        "email": f"mihon{n}@example.jp",
        "phone": f"090-0000-{n:04}",
        "companions": tuple(
            Companion(f"見本 {n} 同行{place}", f"どうこう {kana_of(place)}", AgeGroup.ELEMENTARY)
            for place in range(1, party)
        ),
        **over,
    }
    return Application(**values)


def keys() -> Keys:
    """The keys of the installation under test."""
    return responses.settings().keys


def sign_up(
    slot: Slot, n: int = 1, party: int = 1, *, now: datetime = START, **over: Any
) -> Receipt:
    """Person `n` applies for a slot on the web; keywords are fields of the application."""
    application = make_application(n, party, **over)
    return services.sign_up(slot_id=slot.public_id, application=application, keys=keys(), now=now)


def signup_now(receipt: Receipt) -> Signup:
    """The sign-up as the database holds it now."""
    db.session().expire_all()
    signup = queries.signup_by_id(db.session(), receipt.signup_id)
    assert signup is not None
    return signup


def status_of(receipt: Receipt) -> SignupStatus:
    return signup_now(receipt).status


def slot_now(slot: Slot) -> Slot:
    """The slot as the database holds it now."""
    db.session().expire_all()
    found = slot_by_id(db.session(), slot.public_id)
    assert found is not None
    return found


def letters_to(receipt: Receipt) -> list[OutboxMessage]:
    """The letters about a sign-up, the oldest first."""
    return list(
        db.session().scalars(
            sa.select(OutboxMessage)
            .where(OutboxMessage.signup_id == receipt.signup_id)
            .order_by(OutboxMessage.id)
        )
    )


def calls_to(receipt: Receipt) -> list[PhoneCall]:
    """The calls about a sign-up, the oldest first, as they are now."""
    db.session().expire_all()
    return list(
        db.session().scalars(
            sa.select(PhoneCall)
            .where(PhoneCall.signup_id == receipt.signup_id)
            .order_by(PhoneCall.id)
        )
    )


def kinds_to(receipt: Receipt) -> list[str]:
    """What the applicant was told by mail, in order."""
    return [letter.kind for letter in letters_to(receipt)]


def at_once(app: Flask, act: Callable[[int], T], how_many: int) -> list[T]:
    """Let that many people act at the same time, each with a connection of their own."""

    def one(n: int) -> T:
        with app.app_context():
            return act(n)

    with ThreadPoolExecutor(max_workers=how_many) as pool:
        return list(pool.map(one, range(how_many)))


def leave(receipt: Receipt, *, now: datetime = START) -> None:
    """A citizen gives the place back."""
    services.cancel(signup_id=receipt.signup_id, now=now, actor="citizen")
