"""What citizens do: they apply, answer, change something, leave; and who takes their calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from kyodo_match.audit.services import CITIZEN
from kyodo_match.demo.scenario import Applied, Person
from kyodo_match.demo.story import Step, Story
from kyodo_match.signups import services
from kyodo_match.signups.rules import Application, Channel

_PRIVACY_VERSION = "2026-11-22"

Facts = Mapping[str, Any]


def plan(story: Story, number: int, applied: Applied) -> None:
    """An application, and the one thing that most of them come to afterwards."""
    story.at(applied.received_at, partial(_sign_up, story, number, applied))
    starts_at = story.days[applied.slot][1].plan.starts_at
    then: dict[str, Step] = {
        "cancel": partial(_cancel, story, number),
        "late_absence": partial(_cancel, story, number),
        "cancel_companion": partial(_cancel_companion, story, number, applied),
        "accept_offer": partial(_answer, story, number, applied, accept=True),
        "decline_offer": partial(_answer, story, number, applied, accept=False),
    }
    if applied.then == "late_absence":
        story.at(starts_at - timedelta(hours=applied.then_hours_before_start), then[applied.then])
    elif applied.then in then:
        story.at(applied.then_at, then[applied.then])


def _sign_up(story: Story, number: int, applied: Applied, now: datetime) -> None:
    people = [story.scenario.people[key] for key in applied.people]
    application = application_of(story, people, Channel(applied.channel), now=now)
    receipt = services.sign_up(
        slot_id=story.slot_ids[applied.slot],
        application=replace(
            application,
            applicant_participates=applied.applicant_participates,
            applicant_escorts=applied.applicant_escorts,
            support=applied.support,
            note=applied.note,
            role=_role(story, applied),
        ),
        keys=story.keys,
        now=now,
        actor=_who(story, applied),
    )
    story.signup_ids[number] = receipt.signup_id
    if applied.calls_wait:
        story.calls_wait.add(receipt.signup_id)


def _role(story: Story, applied: Applied) -> str:
    """The id of the role that somebody wishes for, by its name in the story."""
    if not applied.role:
        return ""
    return next(role.id for role in story.slot(applied.slot).roles if role.name == applied.role)


def application_of(
    story: Story, people: Sequence[Person], channel: Channel, *, now: datetime
) -> Application:
    """What the first of these people types for all of them, or tells the office."""
    by_staff = channel is not Channel.WEB
    applicant, *others = people
    return Application(
        name=applicant.companion.name,
        kana=applicant.companion.kana,
        age_group=applicant.companion.age_group,
        residency=applicant.residency,
        district=applicant.district,
        email=applicant.email,
        phone=applicant.phone,
        first_time=applicant.first_time,
        companions=tuple(person.companion for person in others),
        channel=channel,
        privacy_version=_PRIVACY_VERSION,
        privacy_by="oral" if by_staff else "form",
        entered_by=story.actors.coordinator if by_staff else None,
        received_at=now if by_staff else None,
    )


def _who(story: Story, applied: Applied) -> str:
    """Whoever applied by the web acts there; for the others the office does."""
    return CITIZEN if applied.channel == Channel.WEB else story.actors.coordinator


def _cancel(story: Story, number: int, now: datetime) -> None:
    services.cancel(signup_id=story.signup_ids[number], now=now, actor=CITIZEN)


def _cancel_companion(story: Story, number: int, applied: Applied, now: datetime) -> None:
    services.cancel(
        signup_id=story.signup_ids[number],
        participant_id=story.coming(number)[applied.companion].public_id,
        now=now,
        actor=CITIZEN,
    )


def _answer(story: Story, number: int, applied: Applied, now: datetime, *, accept: bool) -> None:
    services.answer_offer(
        signup_id=story.signup_ids[number], accept=accept, now=now, actor=_who(story, applied)
    )


# --- what else they do by themselves, or by a call ---


def _of(story: Story, facts: Facts) -> tuple[str, str]:
    """Whose application it is, and who acts for it."""
    number = story.number_of(facts["slot"], facts["person"])
    return story.signup_ids[number], _who(story, story.scenario.applied[number])


def _answer_change(story: Story, facts: Facts, now: datetime) -> None:
    signup_id, actor = _of(story, facts)
    services.answer_change(signup_id=signup_id, comes=facts["comes"], now=now, actor=actor)


def _change_contact(story: Story, facts: Facts, now: datetime) -> None:
    signup_id, actor = _of(story, facts)
    services.change_contact(
        signup_id=signup_id,
        email=facts["email"],
        phone=facts["phone"],
        keys=story.keys,
        now=now,
        actor=actor,
    )


def _replace(story: Story, facts: Facts, now: datetime) -> None:
    signup_id, actor = _of(story, facts)
    coming = story.coming(story.number_of(facts["slot"], facts["person"]))
    services.replace_participant(
        signup_id=signup_id,
        participant_id=coming[facts["leaving"]].public_id,
        person=story.scenario.people[facts["coming"]].companion,
        keys=story.keys,
        now=now,
        actor=actor,
    )


def _add_companion(story: Story, facts: Facts, now: datetime) -> None:
    signup_id, actor = _of(story, facts)
    services.add_companion(
        signup_id=signup_id,
        person=story.scenario.people[facts["coming"]].companion,
        keys=story.keys,
        now=now,
        actor=actor,
    )


def _read_note(story: Story, facts: Facts, now: datetime) -> None:
    services.read_note(
        signup_id=story.signup_id(facts["slot"], facts["person"]),
        reason=facts["reason"],
        keys=story.keys,
        now=now,
        actor=story.actors.coordinator,
    )


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {
    "answer_change": _answer_change,
    "change_contact": _change_contact,
    "replace": _replace,
    "add_companion": _add_companion,
    "read_note": _read_note,
}
