"""Applications to rounds: one, all of a round, and who is already in it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from kyodo_match.core import text
from kyodo_match.core.secrets import Keys
from kyodo_match.matching.models.rounds import (
    DrawChoice,
    DrawEntry,
    DrawPerson,
    Round,
    RoundSlot,
)
from kyodo_match.matching.rules.entering import read_entry_number
from kyodo_match.matching.rules.rounds import (
    PersonFacts,
    RoundStatus,
    class_of_party,
    read_classes,
    read_facts,
)
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.queries import draws, taking_part
from kyodo_match.signups.queries.draws import InDraw
from kyodo_match.signups.rules import LIVE, SignupStatus, person_kana

WHOLE = sa.select(DrawEntry).options(
    joinedload(DrawEntry.signup, innerjoin=True).selectinload(Signup.participants),
    selectinload(DrawEntry.choices)
    .joinedload(DrawChoice.slot, innerjoin=True)
    .joinedload(Slot.opportunity, innerjoin=True)
    .joinedload(Opportunity.group, innerjoin=True),
)


def entry_of(session: Session, signup: Signup) -> DrawEntry | None:
    """The application to a round behind a sign-up, with its wishes; None where it is none."""
    return session.scalars(WHOLE.where(DrawEntry.signup_id == signup.id)).one_or_none()


def entry_by_signup(session: Session, signup_id: str) -> DrawEntry | None:
    """The same by the sign-up's public id."""
    return session.scalars(
        WHOLE.join(Signup, Signup.id == DrawEntry.signup_id).where(Signup.public_id == signup_id)
    ).one_or_none()


def entry_under_lock(session: Session, signup_id: str) -> DrawEntry:
    """The same read afresh, once its round is locked. Raises NoResultFound."""
    return session.scalars(
        WHOLE.join(Signup, Signup.id == DrawEntry.signup_id)
        .where(Signup.public_id == signup_id)
        .execution_options(populate_existing=True)
    ).one()


def round_of_entry(session: Session, signup_id: str) -> Round | None:
    """The round of an application, without its days."""
    return session.scalars(
        sa.select(Round)
        .join(DrawEntry, DrawEntry.round_id == Round.id)
        .join(Signup, Signup.id == DrawEntry.signup_id)
        .where(Signup.public_id == signup_id)
    ).one_or_none()


def entries_of(session: Session, one: Round) -> Sequence[DrawEntry]:
    """Every application of a round in the order of its numbers, cancelled ones too."""
    return session.scalars(WHOLE.where(DrawEntry.round_id == one.id).order_by(DrawEntry.id)).all()


def entries_by_number(session: Session, typed: str) -> Sequence[DrawEntry]:
    """The applications with a 抽選番号 as it was typed, the latest first: rounds number anew."""
    number = read_entry_number(typed)
    if number is None:
        return []
    return session.scalars(
        WHOLE.where(DrawEntry.entry_number == number).order_by(DrawEntry.id.desc()).limit(20)
    ).all()


def everybody_of(entry: DrawEntry) -> list[tuple[Participant, PersonFacts]]:
    """Who comes, each with what would decide their class; who has cancelled is left out.

    `entry.people` has a row for each participant in order, for those who cancelled as well.
    """
    pairs = zip(entry.signup.participants, entry.people, strict=True)
    return [(one, read_facts(row)) for one, row in pairs if one.cancelled_at is None]


def people_of(entry: DrawEntry, one: Round) -> list[tuple[Participant, PersonFacts]]:
    """Who counts in size and class: escorts only where the days count them."""
    return [
        (person, facts)
        for person, facts in everybody_of(entry)
        if one.escorts_count or not person.is_escort
    ]


def class_now(entry: DrawEntry, one: Round) -> int | None:
    """The class of an application as its facts stand now; None where nobody is left."""
    people = [facts for _person, facts in people_of(entry, one)]
    return class_of_party(people, read_classes(one.classes)) if people else None


