"""抽選の申込み: entering a round and changing what was entered, under the round's lock.

One person is in at most one application of a round: the earlier receipt stays, the later one is
refused, and both are told. Source: docs/rules/rounds.md.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, record
from kyodo_match.core import limits
from kyodo_match.core.db import public_id, use_case
from kyodo_match.core.limits import CHANGE_PARTY
from kyodo_match.core.secrets import Keys
from kyodo_match.matching.errors.rounds import AlreadyEntered, NotEntered, PeopleChanged
from kyodo_match.matching.models.rounds import DrawChoice, DrawEntry, DrawPerson, Round
from kyodo_match.matching.outbox.entries import lines_of
from kyodo_match.matching.queries import entries as queries
from kyodo_match.matching.queries import rounds as round_queries
from kyodo_match.matching.rules import rounds as rules
from kyodo_match.matching.rules.rounds import Entry, PersonFacts
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries as signups
from kyodo_match.signups import rules as signup_rules
from kyodo_match.signups.errors import NoContact
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Companion, Receipt, SignupStatus
from kyodo_match.signups.services.access import send_link
from kyodo_match.signups.services.applying import participant_of, person_key, tries_of
from kyodo_match.signups.services.changing import count_contact, move_contact
from kyodo_match.signups.services.entering import enter, tell_changed, tell_entered


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
    RoundClosed, RoundFrozen, PostmarkMissing, ChoicesFaulty, NobodyTakesPart, SamePersonTwice,
    PartyTooLarge, NotOfAge, AlreadyEntered, TooOften. Source: docs/rules/rounds.md.
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
    tries = tuple(tries_of(application, keys=keys, address=address))
    for limit, subject in tries:
        limits.check(session, limit, subject, now=now)
    wanted = _wanted(entry, keys)
    earlier = queries.earlier_entry(session, one, wanted, keys=keys)
    office = office_of(session)
    for limit, subject in tries:
        limits.count(session, limit, subject, now=now)
    if earlier is not None:
        _remind(session, earlier, office=office, keys=keys, now=now)
        return AlreadyEntered()

    signup = enter(session, wished[0], application, keys=keys, now=now, actor=actor)
    new = _write(session, one, signup, entry, wished, is_late=is_late)
    _claim(session, new, wanted)
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

    Raises ChoicesFaulty, NobodyTakesPart, SamePersonTwice, PartyTooLarge, NotOfAge.
    """
    days = {day.slot.public_id: day.slot for day in round_queries.held_days(one)}
    rules.check_choices(entry.choices, days=days, most=one.most_choices)
    application = entry.application
    signup_rules.check_party(application, limit=one.party_limit)
    wished = [days[slot_id] for slot_id in entry.choices]
    for slot in wished:
        signup_rules.check_ages(
            (person.age_group for person in application.participants),
            min_age=slot.opportunity.min_age,
            max_age=slot.opportunity.max_age,
        )
    return wished


def _wanted(entry: Entry, keys: Keys) -> set[str]:
    application = entry.application
    return queries.claims(
        [person.kana for person in application.participants],
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
        size=entry.application.size,
        people=[facts.row() for facts in entry.facts],
        postmarked_on=entry.postmarked_on,
        is_late=is_late,
        choices=_choices(wished),
    )
    session.add(new)
    session.flush()
    return new


def _choices(wished: Sequence[Slot]) -> list[DrawChoice]:
    return [DrawChoice(rank=rank, slot=slot) for rank, slot in enumerate(wished, start=1)]


def _claim(session: Session, entry: DrawEntry, wanted: set[str]) -> None:
    """The unique key of people in a round holds also where a lock would fail."""
    session.execute(sa.delete(DrawPerson).where(DrawPerson.entry_id == entry.id))
    session.add_all(
        DrawPerson(round_id=entry.round_id, person_key=key, entry_id=entry.id)
        for key in sorted(wanted)
    )


def _remind(
    session: Session, earlier: DrawEntry, *, office: Office, keys: Keys, now: datetime
) -> None:
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


# --- Changing ---------------------------------------------------------------


def change_entry(*, signup_id: str, entry: Entry, keys: Keys, now: datetime, actor: str) -> bool:
    """Give an application other wishes, people or contact data; whether its link is a new one.

    The number stays, so nobody gains by it. Applicants until the deadline, the office until the
    list is frozen. Raises NoResultFound, NotEntered, RoundClosed, RoundFrozen, ChoicesFaulty,
    NobodyTakesPart, SamePersonTwice, PartyTooLarge, NotOfAge, NoContact, AlreadyEntered, TooOften.
    Source: docs/rules/rounds.md.
    """
    outcome = _change(signup_id=signup_id, entry=entry, keys=keys, now=now, actor=actor)
    if isinstance(outcome, AlreadyEntered):
        raise outcome
    return outcome


@use_case
def _change(
    session: Session, *, signup_id: str, entry: Entry, keys: Keys, now: datetime, actor: str
) -> bool | AlreadyEntered:
    one, found = _locked(session, signup_id)
    rules.check_changing(round_queries.times_of(one), now=now, office=actor != CITIZEN)
    wished, application = check_entry(one, entry), entry.application
    signup, office = found.signup, office_of(session)
    subject = keys.fingerprint("change", signup_id)
    if actor == CITIZEN:
        limits.check(session, CHANGE_PARTY, subject, now=now)
        limits.count(session, CHANGE_PARTY, subject, now=now)
    wanted = _wanted(entry, keys)
    earlier = queries.earlier_entry(session, one, wanted, keys=keys, own=found.id)
    if earlier is not None:
        _remind(session, earlier, office=office, keys=keys, now=now)
        return AlreadyEntered()

    renewed = _move_contact(
        session, signup, application.email, application.phone, keys=keys, now=now, actor=actor
    )
    _rewrite(session, found, entry, wished, keys=keys, now=now)
    _claim(session, found, wanted)
    record(
        session,
        "signup.entry-changed",
        actor=actor,
        object_kind="signup",
        object_id=signup_id,
        now=now,
        choices=list(entry.choices),
        party=application.size,
    )
    tell_changed(
        session,
        signup,
        title=one.title,
        lines=lines_of(found, one),
        deadline=one.closes_at,
        occasion=public_id(),
        office=office,
        now=now,
        actor=actor,
    )
    return renewed


