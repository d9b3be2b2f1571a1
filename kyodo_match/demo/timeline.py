"""The story in the order of time, with what the worker would have done in between."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import text
from kyodo_match.core.clock import TOKYO, tokyo
from kyodo_match.core.db import db
from kyodo_match.core.secrets import Keys
from kyodo_match.demo.scenario import Applied, Day, Offered, Scenario
from kyodo_match.groups.queries import by_name
from kyodo_match.notifications.models import PhoneCall
from kyodo_match.notifications.rules import WAITING_CALLS, CallOutcome
from kyodo_match.notifications.services import close_call
from kyodo_match.opportunities import services as opportunities
from kyodo_match.opportunities.rules import OpportunityStatus
from kyodo_match.participation import services as participation
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups import jobs
from kyodo_match.signups import queries as signup_queries
from kyodo_match.signups import services as signups
from kyodo_match.signups.models import Offer
from kyodo_match.signups.rules import AgeGroup, Application, Channel

_PRIVACY_VERSION = "2026-11-22"
_REMINDED_AT = (9, 5)
_CALLED_WITHIN = timedelta(days=2)
_WALKED_IN = timedelta(minutes=-5)
_MARKED = timedelta(minutes=5)

Step = Callable[[datetime], None]


@dataclass(frozen=True)
class Actors:
    """Who does what in the story: ids of accounts; the coordinator acts for other groups."""

    coordinator: str
    editor: str
    reception: str
    group: str

    def editor_of(self, group: str) -> str:
        return self.editor if group == self.group else self.coordinator

    def reception_of(self, group: str) -> str:
        return self.reception if group == self.group else self.coordinator


@dataclass
class _Story:
    scenario: Scenario
    actors: Actors
    keys: Keys
    now: datetime
    steps: list[tuple[datetime, Step]] = field(default_factory=list)
    opportunity_ids: dict[int, str] = field(default_factory=dict)
    slot_ids: dict[str, str] = field(default_factory=dict)
    signup_ids: dict[int, str] = field(default_factory=dict)
    days: dict[str, tuple[Offered, Day]] = field(default_factory=dict)

    def at(self, moment: datetime | None, step: Step) -> None:
        """Plan a step; what would lie ahead of now does not happen."""
        if moment is not None and moment <= self.now:
            self.steps.append((moment, step))

    # --- what groups and staff do ---

    def offer(self, number: int, offered: Offered) -> None:
        editor = self.actors.editor_of(offered.group)
        self.at(offered.written_at, partial(self._write, number, offered))
        if offered.status is OpportunityStatus.DRAFT:
            return

        def submit(now: datetime) -> None:
            opportunity_id = self.opportunity_ids[number]
            opportunities.submit(opportunity_id=opportunity_id, actor=editor, now=now)

        self.at(offered.submitted_at, submit)
        if offered.status is OpportunityStatus.RETURNED:
            self.at(offered.decided_at, partial(self._return, number, offered))
        elif offered.status is not OpportunityStatus.SUBMITTED:
            self.at(offered.decided_at, partial(self._publish, number))
        self.at(offered.withdrawn_at, partial(self._withdraw, number, editor))
        for day in offered.days:
            self.at(day.cancelled_at, partial(self._cancel_day, day))

    def _write(self, number: int, offered: Offered, now: datetime) -> None:
        group = by_name(db.session(), offered.group)
        assert group is not None  # noqa: S101 - our own data
        editor = self.actors.editor_of(offered.group)
        content = replace(
            offered.content,
            law_fields=group.law_fields,
            plain_fields=offered.content.plain_fields or group.plain_fields,
        )
        opportunity_id = opportunities.draft(
            group_id=group.public_id, content=content, actor=editor, now=now
        )
        self.opportunity_ids[number] = opportunity_id
        for day in offered.days:
            self.slot_ids[day.key] = opportunities.add_slot(
                opportunity_id=opportunity_id, plan=day.plan, actor=editor, now=now
            )

    def _publish(self, number: int, now: datetime) -> None:
        opportunities.publish(
            opportunity_id=self.opportunity_ids[number], actor=self.actors.coordinator, now=now
        )

    def _return(self, number: int, offered: Offered, now: datetime) -> None:
        opportunities.return_(
            opportunity_id=self.opportunity_ids[number],
            comment=offered.return_comment,
            actor=self.actors.coordinator,
            now=now,
        )

    def _withdraw(self, number: int, editor: str, now: datetime) -> None:
        signups.withdraw_opportunity(
            opportunity_id=self.opportunity_ids[number],
            reason="都合により行わないことになりました",
            actor=editor,
            now=now,
        )

    def _cancel_day(self, day: Day, now: datetime) -> None:
        signups.cancel_slot(
            slot_id=self.slot_ids[day.key],
            reason=day.cancel_reason,
            now=now,
            actor=self.actors.coordinator,
        )

    # --- what citizens do ---

    def apply(self, number: int, applied: Applied) -> None:
        self.at(applied.received_at, partial(self._sign_up, number, applied))
        starts_at = self.days[applied.slot][1].plan.starts_at
        then: dict[str, Step] = {
            "cancel": partial(self._cancel, number),
            "late_absence": partial(self._cancel, number),
            "cancel_companion": partial(self._cancel_companion, number, applied),
            "accept_offer": partial(self._answer, number, applied, accept=True),
            "decline_offer": partial(self._answer, number, applied, accept=False),
        }
        if applied.then == "late_absence":
            self.at(
                starts_at - timedelta(hours=applied.then_hours_before_start), then[applied.then]
            )
        elif applied.then in then:
            self.at(applied.then_at, then[applied.then])

    def _sign_up(self, number: int, applied: Applied, now: datetime) -> None:
        channel = Channel(applied.channel)
        by_staff = channel is not Channel.WEB
        applicant, *others = [self.scenario.people[key] for key in applied.people]
        receipt = signups.sign_up(
            slot_id=self.slot_ids[applied.slot],
            application=Application(
                name=applicant.companion.name,
                kana=applicant.companion.kana,
                age_group=applicant.companion.age_group,
                residency=applicant.residency,
                district=applicant.district,
                email=applicant.email,
                phone=applicant.phone,
                first_time=applicant.first_time,
                applicant_participates=applied.applicant_participates,
                companions=tuple(person.companion for person in others),
                channel=channel,
                privacy_version=_PRIVACY_VERSION,
                privacy_by="oral" if by_staff else "form",
                entered_by=self.actors.coordinator if by_staff else None,
                received_at=now if by_staff else None,
            ),
            keys=self.keys,
            now=now,
            actor=self.actors.coordinator if by_staff else CITIZEN,
        )
        self.signup_ids[number] = receipt.signup_id

    def _cancel(self, number: int, now: datetime) -> None:
        signups.cancel(signup_id=self.signup_ids[number], now=now, actor=CITIZEN)

    def _cancel_companion(self, number: int, applied: Applied, now: datetime) -> None:
        participant_id = self._participants(number)[applied.people.index(applied.companion)]
        signups.cancel(
            signup_id=self.signup_ids[number],
            participant_id=participant_id,
            now=now,
            actor=CITIZEN,
        )

    def _answer(self, number: int, applied: Applied, now: datetime, *, accept: bool) -> None:
        by_phone = applied.channel != Channel.WEB
        signups.answer_offer(
            signup_id=self.signup_ids[number],
            accept=accept,
            now=now,
            actor=self.actors.coordinator if by_phone else CITIZEN,
        )

    def _participants(self, number: int) -> list[str]:
        signup = signup_queries.signup_by_id(db.session(), self.signup_ids[number])
        assert signup is not None  # noqa: S101 - our own data
        return [person.public_id for person in signup.participants]

    # --- what happens on the day ---

    def hold(self, number: int, applied: Applied) -> None:
        ends_at = self.days[applied.slot][1].plan.ends_at
        if applied.attendance:
            self.at(ends_at + _MARKED, partial(self._mark, number, applied))

    def _mark(self, number: int, applied: Applied, now: datetime) -> None:
        pairs = zip(self._participants(number), applied.attendance, strict=True)
        for participant_id, attendance in pairs:
            participation.mark(
                slot_id=self.slot_ids[applied.slot],
                participant_id=participant_id,
                attendance=Attendance(attendance),
                nonce=f"demo-{participant_id}",
                marked_at=now,
                now=now,
                actor=self._reception(applied.slot),
            )

    def walk_in(self, number: int, raw: dict[str, str]) -> None:
        def add(now: datetime) -> None:
            participation.add_walk_in(
                slot_id=self.slot_ids[raw["slot"]],
                name=raw["name"],
                kana=text.kana(raw["kana"]),
                age_group=AgeGroup(raw["age_group"]),
                phone="",
                nonce=f"demo-walk-in-{number}",
                keys=self.keys,
                now=now,
                actor=self._reception(raw["slot"]),
            )

        self.at(self.days[raw["slot"]][1].plan.starts_at + _WALKED_IN, add)

    def count_heads(self, slot: str, adults: int, children: int) -> None:
        def count(now: datetime) -> None:
            participation.count_heads(
                slot_id=self.slot_ids[slot],
                adults=adults,
                children=children,
                now=now,
                actor=self._reception(slot),
            )

        self.at(self.days[slot][1].plan.ends_at + _MARKED, count)

    def _reception(self, slot: str) -> str:
        return self.actors.reception_of(self.days[slot][0].group)

    # --- what the worker and the office do in between ---

    def remind(self, day: Day) -> None:
        local = tokyo(day.plan.starts_at) - timedelta(days=1)
        hour, minute = _REMINDED_AT
        self.at(
            local.replace(hour=hour, minute=minute, tzinfo=TOKYO),
            lambda now: _run(jobs.remind, now),
        )

    def catch_up(self, until: datetime) -> None:
        """End the offers whose time came, make the calls that have waited for long."""
        next_end = sa.select(sa.func.min(Offer.expires_at)).where(Offer.answered_at.is_(None))
        while (ended := db.session().scalar(next_end)) is not None and ended <= until:
            jobs.expire_offers(now=ended)
        waiting = sa.select(PhoneCall.public_id).where(
            PhoneCall.outcome.in_(WAITING_CALLS), PhoneCall.created_at < until - _CALLED_WITHIN
        )
        for call_id in db.session().scalars(waiting).all():
            close_call(
                call_id=call_id,
                outcome=CallOutcome.REACHED,
                note="",
                actor=self.actors.coordinator,
                now=until,
            )


def _run(job: Callable[..., int], now: datetime) -> None:
    job(now=now)


def tell(scenario: Scenario, *, actors: Actors, keys: Keys, now: datetime) -> None:
    """Let the story happen, step by step, up to now."""
    story = _Story(scenario, actors, keys, now)
    for offered in scenario.offered:
        story.days |= {day.key: (offered, day) for day in offered.days}
    for number, offered in enumerate(scenario.offered):
        story.offer(number, offered)
    for number, applied in enumerate(scenario.applied):
        story.apply(number, applied)
        story.hold(number, applied)
    for number, raw in enumerate(scenario.walk_ins):
        story.walk_in(number, raw)
    for raw in scenario.head_counts:
        story.count_heads(**raw)
    for _offered, day in story.days.values():
        story.remind(day)
    # The sort is stable: of one moment, the order of the files.
    for moment, step in sorted(story.steps, key=lambda planned: planned[0]):
        story.catch_up(moment)
        step(moment)
    story.catch_up(now)
