"""Imports that meet: several days of two files are locked in one order, and nobody is lost."""

import pytest
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import services
from kyodo_match.signups.errors import LinesRefused, SlotUnknown
from kyodo_match.signups.forms.files import Party
from kyodo_match.signups.queries import places_taken
from kyodo_match.signups.rules import SignupStatus
from kyodo_match.signups.services import Imported
from tests.support.clock import START
from tests.support.make_opportunities import make_slot
from tests.support.make_signups import at_once, keys, make_application, sign_up, slot_now

ACTOR = "cli:test"


def take(parties: list[Party]) -> list[Imported]:
    return services.import_signups(parties=parties, keys=keys(), now=START, actor=ACTOR)


def test_two_files_for_the_same_days_wait_for_each_other(app: Flask) -> None:
    slots = [make_slot(capacity=4), make_slot(capacity=4)]

    def file(n: int) -> list[Party]:
        """Five people for each day; the second file names the days the other way round."""
        return [
            Party((line,), slot.public_id, make_application(100 * n + line))
            for line, slot in enumerate((slots if n % 2 else slots[::-1]) * 5, start=2)
        ]

    done = at_once(app, lambda n: take(file(n)), 4)

    statuses = [imported.status for each in done for imported in each]
    assert (len(statuses), statuses.count(SignupStatus.CONFIRMED)) == (40, 8)
    assert len({imported.receipt_number for each in done for imported in each}) == 40
    for slot in slots:
        assert slot_now(slot).places_taken == places_taken(db.session(), slot) == 4
        assert slot_now(slot).places_waiting == 16


def test_a_file_that_is_refused_uses_no_number_and_no_place(app: Flask) -> None:
    slot: Slot = make_slot(capacity=4)
    parties = [
        Party((2,), slot.public_id, make_application(1)),
        Party((3,), "0123456789ab", make_application(2)),
    ]

    with pytest.raises(LinesRefused) as refusal:
        take(parties)

    assert [(line, type(error)) for line, error in refusal.value.refused] == [(3, SlotUnknown)]
    assert slot_now(slot).places_taken == 0
    assert sign_up(slot, 1).number == "R8-00001"
