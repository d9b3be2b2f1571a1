"""What a group says about its opportunity, and what may not be missing."""

from dataclasses import dataclass

from kyodo_match.opportunities.rules.needs import NeedPattern
from kyodo_match.opportunities.rules.states import OpportunityKind, OpportunityStatus

_S = OpportunityStatus


@dataclass(frozen=True)
class Content:
    """What a group says about its opportunity; a blank is one that is still missing."""

    kind: OpportunityKind
    title: str
    description: str = ""
    law_fields: tuple[str, ...] = ()
    plain_fields: tuple[str, ...] = ()
    district: str = ""
    place: str = ""
    address: str = ""
    meeting_place: str = ""
    access: str = ""
    parking: str = ""
    fee: str = ""
    bring: str = ""
    rain: str = ""
    for_whom: str = ""
    min_age: int | None = None
    max_age: int | None = None
    escort: str = ""
    barrier_free: str = ""
    alone_welcome: bool | None = None
    beginner_welcome: bool | None = None
    contact_name: str = ""
    contact_phone: str = ""
    pattern: NeedPattern | None = None
    is_remote: bool = False
    leave_early_ok: bool | None = None
    residencies: tuple[str, ...] = ()
    wanted_skills: tuple[str, ...] = ()
    certificate: str = ""
    guardian_consent: bool = False
    insurance_days: int | None = None


CONTENT = tuple(Content.__dataclass_fields__)
# Handed in or public: what people look at first may not be taken out again.
STAYS_COMPLETE = frozenset({_S.SUBMITTED, _S.PUBLISHED})
# What people look at first when they choose, in the order of the form.
LOOKED_AT_FIRST = (
    "description", "plain_fields", "place", "fee", "bring", "rain",
    "alone_welcome", "beginner_welcome", "contact_name", "contact_phone",
)  # fmt: skip


def missing(content: object, *, slots: int) -> tuple[str, ...]:
    """What has to be filled in before it is handed in: names of fields, and `slots`.

    `content` has the attributes of Content. A draft may lack all of it.
    Source: docs/rules/opportunity-states.md.
    """
    blank = tuple(name for name in LOOKED_AT_FIRST if getattr(content, name) in ("", (), None))
    return blank if slots else (*blank, "slots")


def ages_in_order(youngest: int | None, oldest: int | None) -> bool:
    """Whether somebody could be of that age; a blank end is open."""
    return youngest is None or oldest is None or youngest <= oldest


# What the office has published under: the group asks the office to change these.
KEPT_BY_OFFICE = ("kind", "title")


def kept_by_office(status: OpportunityStatus, *, office: bool) -> tuple[str, ...]:
    """The fields that a group may not change any more. Source: docs/rules/revisions.md."""
    return KEPT_BY_OFFICE if status is _S.PUBLISHED and not office else ()
