"""Kinds and states of opportunities, the edges between them, and who writes in which."""

from enum import StrEnum

from kyodo_match.opportunities.errors import EdgeNotDrawn, NotEditable


class OpportunityKind(StrEnum):
    """募集の種類."""

    EXPERIENCE = "experience"
    VOLUNTEER = "volunteer"
    COURSE = "course"
    VISITING_LECTURE = "visiting_lecture"
    EXCHANGE = "exchange"
    FORUM = "forum"
    MEETING = "meeting"
    TRAINING = "training"
    EVENT = "event"


class OpportunityStatus(StrEnum):
    """募集の状態."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


_S = OpportunityStatus
EDGES: dict[OpportunityStatus, frozenset[OpportunityStatus]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.PUBLISHED, _S.RETURNED, _S.WITHDRAWN}),
    _S.RETURNED: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.PUBLISHED: frozenset({_S.CLOSED, _S.WITHDRAWN}),
    _S.CLOSED: frozenset({_S.ARCHIVED, _S.PUBLISHED}),
    _S.ARCHIVED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}


def move(old: OpportunityStatus, new: OpportunityStatus) -> OpportunityStatus:
    """The new state, where the edge is drawn. Raises EdgeNotDrawn.

    Source: docs/rules/opportunity-states.md.
    """
    if new not in EDGES[old]:
        raise EdgeNotDrawn(old, new)
    return new


# While the office reads what was handed in, the group waits; an archived text stays as it was.
_GROUP_EDITS = frozenset({_S.DRAFT, _S.RETURNED, _S.PUBLISHED})
_OFFICE_EDITS = _GROUP_EDITS | {_S.SUBMITTED, _S.CLOSED}
# Public, or public once: each change is kept with what stood there before.
HAS_HISTORY = frozenset({_S.PUBLISHED, _S.CLOSED})


def can_edit(status: OpportunityStatus, *, office: bool) -> bool:
    """Whether the office, or else the group, may change the text and its days."""
    return status in (_OFFICE_EDITS if office else _GROUP_EDITS)


def check_editable(status: OpportunityStatus, *, office: bool) -> None:
    """Raise NotEditable where `can_edit` says no. Source: docs/rules/opportunity-states.md."""
    if not can_edit(status, office=office):
        raise NotEditable(status)