def _locked(session: Session, signup_id: str) -> tuple[Round, DrawEntry]:
    """Lock the round of an application, then the day that it stands under.

    Raises NoResultFound, NotEntered.
    """
    found = queries.round_of_entry(session, signup_id)
    one = round_queries.locked_round(session, found.public_id if found else "")
    locked_slot(session, signups.slot_id_of(session, signup_id))
    entry = queries.entry_under_lock(session, signup_id)
    if entry.signup.status is not SignupStatus.ENTERED:
        raise NotEntered
    return one, entry


def _move_contact(
    session: Session,
    signup: Signup,
    email: str,
    phone: str,
    *,
    keys: Keys,
    now: datetime,
    actor: str,
) -> bool:
    """Whether that makes a new link. Raises NoContact, TooOften."""
    if not (email or phone):
        raise NoContact
    if (email, phone) == (signup.email, signup.phone):
        return False
    count_contact(session, signup, email, phone, keys=keys, now=now, actor=actor)
    return move_contact(
        session,
        signup,
        signup.slot,
        email,
        phone,
        office=office_of(session),
        keys=keys,
        now=now,
        actor=actor,
    )


def _rewrite(
    session: Session,
    found: DrawEntry,
    entry: Entry,
    wished: Sequence[Slot],
    *,
    keys: Keys,
    now: datetime,
) -> None:
    signup, application = found.signup, entry.application
    signup.name, signup.kana = application.name, application.kana
    signup.residency, signup.district = application.residency, application.district
    signup.first_time, signup.slot = application.first_time, wished[0]
    found.people = _reseat(signup, found, entry, keys=keys, now=now)
    found.size = application.size
    for choice in found.choices:
        session.delete(choice)
    session.flush()
    session.expire(found, ["choices"])
    found.choices.extend(_choices(wished))


def _reseat(
    signup: Signup, found: DrawEntry, entry: Entry, *, keys: Keys, now: datetime
) -> list[dict[str, object]]:
    """Write who takes part now over who did, in order; who is left over has cancelled.

    What the office has verified of somebody stays so while name and facts stay the same.
    """
    contact = signup_rules.contact_of(phone=signup.phone, email=signup.email)
    coming = list(zip(entry.application.participants, entry.facts, strict=True))
    rows = [dict(row) for row in found.people]
    for place, person in enumerate(signup.participants):
        if person.cancelled_at is not None:
            continue
        if not coming:
            person.cancelled_at = now
            continue
        new, facts = coming.pop(0)
        is_same = person.kana == new.kana and _same_facts(rules.read_facts(rows[place]), facts)
        if not is_same:
            rows[place] = facts.row()
        person.name, person.kana, person.age_group = new.name, new.kana, new.age_group
        person.person_key = person_key(new.kana, contact=contact, keys=keys)
    for new, facts in coming:
        _seat(signup, new, contact=contact, keys=keys)
        rows.append(facts.row())
    return rows


def _seat(signup: Signup, person: Companion, *, contact: str, keys: Keys) -> None:
    position = 1 + max(one.position for one in signup.participants)
    signup.participants.append(participant_of(person, position, contact=contact, keys=keys))


def _same_facts(old: PersonFacts, new: PersonFacts) -> bool:
    return (old.residency, old.first_time) == (new.residency, new.first_time)


@use_case
def change_entry_contact(
    session: Session,
    *,
    signup_id: str,
    email: str,
    phone: str,
    keys: Keys,
    now: datetime,
    actor: str,
) -> bool:
    """Other contact data once the wishes are fixed, so that the result reaches its people.

    Nobody enters any more, so nobody is looked for under it. Raises NoResultFound, NotEntered,
    NoContact, TooOften.
    """
    _one, found = _locked(session, signup_id)
    return _move_contact(session, found.signup, email, phone, keys=keys, now=now, actor=actor)


@use_case
def check_facts(
    session: Session,
    *,
    signup_id: str,
    facts: Sequence[PersonFacts],
    is_late: bool,
    now: datetime,
    actor: str,
) -> None:
    """区分の確認: set what the office knows of the people, until the list is frozen.

    `facts` are those of the people who take part, in their order. Raises NoResultFound,
    NotEntered, RoundFrozen, PeopleChanged where they are not as many.
    Source: docs/rules/rounds.md.
    """
    one, found = _locked(session, signup_id)
    rules.check_changing(round_queries.times_of(one), now=now, office=True)
    if len(facts) != len(signups.live(found.signup)):
        raise PeopleChanged
    coming = iter(facts)
    people = [
        dict(row) if person.cancelled_at else next(coming).row()
        for person, row in zip(found.signup.participants, found.people, strict=True)
    ]
    before = {"people": found.people, "late": found.is_late}
    found.people, found.is_late = people, is_late
    record(
        session,
        "signup.facts-changed",
        actor=actor,
        object_kind="signup",
        object_id=signup_id,
        now=now,
        old=before,
        new={"people": people, "late": is_late},
    )
