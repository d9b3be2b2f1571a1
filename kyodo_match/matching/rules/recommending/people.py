"""Who looks for something to do, or may be asked: plain values, nobody's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kyodo_match.matching.rules.recommending.masks import tag_mask
from kyodo_match.matching.rules.wishes import WishChoices
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.signups.rules import AgeGroup, Residency

Span = tuple[datetime, datetime]
MINORS = frozenset(
    {AgeGroup.PRESCHOOL, AgeGroup.ELEMENTARY, AgeGroup.JUNIOR_HIGH, AgeGroup.HIGH_SCHOOL}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """希望: what a citizen wishes or a volunteer offers. What is not said is None or empty.

    `age_group` and `residency` decide only whether somebody may come, never how many points;
    gender, nationality and names are no part of it. `spans` are their own confirmed days,
    `liked` the tags of what they attended and liked, `id` and `last_asked_at` the desk's.
    """

    district: str = ""
    drives: bool = False
    remote_ok: bool = False
    times: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    party_size: int = 1
    age_group: AgeGroup | None = None
    residency: Residency | None = None
    beginner: bool = False  # has attended nothing yet
    certificate: bool = False  # has what days ask for
    spans: tuple[Span, ...] = ()
    liked: int = 0
    id: str = ""
    last_asked_at: datetime | None = None


def person_of(choices: WishChoices) -> Person:
    """Who looks, as far as a wish says it: nobody's days and nobody's past."""
    return Person(
        district=choices.district,
        drives=choices.drives,
        remote_ok=choices.remote_ok,
        times=choices.times,
        fields=choices.fields,
        skills=choices.skills,
        party_size=choices.party_size,
        age_group=choices.age_group,
        residency=choices.residency,
        beginner=choices.beginner,
        certificate=choices.certificate,
    )


def liked_tags(activities: Iterable[tuple[OpportunityKind, tuple[str, ...]]]) -> int:
    """The tags of activities, each its kind and plain fields, for `Person.liked`."""
    tags = 0
    for kind, fields in activities:
        tags |= tag_mask(kind, fields)
    return tags
