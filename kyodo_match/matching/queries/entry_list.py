"""The office's list of a round's applications: what there is to check, and who is looked for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.paging import paged
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.queries.entries import WHOLE, class_now, everybody_of, people_of
from kyodo_match.matching.rules.entering import EntryView, read_entry_number
from kyodo_match.matching.rules.rounds import PersonFacts, read_facts
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.queries import came_to
from kyodo_match.signups.queries.search import fits
from kyodo_match.signups.rules import LIVE, Channel

PAGE = 50


@dataclass(frozen=True)
class Checked:
    """A person of an application, as the office checks them."""

    person: Participant
    facts: PersonFacts
    came_before: bool  # attended something under the same key


@dataclass(frozen=True)
class Row:
    """An application in the office's list."""

    entry: DrawEntry
    people: Sequence[Checked]
    draw_class: int | None

    @property
    def signup(self) -> Signup:
        return self.entry.signup

    @property
    def escorts(self) -> Sequence[Participant]:
        """Who comes besides and does not count."""
        counting = {one.person.id for one in self.people}
        return [one for one, _facts in everybody_of(self.entry) if one.id not in counting]

    @property
    def is_live(self) -> bool:
        return self.signup.status in LIVE

    @property
    def is_verified(self) -> bool:
        return all(one.facts.verified for one in self.people)

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody says 「はじめて」 who has come before."""
        return any(one.facts.first_time and one.came_before for one in self.people)


def rows(session: Session, one: Round, entries: Sequence[DrawEntry]) -> list[Row]:
    """Applications as the office lists them; attendance is asked for together."""
    people = [(entry, people_of(entry, one)) for entry in entries]
    seen = came_to(session, {p.person_key for _entry, pairs in people for p, _ in pairs})
    return [
        Row(
            entry=entry,
            people=[Checked(p, facts, p.person_key in seen) for p, facts in pairs],
            draw_class=class_now(entry, one),
        )
        for entry, pairs in people
    ]


@dataclass(frozen=True)
class EntryList:
    """A page of the list, and how many applications each way to look at it has."""

    rows: Sequence[Row]
    counts: dict[EntryView, int]
    total: int
    page: int
    pages: int


def entry_list(
    session: Session, one: Round, *, view: EntryView, word: str = "", page: int = 1
) -> EntryList:
    """Applications in the order of their numbers; with a `word` those of whom it speaks.

    抽選番号, or what finds an application elsewhere: 受付番号, a name, a phone, an address.
    """
    views = _views(session, one, word)
    ids = [entry_id for entry_id, fitting in views.items() if view in fitting]
    page, pages = paged(page, total=len(ids), size=PAGE)
    shown = ids[(page - 1) * PAGE : page * PAGE]
    entries = session.scalars(WHOLE.where(DrawEntry.id.in_(shown)).order_by(DrawEntry.id)).all()
    counts = {each: sum(each in fitting for fitting in views.values()) for each in EntryView}
    return EntryList(rows(session, one, entries), counts, len(ids), page, pages)


def _views(session: Session, one: Round, word: str) -> dict[int, set[EntryView]]:
    """By application, in the order of the numbers, the views that it is in: without objects."""
    found = session.execute(
        sa.select(
            DrawEntry.id,
            DrawEntry.signup_id,
            DrawEntry.people,
            DrawEntry.is_late,
            Signup.status,
            Signup.channel,
        )
        .join(Signup, Signup.id == DrawEntry.signup_id)
        .where(DrawEntry.round_id == one.id, *_of(word))
        .order_by(DrawEntry.id)
    ).all()
    facts = _facts(session, one, {row.signup_id: row.people for row in found})
    seen = came_to(
        session, (key for pairs in facts.values() for key, fact in pairs if fact.first_time)
    )
    views: dict[int, set[EntryView]] = {}
    for row in found:
        is_live, own = row.status in LIVE, facts[row.signup_id]
        fitting = {
            EntryView.ALL: True,
            EntryView.UNVERIFIED: is_live and not all(fact.verified for _key, fact in own),
            EntryView.DOUBTFUL: is_live and any(f.first_time and key in seen for key, f in own),
            EntryView.PAPER: row.channel is Channel.PAPER,
            EntryView.LATE: row.is_late,
            EntryView.CANCELLED: not is_live,
        }
        views[row.id] = {view for view, fits_it in fitting.items() if fits_it}
    return views


def _facts(
    session: Session, one: Round, people: dict[int, Sequence[dict[str, object]]]
) -> dict[int, list[tuple[str, PersonFacts]]]:
    """By sign-up, who counts in its class: the person's key, and what is said of them."""
    places: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    counts = sa.and_(
        Participant.cancelled_at.is_(None),
        sa.or_(Participant.is_escort.is_(False), sa.literal(one.escorts_count)),
    )
    for signup_id, key, does_count in session.execute(
        sa.select(Participant.signup_id, Participant.person_key, counts)
        .join(DrawEntry, DrawEntry.signup_id == Participant.signup_id)
        .where(DrawEntry.round_id == one.id)
        .order_by(Participant.signup_id, Participant.position)
    ):
        places[signup_id].append((key, does_count))
    return {
        signup_id: [
            (key, read_facts(row))
            for (key, does_count), row in zip(places[signup_id], said, strict=True)
            if does_count
        ]
        for signup_id, said in people.items()
    }


def _of(word: str) -> tuple[sa.ColumnElement[bool], ...]:
    if not word.strip():
        return ()
    number = read_entry_number(word)
    return (fits(word) if number is None else DrawEntry.entry_number == number,)
