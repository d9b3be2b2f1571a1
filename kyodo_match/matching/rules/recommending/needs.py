"""A day that somebody can come to, with what matters for a recommendation."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from kyodo_match.matching.rules.recommending.masks import (
    age_mask,
    field_mask,
    residency_mask,
    skill_mask,
    tag_mask,
    time_mask,
)
from kyodo_match.opportunities.rules import CapacityUnit, OpportunityKind, SlotMode

_NEVER = 1 << 38  # some ten thousand years away
Where = tuple[bool, str, bool]
When = tuple[int, int, bool, bool]


@dataclass(frozen=True, slots=True)
class Need:
    """日程: one day of what is offered, in numbers. Made by `need_of`.

    `where` and `when` gather what place and time depend on: many days share one, so a batch
    works each out once. `room` is how many people one application could still bring.
    """

    slot: str
    opportunity: str
    group: int
    kind: OpportunityKind
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime | None
    closes_at: datetime | None
    deadline: int  # closes_at in seconds: of equals the earliest comes first
    is_lottery: bool
    room: int
    where: Where  # at home or online, the district, parking
    when: When  # parts of the week it takes, the first, leaving early is fine, by arrangement
    fields: int
    skills: int
    tags: int
    is_welcoming: bool
    ages: int
    residencies: int
    certificate: bool
    guardian_consent: bool
    insurance_days: int | None
    missing: int  # to the minimum, in `unit`
    unit: CapacityUnit
    is_unfilled: bool


def need_of(
    *,
    slot: str,
    opportunity: str = "",
    group: int = 0,
    kind: OpportunityKind,
    starts_at: datetime,
    ends_at: datetime,
    opens_at: datetime | None,
    closes_at: datetime | None,
    mode: SlotMode = SlotMode.FIRST_COME,
    capacity: int,
    capacity_unit: CapacityUnit = CapacityUnit.PEOPLE,
    taken: int = 0,
    held: int = 0,
    minimum: int | None = None,
    party_limit: int = 5,
    standing: bool = False,
    is_remote: bool = False,
    district: str = "",
    parking: str = "",
    own_place: str = "",
    leave_early_ok: bool | None = None,
    fields: tuple[str, ...] = (),
    wanted_skills: tuple[str, ...] = (),
    beginner_welcome: bool | None = None,
    alone_welcome: bool | None = None,
    min_age: int | None = None,
    max_age: int | None = None,
    residencies: tuple[str, ...] = (),
    certificate: str = "",
    guardian_consent: bool = False,
    insurance_days: int | None = None,
    group_unfilled: bool = False,
) -> Need:
    """A day from what is stored of it: once for everybody who is compared with it.

    `district` and `parking` are of the activity's place: of `own_place`, where this day is
    somewhere else, neither is known.
    """
    is_lottery = mode is SlotMode.LOTTERY
    free = max(capacity - taken - held, 0)
    if is_lottery:
        free = capacity  # whoever comes, the draw decides
    room = party_limit if capacity_unit is CapacityUnit.PARTIES and free else free
    taken_parts, first = time_mask(starts_at, ends_at)
    return Need(
        slot=slot,
        opportunity=opportunity,
        group=group,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=opens_at,
        closes_at=closes_at,
        deadline=int(closes_at.timestamp()) if closes_at else _NEVER,
        is_lottery=is_lottery,
        room=min(room, party_limit),
        where=(is_remote, "", False)
        if own_place
        else (is_remote, district, offers_parking(parking)),
        when=(taken_parts, first, bool(leave_early_ok), standing),
        fields=field_mask(fields),
        skills=skill_mask(wanted_skills),
        tags=tag_mask(kind, fields),
        is_welcoming=bool(beginner_welcome or alone_welcome),
        ages=age_mask(min_age, max_age),
        residencies=residency_mask(residencies),
        certificate=bool(certificate),
        guardian_consent=guardian_consent,
        insurance_days=insurance_days,
        missing=0 if is_lottery else max((minimum or 0) - taken, 0),
        unit=capacity_unit,
        is_unfilled=group_unfilled,
    )


_NO_PARKING = ("なし", "無し", "ありません", "ございません", "ないため", "できません", "ご遠慮")


@lru_cache(maxsize=1024)
def offers_parking(text: str) -> bool:
    """Whether what a group wrote about 駐車場 says that there is some; in doubt there is none."""
    return bool(text) and not any(word in text for word in _NO_PARKING)
