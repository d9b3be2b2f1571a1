"""Volunteer needs: a group's answers to who applies, and the hours that came of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core.db import db
from kyodo_match.demo.story import Story
from kyodo_match.groups.queries import by_name
from kyodo_match.participation.models import ActivityHours
from kyodo_match.participation.queries import hours_of_day
from kyodo_match.participation.services import hours
from kyodo_match.signups.models import Participant
from kyodo_match.signups.rules import ReplyKind
from kyodo_match.signups.services import approving

Facts = Mapping[str, Any]


def _editor(story: Story, facts: Facts) -> str:
    return story.actors.editor_of(story.days[facts["slot"]][0].group)


def _signup(story: Story, facts: Facts) -> str:
    return story.signup_id(facts["slot"], facts["person"])


def _write_templates(story: Story, facts: Facts, now: datetime) -> None:
    group = by_name(db.session(), facts["group"])
    assert group is not None  # noqa: S101 - our own data
    approving.write_templates(
        group_id=group.public_id,
        texts={ReplyKind(kind): words for kind, words in facts["texts"].items()},
        now=now,
        actor=story.actors.editor_of(facts["group"]),
    )


def _accept(story: Story, facts: Facts, now: datetime) -> None:
    approving.accept(
        signup_id=_signup(story, facts),
        may_wait=facts.get("may_wait", False),
        text=facts["text"],
        now=now,
        actor=_editor(story, facts),
    )


def _decline(story: Story, facts: Facts, now: datetime) -> None:
    approving.decline(
        signup_id=_signup(story, facts),
        text=facts["text"],
        now=now,
        actor=_editor(story, facts),
    )


def _ask(story: Story, facts: Facts, now: datetime) -> None:
    approving.ask(
        signup_id=_signup(story, facts),
        question=facts["question"],
        now=now,
        actor=_editor(story, facts),
    )


def _answer(story: Story, facts: Facts, now: datetime) -> None:
    approving.answer(signup_id=_signup(story, facts), text=facts["text"], now=now, actor=CITIZEN)


# --- 活動時間 ---


def _participant(story: Story, facts: Facts) -> Participant:
    return story.coming(story.number_of(facts["slot"], facts["person"]))[facts["person"]]


def _record_own(story: Story, facts: Facts, now: datetime) -> None:
    """What somebody writes down; at the turn of the year the day may still lie ahead."""
    if now < story.slot(facts["slot"]).starts_at:
        return
    hours.record_own(
        signup_id=_signup(story, facts),
        slot_id=story.slot_ids[facts["slot"]],
        participant_id=_participant(story, facts).public_id,
        day=story.scenario.days.on(facts["day"]),
        minutes=facts["minutes"],
        note=facts.get("note", ""),
        now=now,
    )


def _record_for(story: Story, facts: Facts, now: datetime) -> None:
    """The group writes down what somebody told it, and approves it so."""
    hours.record_day(
        slot_id=story.slot_ids[facts["slot"]],
        day=story.scenario.days.on(facts["day"]),
        minutes={_participant(story, facts).public_id: facts["minutes"]},
        approves=True,
        office=False,
        now=now,
        actor=_editor(story, facts),
    )


def _hours(story: Story, facts: Facts) -> ActivityHours:
    day = story.scenario.days.on(facts["day"])
    known = hours_of_day(db.session(), story.slot(facts["slot"]), day)
    return known[_participant(story, facts).id]


def _approve(story: Story, facts: Facts, now: datetime) -> None:
    hours.approve(
        hours_ids=[_hours(story, facts).public_id],
        group_ids=None,
        now=now,
        actor=_editor(story, facts),
    )


def _return(story: Story, facts: Facts, now: datetime) -> None:
    hours.return_hours(
        hours_id=_hours(story, facts).public_id,
        reason=facts["reason"],
        now=now,
        actor=_editor(story, facts),
    )


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {
    "write_templates": _write_templates,
    "accept": _accept,
    "decline": _decline,
    "ask_applicant": _ask,
    "answer_question": _answer,
    "record_own": _record_own,
    "record_for": _record_for,
    "approve_hours": _approve,
    "return_hours": _return,
}
