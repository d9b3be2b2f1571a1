"""What random walks see: days, sign-ups and queues as the database holds them.

Read by statements of its own, on what is committed, and counted by arithmetic of its own, not the
product's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from kyodo_match.core.db import db

HOLDING = {"confirmed", "offered", "awaiting_answer"}
SURE = {"confirmed", "awaiting_answer"}
UNDECIDED = {"awaiting_approval", "entered"}


@dataclass(frozen=True)
class Row:
    """A sign-up as the database holds it: who of it is still in, and who ever was."""

    key: int
    id: str
    status: str
    day: str
    role: int | None
    live: int
    party: int
    escorts: int = 0  # of the live ones
    turn: tuple[int, int] = (1, 0)  # in the queues: by the draw, else by receipt
    placed: bool = False  # the draw gave it a day


@dataclass(frozen=True)
class Role:
    key: int
    id: str
    name: str
    heads: int
    taken: int
    held: int


@dataclass(frozen=True)
class Day:
    """A day as it is written down, and who waits for it, the first in the queue first."""

    id: str
    capacity: int
    taken: int
    waiting: int
    undecided: int
    status: str
    by_party: bool
    pass_smaller: bool
    mode: str
    starts: object = None  # comparable with that of another day
    escorts_count: bool = False
    roles: tuple[Role, ...] = ()
    queue: tuple[Row, ...] = ()

    def places(self, row: Row) -> int:
        size = row.live if self.escorts_count else row.live - row.escorts
        return min(size, 1) if self.by_party else size


@dataclass(frozen=True)
class Seen:
    """All of a walk at one moment."""

    days: dict[str, Day]
    rows: tuple[Row, ...]
    queued: dict[int, set[str]]  # by sign-up, the days in whose order of a draw it stands
    offers: dict[int, int]  # by offer, the sign-up
    open_offers: Counter[int]

    def ids(self, *states: str) -> list[str]:
        return [row.id for row in self.rows if row.status in states]

    def free(self, day: Day) -> int:
        return day.capacity - self.taken(day)

    def taken(self, day: Day) -> int:
        return sum(day.places(row) for row in self.on(day) if row.status in HOLDING)

    def on(self, day: Day) -> list[Row]:
        return [row for row in self.rows if row.day == day.id]

    def in_role(self, day: Day, role: Role) -> int:
        return sum(
            day.places(row)
            for row in self.on(day)
            if row.status in HOLDING and row.role == role.key
        )

    def room(self, day: Day) -> dict[int, int]:
        """What each role can take, never more than the day can."""
        free = self.free(day)
        return {role.key: min(role.heads - self.in_role(day, role), free) for role in day.roles}


def look(slot_ids: Sequence[str]) -> Seen:
    """What is in the database now."""
    db.session().rollback()
    rows = tuple(rows_of(slot_ids))
    queued: dict[int, set[str]] = defaultdict(set)
    positions: dict[str, dict[int, int]] = defaultdict(dict)
    for key, day, position in read(
        "SELECT q.signup_id, slot.public_id, q.position FROM queue_place q"
        " JOIN slot ON slot.id = q.slot_id WHERE slot.public_id IN :slots",
        slot_ids,
    ):
        queued[key].add(day)
        positions[day][key] = position
    roles = defaultdict(list)
    for day, *role in read(
        "SELECT slot.public_id, r.id, r.public_id, r.name, r.head_count, r.taken, r.held"
        " FROM role r JOIN slot ON slot.id = r.slot_id WHERE slot.public_id IN :slots"
        " ORDER BY r.position",
        slot_ids,
    ):
        roles[day].append(Role(*role))
    days = {}
    for values in read(
        "SELECT public_id, capacity, places_taken, places_waiting, undecided, status,"
        " capacity_unit = 'parties', pass_smaller, mode, starts_at, escorts_count FROM slot"
        " WHERE public_id IN :slots ORDER BY id",
        slot_ids,
    ):
        day = values[0]
        here = [
            row
            for row in rows
            if row.status == "waitlisted" and (row.day == day or row.key in positions[day])
        ]
        last = len(positions[day]) + max(positions[day].values(), default=0) + 1
        here.sort(key=lambda row, of=positions[day], last=last: (of.get(row.key, last), row.key))  # type: ignore[misc]
        days[day] = replace(Day(*values), roles=tuple(roles[day]), queue=tuple(here))
    offers = read(
        "SELECT o.id, o.signup_id, o.answered_at IS NULL FROM offer o"
        " JOIN signup s ON s.id = o.signup_id JOIN slot ON slot.id = s.slot_id"
        " WHERE slot.public_id IN :slots",
        slot_ids,
    )
    return Seen(
        days,
        rows,
        dict(queued),
        {offer: key for offer, key, _ in offers},
        Counter(key for _, key, is_open in offers if is_open),
    )


def read(statement: str, slot_ids: Sequence[str]) -> Sequence[Any]:
    """Rows about these days, which stand as :slots in the statement."""
    of_days = sa.text(statement).bindparams(sa.bindparam("slots", expanding=True))
    return db.session().execute(of_days, {"slots": list(slot_ids)}).all()


def rows_of(slot_ids: Sequence[str]) -> Iterator[Row]:
    """The sign-ups of these days, in the order of receipt."""
    for *values, position, is_late, placed in read(
        "SELECT s.id, s.public_id, s.status, slot.public_id, s.role_id,"
        " SUM(CASE WHEN p.cancelled_at IS NULL THEN 1 ELSE 0 END), COUNT(p.id),"
        " SUM(CASE WHEN p.cancelled_at IS NULL AND p.is_escort THEN 1 ELSE 0 END),"
        " MAX(e.position), MAX(CASE WHEN e.is_late THEN 1 ELSE 0 END), MAX(e.placed_slot_id)"
        " FROM signup s JOIN participant p ON p.signup_id = s.id"
        " JOIN slot ON slot.id = s.slot_id LEFT JOIN draw_entry e ON e.signup_id = s.id"
        " WHERE slot.public_id IN :slots"
        " GROUP BY s.id, s.public_id, s.status, slot.public_id, s.role_id ORDER BY s.id",
        slot_ids,
    ):
        row = Row(*values)
        by_draw = position is not None and not is_late
        yield replace(
            row,
            turn=(0, position) if by_draw else (1, row.key),
            placed=placed is not None and not is_late,
        )


def last_of(family: Row) -> Any:
    """Who came into a party last and has not left it."""
    return (
        db.session()
        .execute(
            sa.text(
                "SELECT public_id, name, kana, is_escort FROM participant"
                " WHERE signup_id = :signup AND cancelled_at IS NULL"
                " ORDER BY position DESC LIMIT 1"
            ),
            {"signup": family.key},
        )
        .one()
    )


def told_about(slot_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What applicants of these days were told by mail or on the phone: whose, and what kind."""
    for table in ("outbox_message", "phone_call"):
        yield from read(
            f"SELECT m.signup_id, m.kind FROM {table} m JOIN signup s ON"  # noqa: S608 - own names
            " s.public_id = m.signup_id JOIN slot ON slot.id = s.slot_id"
            " WHERE slot.public_id IN :slots",
            slot_ids,
        )
