"""朝のお知らせ: what a group is told of yesterday, to whom it goes, and never who applied."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Account
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db, use_case
from kyodo_match.groups import services as groups
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.rules import MessageState
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.signups import jobs, services
from kyodo_match.signups.rules import AgeGroup, Channel
from tests.support.clock import START
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_member
from tests.support.make_signups import keys, letters_to, sign_up

pytestmark = pytest.mark.usefixtures("app")
SEVEN = datetime(2026, 11, 23, 7, 0, tzinfo=TOKYO)  # the morning after START
STAFF = "0123456789ab"


def digests() -> list[OutboxMessage]:
    return list(
        db.session().scalars(
            sa.select(OutboxMessage)
            .where(OutboxMessage.kind == "group-digest")
            .order_by(OutboxMessage.id)
        )
    )


def day_of(group: Group, **values: Any) -> Slot:
    offer = make_opportunity(group=group, title="里山の\n一日体験")
    return make_slot(opportunity=offer, **values)


def test_paper_is_told_of_the_morning_after_it_was_typed_in() -> None:
    group = make_group()
    make_member(group)
    slot = day_of(group)
    friday = START - timedelta(days=2)
    sign_up(slot, 1, channel=Channel.PAPER, entered_by=STAFF, received_at=friday)

    written = jobs.write_digests(now=SEVEN), jobs.write_digests(now=SEVEN + timedelta(days=1))

    assert written == (1, 0)
    (letter,) = digests()
    assert letter.subject == "【協働マッチ】11月22日（日）の申込み1人"


def test_a_group_is_told_what_happened_to_its_days_in_numbers() -> None:
    group = make_group(name="里山の会")
    owner = make_member(group)
    slot = day_of(group, capacity=4)
    party, leaving = sign_up(slot, 1, party=3), sign_up(slot, 2)
    sign_up(slot, 3, party=2)
    services.cancel(signup_id=leaving.signup_id, now=START, actor="citizen")

    written = jobs.write_digests(now=SEVEN)

    assert written == 1
    (letter,) = digests()
    assert letter.recipient == owner.email
    assert letter.subject == "【協働マッチ】11月22日（日）の申込み6人・取消し1人"
    lines = letter.body.splitlines()
    assert "■ 里山の 一日体験" in lines
    assert "2026年12月12日（土）9:30～11:30" in lines
    assert "新しい申込み：6人（3件）" in lines
    assert "取消し：1人" in lines
    assert "いまの申込み：3人（定員4人）、キャンセル待ち2人" in lines
    assert f"[[base-url]]/group/slots/{slot.public_id}/signups" in lines
    assert "[[base-url]]/group/digest" in lines
    assert party.number not in letter.body


def test_no_name_and_nothing_that_was_typed_is_in_it() -> None:
    group = make_group()
    make_member(group)
    sign_up(day_of(group), 1, party=2, note="駅から歩きます")

    jobs.write_digests(now=SEVEN)

    (letter,) = digests()
    whole = letter.subject + letter.body
    typed = ("見本", "みほん", "同行", "mihon", "090-0000", "駅から", "manage-link")
    assert [word for word in typed if word in whole] == []


def test_nothing_happened_nothing_is_written() -> None:
    group = make_group()
    make_member(group)
    sign_up(day_of(group), now=START - timedelta(days=1))

    assert jobs.write_digests(now=SEVEN) == 0
    assert digests() == []


def test_it_is_written_once_and_not_before_seven() -> None:
    group = make_group()
    make_member(group)
    sign_up(day_of(group))

    counts = [jobs.write_digests(now=SEVEN + timedelta(minutes=m)) for m in (-1, 0, 1, 600)]

    assert counts == [0, 1, 0, 0]


def test_a_worker_that_died_on_the_way_writes_nobody_twice() -> None:
    group = make_group()
    make_member(group)
    sign_up(day_of(group))
    jobs.write_digests(now=SEVEN)
    forget_that_it_was_done()

    jobs.write_digests(now=SEVEN + timedelta(minutes=1))

    assert len(digests()) == 1


@use_case
def forget_that_it_was_done(session: Session, /) -> None:
    session.execute(sa.text("DELETE FROM setting"))


def test_days_without_a_worker_are_told_of_together() -> None:
    group = make_group()
    make_member(group)
    slot = day_of(group)
    jobs.write_digests(now=SEVEN)
    sign_up(slot, 1, now=SEVEN + timedelta(hours=1))
    sign_up(slot, 2, now=SEVEN + timedelta(days=1))

    jobs.write_digests(now=SEVEN + timedelta(days=2))

    (letter,) = digests()
    assert "新しい申込み：2人（2件）" in letter.body
    assert letter.subject == "【協働マッチ】11月23日（月・祝）～11月24日（火）の申込み2人"


def test_a_day_that_was_called_off_says_so() -> None:
    group = make_group()
    make_member(group)
    slot = day_of(group)
    sign_up(slot)
    services.cancel_slot(slot_id=slot.public_id, reason="", now=START, actor=STAFF)

    jobs.write_digests(now=SEVEN)

    (letter,) = digests()
    assert letter.subject == "【協働マッチ】11月22日（日）の申込み1人・取消し1人"
    assert "この日程は中止になりました。" in letter.body


def test_who_walked_in_is_no_new_application() -> None:
    group = make_group()
    make_member(group)
    slot = day_of(group)
    walk_in(slot_id=slot.public_id)

    assert jobs.write_digests(now=SEVEN) == 0


@use_case
def walk_in(session: Session, /, *, slot_id: str) -> None:
    services.take_walk_in(
        session,
        locked_slot(session, slot_id),
        name="見本 九",
        kana="みほん きゅう",
        age_group=AgeGroup.FROM_18_TO_39,
        phone="090-0000-0009",
        keys=keys(),
        now=START,
        actor=STAFF,
    )


# --- to whom ----------------------------------------------------------------


def test_it_goes_to_owners_and_editors_of_that_group_in_force() -> None:
    group, other = make_group(), make_group()
    owner, editor = make_member(group), make_member(group, MemberRole.EDITOR)
    make_member(group, MemberRole.RECEPTION)
    make_member(other)
    over = make_member(group, MemberRole.EDITOR)
    end_rights(over)
    sign_up(day_of(group))

    jobs.write_digests(now=SEVEN)

    assert [letter.recipient for letter in digests()] == [owner.email, editor.email]


@use_case
def end_rights(session: Session, /, account: Account) -> None:
    session.get_one(Account, account.id).rights_end_on = START.date()


def test_who_switched_it_off_gets_none() -> None:
    group = make_group()
    owner, editor = make_member(group), make_member(group, MemberRole.EDITOR)
    groups.choose_digests(account_id=owner.public_id, wanted=(), now=START)
    sign_up(day_of(group))

    jobs.write_digests(now=SEVEN)

    assert [letter.recipient for letter in digests()] == [editor.email]


def test_a_group_without_anybody_to_write_to_is_no_mistake() -> None:
    sign_up(day_of(make_group()))

    assert jobs.write_digests(now=SEVEN) == 0


def test_a_confirmation_does_not_depend_on_who_wants_the_morning_mail() -> None:
    group = make_group()
    owner = make_member(group)
    groups.choose_digests(account_id=owner.public_id, wanted=(), now=START)
    slot = day_of(group)

    receipt = sign_up(slot, email=owner.email)

    (letter,) = letters_to(receipt)
    assert (letter.kind, letter.state) == ("signup-confirmed", MessageState.QUEUED)
    assert letter.recipient == owner.email


def test_somebody_chooses_for_their_own_groups_alone() -> None:
    mine, other = make_group(), make_group()
    owner, stranger = make_member(mine), make_member(other)
    groups.choose_digests(account_id=stranger.public_id, wanted=[mine.public_id], now=START)
    for group in (mine, other):
        sign_up(day_of(group))

    jobs.write_digests(now=SEVEN)

    assert [letter.recipient for letter in digests()] == [owner.email]