# --- One person, one application --------------------------------------------


def claims(kanas: Iterable[str], *, email: str, phone: str, keys: Keys) -> set[str]:
    """The keys of people in a round: ふりがな with the phone, and ふりがな with the e-mail.

    Whoever shares one of them is the same person (docs/rules/places.md).
    """
    contacts = [contact for contact in (text.digits(phone), email) if contact]
    return {
        keys.fingerprint("person", person_kana(kana), contact)
        for kana in kanas
        for contact in contacts
    }


def earlier_entry(
    session: Session, one: Round, wanted: Collection[str], *, keys: Keys, own: int = 0
) -> DrawEntry | None:
    """Another live application of the round that has one of these people, under its lock.

    What a cancelled application or person had claimed is let go on the way.
    """
    rows = session.scalars(
        sa.select(DrawPerson).where(
            DrawPerson.round_id == one.id,
            DrawPerson.person_key.in_(wanted),
            DrawPerson.entry_id != own,
        )
    ).all()
    for row in rows:
        entry = session.scalars(
            WHOLE.where(DrawEntry.id == row.entry_id).execution_options(populate_existing=True)
        ).one()
        if row.person_key in _claims_of(entry, keys=keys):
            return entry
        session.delete(row)
    session.flush()
    return None


def _claims_of(entry: DrawEntry, *, keys: Keys) -> set[str]:
    signup = entry.signup
    if signup.status not in LIVE:
        return set()
    kanas = [person.kana for person in taking_part(signup)]
    return claims(kanas, email=signup.email, phone=signup.phone, keys=keys)


# --- What an application's own pages and letters show -----------------------


def in_draw(session: Session, signup: Signup, now: datetime) -> InDraw | None:
    """What its round says of an application, whatever has become of it."""
    entry = entry_of(session, signup)
    if entry is None:
        return None
    one = session.get_one(Round, entry.round_id)
    waits = signup.status is SignupStatus.ENTERED and one.status is RoundStatus.OPEN
    return InDraw(
        round_id=one.public_id,
        title=one.title,
        entry_number=entry.entry_number,
        wishes=[choice.slot for choice in entry.choices],
        standing=[
            choice.slot
            for choice in entry.choices
            if not choice.dropped and choice.slot.status is SlotStatus.SCHEDULED
        ],
        classes=[row.name for row in read_classes(one.classes)],
        closes_at=one.closes_at,
        draw_at=one.draw_at,
        draw_place=one.draw_place,
        most_choices=one.most_choices,
        is_late=entry.is_late,
        is_drawn=one.drawn_at is not None,
        can_change=waits and now < one.closes_at,
        office_can_change=waits,
        had_place=entry.placed_slot_id is not None and signup.status is not SignupStatus.ENTERED,
    )


def wishing(slots: Collection[int]) -> sa.Select[int]:
    """The sign-ups of applications that wish for one of some days, by their keys."""
    return (
        sa.select(DrawEntry.signup_id)
        .join(DrawChoice, DrawChoice.entry_id == DrawEntry.id)
        .where(DrawChoice.slot_id.in_(slots))
    )


draws.register(in_draw, wishing)


def promised_places(session: Session, slot: Slot) -> int:
    """How many places of a day a round has announced, until its results are out.

    While it takes applications those that it keeps for classes, then all that it draws for.
    """
    found = session.execute(
        sa.select(RoundSlot.capacity, RoundSlot.reserves)
        .join(Round, Round.id == RoundSlot.round_id)
        .where(RoundSlot.slot_id == slot.id, Round.status.in_(_ANNOUNCED))
    ).one_or_none()
    if found is None:
        return 0
    return sum(found.reserves.values()) if found.capacity is None else int(found.capacity)


_ANNOUNCED = (RoundStatus.OPEN, RoundStatus.FROZEN, RoundStatus.DRAWN)


draws.register_places(promised_places)
