"""What groups offer and what the office does with it, in the order of their days."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import Any

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db
from kyodo_match.demo.scenario import Day, Offered
from kyodo_match.demo.story import Story
from kyodo_match.groups.queries import by_name
from kyodo_match.opportunities import queries, services
from kyodo_match.opportunities.rules import (
    CONTENT,
    PLANNED,
    Content,
    OpportunityStatus,
    SlotPlan,
    rescheduled,
)
from kyodo_match.signups import services as signups

Facts = Mapping[str, Any]


def plan(story: Story, offered: Offered) -> None:
    """From the draft to where it stands, with the days that were called off."""
    begin = _copy if offered.copy_of else _write
    story.at(offered.written_at, partial(begin, story, offered))
    if offered.status is OpportunityStatus.DRAFT:
        return
    story.at(offered.submitted_at, partial(_submit, story, offered))
    if offered.status is OpportunityStatus.RETURNED:
        story.at(offered.decided_at, partial(_return, story, offered))
    elif offered.status is not OpportunityStatus.SUBMITTED:
        story.at(offered.decided_at, partial(_publish, story, offered))
    story.at(offered.withdrawn_at, partial(_withdraw, story, offered))
    for day in offered.days:
        story.at(day.cancelled_at, partial(_cancel_day, story, day))


def _write(story: Story, offered: Offered, now: datetime) -> None:
    group = by_name(db.session(), offered.group)
    assert group is not None  # noqa: S101 - our own data
    editor = story.actors.editor_of(offered.group)
    content = replace(
        offered.content,
        law_fields=group.law_fields,
        plain_fields=offered.content.plain_fields or group.plain_fields,
    )
    opportunity_id = services.draft(
        group_id=group.public_id, content=content, actor=editor, now=now
    )
    story.opportunity_ids[offered.key] = opportunity_id
    for day in offered.days:
        if not day.is_added_later:
            story.slot_ids[day.key] = services.add_slot(
                opportunity_id=opportunity_id, plan=day.plan, actor=editor, now=now
            )


def _copy(story: Story, offered: Offered, now: datetime) -> None:
    """Last year's text with this year's days; where people meet is looked at again."""
    editor = story.actors.editor_of(offered.group)
    opportunity_id = services.copy(
        opportunity_id=story.opportunity_ids[offered.copy_of],
        title=offered.content.title,
        contact_name=offered.content.contact_name,
        contact_phone=offered.content.contact_phone,
        first_day=offered.days[0].plan.starts_at.date(),
        actor=editor,
        now=now,
    )
    story.opportunity_ids[offered.key] = opportunity_id
    found = queries.opportunity_by_id(db.session(), opportunity_id)
    assert found is not None  # noqa: S101 - our own data
    for day, slot in zip(offered.days, found.slots, strict=True):
        story.slot_ids[day.key] = slot.public_id
        services.edit_slot(slot_id=slot.public_id, plan=day.plan, actor=editor, now=now)


def _submit(story: Story, offered: Offered, now: datetime) -> None:
    services.submit(
        opportunity_id=story.opportunity_ids[offered.key],
        actor=story.actors.editor_of(offered.group),
        now=now,
    )


def _publish(story: Story, offered: Offered, now: datetime) -> None:
    services.publish(
        opportunity_id=story.opportunity_ids[offered.key], actor=story.actors.coordinator, now=now
    )


def _return(story: Story, offered: Offered, now: datetime) -> None:
    services.return_(
        opportunity_id=story.opportunity_ids[offered.key],
        comment=offered.return_comment,
        actor=story.actors.coordinator,
        now=now,
    )


def _withdraw(story: Story, offered: Offered, now: datetime) -> None:
    signups.withdraw_opportunity(
        opportunity_id=story.opportunity_ids[offered.key],
        reason=offered.withdraw_reason,
        actor=story.actors.editor_of(offered.group),
        now=now,
    )


def _cancel_day(story: Story, day: Day, now: datetime) -> None:
    signups.cancel_slot(
        slot_id=story.slot_ids[day.key],
        reason=day.cancel_reason,
        now=now,
        actor=story.actors.coordinator,
    )


# --- what is changed later ---


def _add_days(story: Story, facts: Facts, now: datetime) -> None:
    """Several days at once, as the page for it does.

    At the turn of the year two of them may fall on one day: then it is one.
    """
    offered = next(one for one in story.scenario.offered if one.key == facts["opportunity"])
    later = [day for day in offered.days if day.is_added_later]
    days = {day.plan.starts_at: day for day in later}
    opportunity_id = story.opportunity_ids[offered.key]
    services.add_slots(
        opportunity_id=opportunity_id,
        plans=[day.plan for day in days.values()],
        actor=story.actors.editor_of(offered.group),
        now=now,
    )
    found = queries.opportunity_by_id(db.session(), opportunity_id)
    assert found is not None  # noqa: S101 - our own data
    slots = {slot.starts_at: slot.public_id for slot in found.slots}
    story.slot_ids |= {day.key: slots[day.plan.starts_at] for day in later}


def _edit(story: Story, facts: Facts, now: datetime) -> None:
    opportunity_id = story.opportunity_ids[facts["opportunity"]]
    stands = queries.opportunity_by_id(db.session(), opportunity_id)
    assert stands is not None  # noqa: S101 - our own data
    said = Content(**{name: getattr(stands, name) for name in CONTENT})
    by_office = facts.get("by_office", False)
    editor = story.actors.editor_of(stands.group.name)
    services.edit(
        opportunity_id=opportunity_id,
        content=replace(said, **facts["to"]),
        actor=story.actors.coordinator if by_office else editor,
        now=now,
        office=by_office,
        reason=facts.get("reason", ""),
    )


def _see(story: Story, facts: Facts, now: datetime) -> None:
    services.mark_seen(
        opportunity_id=story.opportunity_ids[facts["opportunity"]],
        until=now,
        actor=story.actors.coordinator,
        now=now,
    )


def _close(story: Story, facts: Facts, now: datetime) -> None:
    services.close(
        opportunity_id=story.opportunity_ids[facts["opportunity"]],
        actor=story.actors.coordinator,
        now=now,
    )


def _archive(story: Story, facts: Facts, now: datetime) -> None:
    services.archive(
        opportunity_id=story.opportunity_ids[facts["opportunity"]],
        actor=story.actors.coordinator,
        now=now,
    )


def _change_day(story: Story, facts: Facts, now: datetime) -> None:
    slot = story.slot(facts["slot"])
    offered, _day = story.days[facts["slot"]]
    stands = SlotPlan(**{name: getattr(slot, name) for name in PLANNED})
    day = story.scenario.days.activity(facts["day"], facts.get("weekday"))

    def at(clock_time: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock_time), TOKYO)

    signups.change_day(
        slot_id=slot.public_id,
        plan=rescheduled(
            stands,
            starts_at=at(facts["start"]),
            ends_at=at(facts["end"]),
            place=facts.get("place", slot.place),
        ),
        reason=facts["reason"],
        actor=story.actors.editor_of(offered.group),
        now=now,
        office=offered.group != story.actors.group,
    )


def _change_capacity(story: Story, facts: Facts, now: datetime) -> None:
    signups.change_capacity(
        slot_id=story.slot_ids[facts["slot"]],
        capacity=facts["capacity"],
        now=now,
        actor=story.reception(facts["slot"]),
    )


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {
    "add_days": _add_days,
    "edit": _edit,
    "see": _see,
    "close": _close,
    "archive": _archive,
    "change_day": _change_day,
    "change_capacity": _change_capacity,
}
