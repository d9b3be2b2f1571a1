"""What is done with opportunities and their days, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities import errors, queries, services
from kyodo_match.opportunities.rules import (
    Content,
    OpportunityKind,
    OpportunityStatus,
    SlotMode,
)
from kyodo_match.signups.services import withdraw_opportunity
from tests.support.edit_opportunities import BLANK_TIMES, acts_on, content_of, fresh
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_member

S = OpportunityStatus
pytestmark = pytest.mark.usefixtures("app")


def letters() -> list[OutboxMessage]:
    return list(db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def test_a_draft_may_lack_everything_but_its_name(now: datetime) -> None:
    group = make_group()

    made = services.draft(
        group_id=group.public_id,
        content=Content(kind=OpportunityKind.EVENT, title="何か"),
        actor="abc",
        now=now,
    )

    found = queries.opportunity_by_id(db.session(), made)
    assert found is not None
    assert found.status is S.DRAFT
    assert acts_on(made) == [("opportunity.drafted", "abc")]


@pytest.mark.parametrize(
    ("old", "verb", "facts", "new"),
    [
        (S.DRAFT, services.submit, {}, S.SUBMITTED),
        (S.RETURNED, services.submit, {}, S.SUBMITTED),
        (S.SUBMITTED, services.publish, {}, S.PUBLISHED),
        (S.SUBMITTED, services.return_, {"comment": "場所を"}, S.RETURNED),
        (S.DRAFT, withdraw_opportunity, {"reason": ""}, S.WITHDRAWN),
        (S.SUBMITTED, withdraw_opportunity, {"reason": ""}, S.WITHDRAWN),
        (S.RETURNED, withdraw_opportunity, {"reason": ""}, S.WITHDRAWN),
        (S.PUBLISHED, withdraw_opportunity, {"reason": ""}, S.WITHDRAWN),
        (S.PUBLISHED, services.close, {}, S.CLOSED),
        (S.CLOSED, services.reopen, {}, S.PUBLISHED),
        (S.CLOSED, services.archive, {}, S.ARCHIVED),
    ],
)
def test_every_edge_has_a_service_and_an_audit_row(
    old: S, verb: Any, facts: dict[str, str], new: S, now: datetime
) -> None:
    opportunity = make_opportunity(status=old)
    make_slot(opportunity=opportunity)

    verb(opportunity_id=opportunity.public_id, actor="abc", now=now, **facts)

    assert fresh(opportunity).status is new
    assert acts_on(opportunity.public_id) == [(f"opportunity.{new}", "abc")]


@pytest.mark.parametrize(
    ("verb", "facts", "from_"),
    [
        (services.submit, {}, {S.DRAFT, S.RETURNED}),
        (services.publish, {}, {S.SUBMITTED, S.CLOSED}),
        (services.return_, {"comment": "場所を"}, {S.SUBMITTED}),
        (withdraw_opportunity, {"reason": ""}, {S.DRAFT, S.SUBMITTED, S.RETURNED, S.PUBLISHED}),
        (services.close, {}, {S.PUBLISHED}),
        (services.archive, {}, {S.CLOSED}),
    ],
)
def test_an_edge_that_is_not_drawn_changes_nothing(
    verb: Any, facts: dict[str, str], from_: set[S], now: datetime
) -> None:
    group = make_group()
    for old in sorted(set(S) - from_):
        opportunity = make_opportunity(group=group, status=old)
        make_slot(opportunity=opportunity)

        with pytest.raises(errors.EdgeNotDrawn):
            verb(opportunity_id=opportunity.public_id, actor="abc", now=now, **facts)

        assert fresh(opportunity).status is old
        assert acts_on(opportunity.public_id) == []


def test_what_is_incomplete_is_not_handed_in_and_each_gap_is_named(now: datetime) -> None:
    opportunity = make_opportunity(status=S.DRAFT, rain="", alone_welcome=None)

    with pytest.raises(errors.Incomplete) as refused:
        services.submit(opportunity_id=opportunity.public_id, actor="abc", now=now)

    assert refused.value.fields == ("rain", "alone_welcome", "slots")
    assert fresh(opportunity).status is S.DRAFT


def test_publication_fills_in_blank_times_and_tells_the_groups_writers(now: datetime) -> None:
    group = make_group()
    owner = make_member(group, MemberRole.OWNER)
    editor = make_member(group, MemberRole.EDITOR)
    make_member(group, MemberRole.RECEPTION)
    opportunity = make_opportunity(group=group, status=S.SUBMITTED, title="竹とうろう作り")
    slot = make_slot(opportunity=opportunity, **BLANK_TIMES)

    services.publish(opportunity_id=opportunity.public_id, actor="abc", now=now)

    # Sunday, and Monday is a public holiday.
    assert fresh(slot).opens_at == datetime(2026, 11, 24, 8, 30, tzinfo=TOKYO)
    assert fresh(slot).closes_at == datetime(2026, 12, 11, 17, 0, tzinfo=TOKYO)
    assert {letter.recipient for letter in letters()} == {owner.email, editor.email}
    body = letters()[0].body
    assert "竹とうろう作り" in body
    assert "2026年12月12日（土）9:30～11:30" in body
    assert f"/opportunities/{opportunity.public_id}" in body


def test_what_is_returned_tells_the_group_what_to_change(now: datetime) -> None:
    group = make_group()
    owner = make_member(group)
    opportunity = make_opportunity(group=group, status=S.SUBMITTED)

    services.return_(
        opportunity_id=opportunity.public_id,
        comment="集合場所を書いてください。",
        actor="abc",
        now=now,
    )

    assert fresh(opportunity).return_comment == "集合場所を書いてください。"
    assert [letter.recipient for letter in letters()] == [owner.email]
    assert "集合場所を書いてください。" in letters()[0].body


def test_nothing_is_returned_without_a_word(now: datetime) -> None:
    opportunity = make_opportunity(status=S.SUBMITTED)

    with pytest.raises(errors.ReasonMissing):
        services.return_(opportunity_id=opportunity.public_id, comment="", actor="abc", now=now)


def test_a_draw_is_not_published_by_itself(now: datetime) -> None:
    opportunity = make_opportunity(status=S.SUBMITTED)
    make_slot(opportunity=opportunity, mode=SlotMode.LOTTERY)

    with pytest.raises(errors.ModeNotYet):
        services.publish(opportunity_id=opportunity.public_id, actor="abc", now=now)

    assert fresh(opportunity).status is S.SUBMITTED
    assert letters() == []


def test_what_was_changed_after_it_was_read_is_not_published(now: datetime) -> None:
    opportunity = make_opportunity(status=S.SUBMITTED)
    make_slot(opportunity=opportunity)
    read = opportunity.version
    services.edit(
        opportunity_id=opportunity.public_id,
        content=content_of(opportunity, place="別の場所"),
        actor="other",
        now=now,
        office=True,
    )

    with pytest.raises(errors.ChangedSince):
        services.publish(
            opportunity_id=opportunity.public_id, actor="abc", now=now, seen_version=read
        )


def test_nothing_without_a_coming_day_is_published(now: datetime) -> None:
    opportunity = make_opportunity(status=S.SUBMITTED)
    make_slot(opportunity=opportunity, starts_at=now - timedelta(days=3))

    with pytest.raises(errors.NoComingSlot):
        services.publish(opportunity_id=opportunity.public_id, actor="abc", now=now)


def test_a_group_does_not_change_what_the_office_has(now: datetime) -> None:
    opportunity = make_opportunity(status=S.SUBMITTED)

    with pytest.raises(errors.NotEditable):
        services.edit(
            opportunity_id=opportunity.public_id,
            content=content_of(opportunity, title="別の名前"),
            actor="abc",
            now=now,
        )


def test_a_published_text_stays_complete(now: datetime) -> None:
    opportunity = make_opportunity()

    with pytest.raises(errors.Incomplete) as refused:
        services.edit(
            opportunity_id=opportunity.public_id,
            content=content_of(opportunity, fee=""),
            actor="abc",
            now=now,
            office=True,
        )

    assert refused.value.fields == ("fee",)
