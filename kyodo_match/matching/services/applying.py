"""抽選の申込み: entering a round under its lock.

One person is in at most one application of a round: the earlier receipt stays, the later one is
refused, and both are told. Source: docs/rules/rounds.md.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import limits
from kyodo_match.core.db import use_case
from kyodo_match.core.secrets import Keys
from kyodo_match.matching.errors.rounds import AlreadyEntered
from kyodo_match.matching.models.rounds import DrawChoice, DrawEntry, DrawPerson, Round
from kyodo_match.matching.outbox.entries import lines_of
from kyodo_match.matching.queries import entries as queries
from kyodo_match.matching.queries import rounds as round_queries
from kyodo_match.matching.rules import entering as rules
from kyodo_match.matching.rules.entering import Entry
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries as signups
from kyodo_match.signups import rules as signup_rules
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt
from kyodo_match.signups.services.access import send_link
from kyodo_match.signups.services.applying import tries_of
from kyodo_match.signups.services.edges import settle_places
from kyodo_match.signups.services.entering import enter, tell_entered


def enter_round(
    *,
    round_id: str,
    entry: Entry,
    keys: Keys,
    now: datetime,
    actor: str = CITIZEN,
    address: str | None = None,
) -> Receipt:
    """Take an application to a round, with its wishes in order.

    The same submission again gives the same receipt. `address` is where a citizen's request came
    from; staff who enter for others leave it out. Raises NoResultFound, RoundNotYetOpen,
    RoundClosed, RoundFrozen, PostmarkMissing, ChoicesFaulty, NobodyTakesPart, OnlyEscorts,
    TooManyEscorts, SamePersonTwice, PartyTooLarge, NotOfAge, AlreadyEntered, TooOften.
    Source: docs/rules/rounds.md.
    """
    outcome = _enter(
        round_id=round_id, entry=entry, keys=keys, now=now, actor=actor, address=address
    )
    # This one refusal sends a mail, so it is raised once that is committed.
    if isinstance(outcome, AlreadyEntered):
        raise outcome
    return outcome


@use_case
def _enter(
    session: Session,
    *,
    round_id: str,
    entry: Entry,
    keys: Keys,
    now: datetime,
    actor: str,
    address: str | None,
) -> Receipt | AlreadyEntered:
    one = round_queries.locked_round(session, round_id)
    application = entry.application
    if application.submission_key is not None:
        before = signups.signup_of_key(session, application.submission_key)
        if before is not None:
            return _receipt(before, repeated=True)
    is_late = rules.check_taking(
        round_queries.times_of(one),
        channel=application.channel,
        received_at=application.received_at or now,
        postmarked_on=entry.postmarked_on,
    )
    wished = check_entry(one, entry)
    slot = locked_slot(session, wished[0].public_id)
    tries = tuple(tries_of(application, keys=keys, address=address))
    limits.check_all(session, tries, now=now)
    wanted = claims_of(entry, keys)
    earlier = queries.earlier_entry(session, one, wanted, keys=keys)
    office = office_of(session)
    limits.count_all(session, tries, now=now)
    if earlier is not None:
        remind(session, earlier, office=office, keys=keys, now=now)
        return AlreadyEntered()

    signup = enter(session, slot, application, keys=keys, now=now, actor=actor)
    new = _write(session, one, signup, entry, wished, is_late=is_late)
    claim(session, new, wanted)
    settle_places(session, slot, office=office, now=now)
    tell_entered(
        session,
        signup,
        title=one.title,
        lines=lines_of(new, one),
        deadline=one.closes_at,
        office=office,
        now=now,
        actor=actor,
    )
    return _receipt(signup)


def check_entry(one: Round, entry: Entry) -> list[Slot]:
    """Whether a round takes such wishes of such a party; the wished days in order.

    Raises ChoicesFaulty, NobodyTakesPart, OnlyEscorts, TooManyEscorts, SamePersonTwice,
    PartyTooLarge, NotOfAge.
    """
    days = {day.slot.public_id: day.slot for day in round_queries.held_days(one)}
    rules.check_choices(entry.choices, days=days, most=one.most_choices)
    application = entry.application
    signup_rules.check_party(application, limit=one.party_limit, escorts_count=one.escorts_count)
    wished = [days[slot_id] for slot_id in entry.choices]
    for slot in wished:
        signup_rules.check_ages(
            (one.age_group for one in application.participants if not one.is_escort),
            min_age=slot.opportunity.min_age,
            max_age=slot.opportunity.max_age,
        )
    return wished


def claims_of(entry: Entry, keys: Keys) -> set[str]:
    """The keys under which an application's people are in a round once; escorts may be twice."""
    application = entry.application
    return queries.claims(
        [person.kana for person in application.participants if not person.is_escort],
        email=application.email,
        phone=application.phone,
        keys=keys,
    )


def _write(
    session: Session,
    one: Round,
    signup: Signup,
    entry: Entry,
    wished: Sequence[Slot],
    *,
    is_late: bool,
) -> DrawEntry:
    one.last_entry += 1
    new = DrawEntry(
        round_id=one.id,
        signup=signup,
        entry_number=rules.entry_number(one.last_entry),
        size=signups.size_of(signup.slot, entry.application.participants),
        people=[facts.row() for facts in entry.facts],
        postmarked_on=entry.postmarked_on,
        is_late=is_late,
        choices=choices_of(wished),
    )
    session.add(new)
    session.flush()
    return new


def choices_of(wished: Sequence[Slot]) -> list[DrawChoice]:
    """The wishes of an application as rows, the first wish first."""
    return [DrawChoice(rank=rank, slot=slot) for rank, slot in enumerate(wished, start=1)]


def claim(session: Session, entry: DrawEntry, wanted: set[str]) -> None:
    """A step: the unique key of people in a round holds also where a lock would fail."""
    session.execute(sa.delete(DrawPerson).where(DrawPerson.entry_id == entry.id))
    session.add_all(
        DrawPerson(round_id=entry.round_id, person_key=key, entry_id=entry.id)
        for key in sorted(wanted)
    )


def remind(
    session: Session, earlier: DrawEntry, *, office: Office, keys: Keys, now: datetime
) -> None:
    """A step: whoever applied before is sent the link to that application."""
    signup = earlier.signup
    send_link(session, signup, signup.slot, office=office, keys=keys, now=now)


def _receipt(signup: Signup, *, repeated: bool = False) -> Receipt:
    return Receipt(
        number=signup.receipt_number,
        signup_id=signup.public_id,
        status=signup.status,
        slot_id=signup.slot.public_id,
        party=len(signups.live(signup)),
        repeated=repeated,
    )
