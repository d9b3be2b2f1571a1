"""Hours that nobody wrote down: the group reads of them on its desk, and in one mail."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from kyodo_match.core.clock import midnight, tokyo_date
from kyodo_match.core.db import db
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.pages.queries import group_desk
from kyodo_match.participation import jobs, services
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups import jobs as signup_jobs
from kyodo_match.signups import services as signups
from tests.support.clock import FrozenClock
from tests.support.databases import look_again
from tests.support.make_days import ACTOR, mark, people_of
from tests.support.make_hours import make_need, make_standing_need, record_own
from tests.support.make_opportunities import make_group, make_slot
from tests.support.make_people import make_member
from tests.support.make_signups import letters_to, sign_up

pytestmark = pytest.mark.usefixtures("app")


def requests() -> list[OutboxMessage]:
    look_again()
    found = sa.select(OutboxMessage).where(OutboxMessage.kind == "hours_request")
    return list(db.session().scalars(found.order_by(OutboxMessage.id)))


def test_a_group_is_asked_once_for_the_hours_of_those_who_came(frozen_clock: FrozenClock) -> None:
    group = make_group(name="花の会")
    member = make_member(group, MemberRole.EDITOR)
    make_member(group, MemberRole.RECEPTION)
    slot, nobody_came = make_need(group), make_need(group)
    written = sign_up(slot, 1)
    sign_up(slot, 2)
    sign_up(nobody_came, 3)
    frozen_clock.move_to(slot.ends_at)
    for person in people_of(slot):
        mark(slot, person, Attendance.ATTENDED, slot.ends_at)
    record_own(written, slot.ends_at, 60)
    second_day_after = midnight(tokyo_date(slot.ends_at) + timedelta(days=2))

    def asked(**after: float) -> int:
        return jobs.remind_of_hours(now=second_day_after + timedelta(**after))

    letters = [asked(hours=-1), asked(hours=8, minutes=59), asked(hours=9), asked(days=1, hours=9)]

    assert letters == [0, 0, 1, 0]
    (letter,) = requests()
    assert letter.recipient == member.email
    assert "活動時間の記録がない方 1人" in letter.body
    assert letter.body.count("■") == 1
    assert f"/group/slots/{slot.public_id}/hours" in letter.body
    assert "見本" not in letter.body


def test_a_desk_shows_what_can_still_be_written_down(frozen_clock: FrozenClock) -> None:
    group = make_group()
    member = make_member(group, MemberRole.EDITOR)
    slot, standing, quiet = make_need(group), make_standing_need(group), make_standing_need(group)
    sign_up(slot, 1)
    sign_up(quiet, 3)
    active = sign_up(standing, 2)

    def lines(now: datetime) -> list[tuple[str, int]]:
        look_again()
        (part,) = group_desk(db.session(), member.id, member.public_id, now=now)
        return [(one.slot_id, one.people) for one in part.unrecorded]

    before = lines(frozen_clock.moment)
    now = frozen_clock.move_to(slot.ends_at)
    mark(slot, people_of(slot)[0], Attendance.ATTENDED, now)
    record_own(active, now, 60)
    came = lines(now)
    frozen_clock.move(days=15)
    later = lines(frozen_clock.moment)
    day = {people_of(slot)[0].public_id: 60}
    services.record_day(
        slot_id=slot.public_id,
        day=tokyo_date(slot.starts_at),
        minutes=day,
        approves=True,
        office=False,
        now=frozen_clock.moment,
        actor=ACTOR,
    )

    assert (before, came) == ([], [(slot.public_id, 1)])
    # Of a standing need that somebody joined a month ago, and nobody wrote anything down.
    assert later == [(slot.public_id, 1), (quiet.public_id, 1)]
    assert lines(frozen_clock.moment) == [(quiet.public_id, 1)]


def test_volunteers_read_in_their_mails_where_hours_are_written_down(
    frozen_clock: FrozenClock,
) -> None:
    slot, other = make_need(), make_slot()
    came, joined = sign_up(slot, 1), sign_up(make_standing_need(), 2)
    elsewhere = sign_up(other, 3)
    frozen_clock.move_to(slot.ends_at)
    for day in (slot, other):
        mark(day, people_of(day)[0], Attendance.ATTENDED, slot.ends_at)

    signup_jobs.thank(now=slot.ends_at + timedelta(days=1))

    assert "活動した時間を、下の確認ページで記録できます" in letters_to(came)[-1].body
    assert "活動時間" not in letters_to(elsewhere)[-1].body
    assert "活動した" not in letters_to(elsewhere)[-1].body
    signups.cancel(signup_id=joined.signup_id, now=slot.ends_at, actor="citizen")
    told = [letter.body for letter in letters_to(joined)]
    assert len(told) == 2
    assert all("活動した日の時間は、下の確認ページで記録できます" in body for body in told)
