"""抽選の申込みの変更: other wishes, people, contact data or facts, under the round's lock.

Source: docs/rules/rounds.md.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, record
from kyodo_match.core import limits
from kyodo_match.core.db import public_id, use_case
from kyodo_match.core.limits import CHANGE_PARTY
from kyodo_match.core.secrets import Keys
from kyodo_match.matching.errors.rounds import AlreadyEntered, NotEntered, PeopleChanged
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.outbox.entries import lines_of
from kyodo_match.matching.queries import entries as queries
from kyodo_match.matching.queries import rounds as round_queries
from kyodo_match.matching.rules import entering as rules
from kyodo_match.matching.rules.entering import Entry
from kyodo_match.matching.rules.rounds import PersonFacts, read_facts
from kyodo_match.matching.services.applying import (
    check_entry,
    choices_of,
    claim,
    claims_of,
    remind,
)
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups import queries as signups
from kyodo_match.signups import rules as signup_rules
from kyodo_match.signups.errors import NoContact
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Companion, SignupStatus
from kyodo_match.signups.services.applying import participant_of, person_key
from kyodo_match.signups.services.contacting import count_contact, move_contact
from kyodo_match.signups.services.edges import settle_places
from kyodo_match.signups.services.entering import tell_changed


def change_entry(*, signup_id: str, entry: Entry, keys: Keys, now: datetime, actor: str) -> bool:
    """Give an application other wishes, people or contact data; whether its link is a new one.

    The number stays, so nobody gains by it. Applicants until the deadline, the office until the
    list is frozen. Raises NoResultFound, NotEntered, RoundClosed, RoundFrozen, ChoicesFaulty,
    NobodyTakesPart, OnlyEscorts, TooManyEscorts, SamePersonTwice, PartyTooLarge, NotOfAge,
    NoContact, AlreadyEntered, TooOften.
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
    one, found = _locked(session, signup_id, wishes=entry.choices)
    rules.check_changing(round_queries.times_of(one), now=now, office=actor != CITIZEN)
    wished, application = check_entry(one, entry), entry.application
    signup, office = found.signup, office_of(session)
    subject = keys.fingerprint("change", signup_id)
    if actor == CITIZEN:
        limits.check(session, CHANGE_PARTY, subject, now=now)
        limits.count(session, CHANGE_PARTY, subject, now=now)
    wanted = claims_of(entry, keys)
    earlier = queries.earlier_entry(session, one, wanted, keys=keys, own=found.id)
    if earlier is not None:
        remind(session, earlier, office=office, keys=keys, now=now)
        return AlreadyEntered()

    renewed = _move_contact(
        session, signup, application.email, application.phone, keys=keys, now=now, actor=actor
    )
    stood_under = signup.slot
    _rewrite(session, found, entry, wished, keys=keys, now=now)
    claim(session, found, wanted)
    for slot in {stood_under, wished[0]}:
        settle_places(session, slot, office=office, now=now)
    record(
        session,
        "signup.entry-changed",
        actor=actor,
        object_kind="signup",
        object_id=signup_id,
        now=now,
        choices=list(entry.choices),
        party=found.size,
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


def _locked(
    session: Session, signup_id: str, *, wishes: Sequence[str] = ()
) -> tuple[Round, DrawEntry]:
    """Lock the round of an application, then the day that it stands under or will stand under.

    Days are locked in the order of their keys. Raises NoResultFound, NotEntered.
    """
    found = queries.round_of_entry(session, signup_id)
    one = round_queries.locked_round(session, found.public_id if found else "")
    concerned = {signups.slot_id_of(session, signup_id), *wishes[:1]}
    for day in sorted(one.slots, key=lambda day: day.slot_id):
        if day.slot.public_id in concerned:
            locked_slot(session, day.slot.public_id)
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
    found.size = signups.size_of(signup.slot, application.participants)
    for choice in found.choices:
        session.delete(choice)
    session.flush()
    session.expire(found, ["choices"])
    found.choices.extend(choices_of(wished))


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
        is_same = person.kana == new.kana and _same_facts(read_facts(rows[place]), facts)
        if not is_same:
            rows[place] = facts.row()
        person.name, person.kana, person.age_group = new.name, new.kana, new.age_group
        person.is_escort = new.is_escort
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

    `facts` are those of the people who count, in their order. Raises NoResultFound,
    NotEntered, RoundFrozen, PeopleChanged where they are not as many.
    Source: docs/rules/rounds.md.
    """
    one, found = _locked(session, signup_id)
    rules.check_changing(round_queries.times_of(one), now=now, office=True)
    counting = {person.id for person, _facts in queries.people_of(found, one)}
    if len(facts) != len(counting):
        raise PeopleChanged
    coming = iter(facts)
    people = [
        next(coming).row() if person.id in counting else dict(row)
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
