"""The text of an opportunity: begun as a draft, changed until it is archived."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core import text
from kyodo_match.core.db import public_id, use_case
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import LAW_FIELDS
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.errors import (
    ChangedMeanwhile,
    Incomplete,
    KeptByOffice,
    PlaceCountedOn,
)
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.outbox import tell_moved
from kyodo_match.opportunities.rules import (
    CONTENT,
    HAS_HISTORY,
    STAYS_COMPLETE,
    Content,
    Held,
    OpportunityStatus,
    SlotStatus,
    changes,
    check_editable,
    kept_by_office,
    meanwhile,
    missing,
)
from kyodo_match.opportunities.services.revisions import note_change
from kyodo_match.settings.queries import office as office_of

_IN_CALENDARS = {"title", "place", "address", "meeting_place"}


@use_case
def draft(session: Session, *, group_id: str, content: Content, actor: str, now: datetime) -> str:
    """Begin an opportunity of a group; whatever is still missing may be. Gives its id.

    Raises NoResultFound for an unknown group.
    """
    group = session.scalars(sa.select(Group).where(Group.public_id == group_id)).one()
    opportunity = begin(session, group, content, now=now)
    note(session, "opportunity.drafted", opportunity, actor=actor, now=now, group=group_id)
    return opportunity.public_id


@use_case
def edit(
    session: Session,
    *,
    opportunity_id: str,
    content: Content,
    actor: str,
    now: datetime,
    office: bool = False,
    version: str | None = None,
    reason: str = "",
) -> None:
    """Change the text; of a published one a group changes all but kind and title.

    `version` is what the form began from (`version_of`). Raises NotEditable; ChangedMeanwhile
    where somebody else has saved since; KeptByOffice; Incomplete where something handed in or
    published would lose what people look at first; PlaceCountedOn where people have signed up for
    a day at that place. Source: docs/rules/revisions.md.
    """
    opportunity = queries.locked_opportunity(session, opportunity_id)
    check_editable(opportunity.status, office=office)
    if version is not None and (
        since := meanwhile(version, stands=opportunity, typed=content, names=CONTENT)
    ):
        raise ChangedMeanwhile(theirs=since.theirs, both=since.both)
    _, after = changes(opportunity, content, CONTENT)
    _check(session, opportunity, content, after, office=office, now=now)
    there = _coming_there(session, opportunity, now=now) if "place" in after else []
    if after:
        act = "opportunity.edited"
        rewrite(
            session, opportunity, content, act, actor=actor, now=now, office=office, reason=reason
        )
    if there:
        tell_moved(session, there, office=office_of(session), now=now)


def _check(
    session: Session,
    opportunity: Opportunity,
    content: Content,
    after: Mapping[str, object],
    *,
    office: bool,
    now: datetime,
) -> None:
    kept = [name for name in kept_by_office(opportunity.status, office=office) if name in after]
    if kept:
        raise KeptByOffice(tuple(kept))
    if opportunity.status in STAYS_COMPLETE and (lost := missing(content, slots=1)):
        raise Incomplete(lost)
    if "place" in after and (held := held_there(session, opportunity, now=now)):
        raise PlaceCountedOn(len(held))


def _coming_there(
    session: Session, opportunity: Opportunity, *, now: datetime
) -> list[tuple[Slot, Held]]:
    """The days to come at the text's own place, locked: whoever was asked to come is told."""
    return [
        (slot, slot.held)
        for slot in queries.locked_slots(session, opportunity)
        if not slot.place and slot.ends_at > now and slot.status is not SlotStatus.CANCELLED
    ]


def held_there(session: Session, opportunity: Opportunity, *, now: datetime) -> Sequence[Slot]:
    """A step: lock the days; those with sign-ups that are held at the text's own place."""
    return [
        slot
        for slot in queries.locked_slots(session, opportunity)
        if queries.is_counted_on(slot, now=now) and not slot.place
    ]


def rewrite(
    session: Session,
    opportunity: Opportunity,
    content: Content,
    act: str,
    *,
    actor: str,
    now: datetime,
    office: bool,
    reason: str,
) -> None:
    """A step: write another text into the row and keep what stood there before.

    Calendars are told where they would show it. `act` is what the audit calls it.
    """
    before, after = changes(opportunity, content, CONTENT)
    note_change(
        session,
        opportunity,
        before=before,
        after=after,
        by=actor,
        now=now,
        reason=reason,
        office=office,
    )
    fill(opportunity, content)
    opportunity.version += 1
    opportunity.updated_at = now
    if opportunity.status in HAS_HISTORY and _IN_CALENDARS & set(after):
        _raise_sequences(session, opportunity, now)
    note(
        session,
        act,
        opportunity,
        actor=actor,
        now=now,
        changed=list(after),
        reason=reason,
        version=opportunity.version,
    )


def begin(session: Session, group: Group, content: Content, *, now: datetime) -> Opportunity:
    """A new draft of a group: a step that the import shares."""
    opportunity = Opportunity(
        public_id=public_id(),
        group=group,
        status=OpportunityStatus.DRAFT,
        version=1,
        created_at=now,
        updated_at=now,
    )
    fill(opportunity, content)
    session.add(opportunity)
    return opportunity


def fill(opportunity: Opportunity, content: Content) -> list[str]:
    """Write the content into the row, with what search compares; gives what changed."""
    changed = [name for name in CONTENT if getattr(opportunity, name) != getattr(content, name)]
    for name in changed:
        setattr(opportunity, name, getattr(content, name))
    opportunity.search_text = search_text(opportunity)
    return changed


def search_text(opportunity: Opportunity) -> str:
    """What words are looked for in; a line each, so that no word matches across two parts."""
    group = opportunity.group
    fields = [LAW_FIELDS[int(number)] for number in opportunity.law_fields]
    parts = (
        opportunity.title,
        opportunity.description,
        opportunity.place,
        opportunity.address,
        opportunity.meeting_place,
        opportunity.district,
        opportunity.for_whom,
        opportunity.bring,
        group.name,
        group.kana,
        *fields,
    )
    return "\n".join(key for part in parts if (key := text.search_key(part)))


def _raise_sequences(session: Session, opportunity: Opportunity, now: datetime) -> None:
    """A calendar takes a change only with a higher SEQUENCE (RFC 5545, 3.8.7.4)."""
    for slot in queries.locked_slots(session, opportunity):
        if slot.ends_at > now and slot.status is not SlotStatus.CANCELLED:
            slot.calendar_sequence += 1
