"""The text of an opportunity: begun as a draft, changed until it is archived."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core import text
from kyodo_match.core.db import public_id, use_case
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import LAW_FIELDS
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.errors import Incomplete
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import (
    CONTENT,
    STAYS_COMPLETE,
    Content,
    OpportunityStatus,
    SlotStatus,
    check_editable,
    missing,
)

_IN_CALENDARS = {"title", "place", "address", "meeting_place"}


@use_case
def draft(session: Session, *, group_id: str, content: Content, actor: str, now: datetime) -> str:
    """Begin an opportunity of a group; whatever is still missing may be. Gives its id.

    Raises NoResultFound for an unknown group.
    """
    group = session.scalars(sa.select(Group).where(Group.public_id == group_id)).one()
    opportunity = begin(session, group, content, now=now)
    record(
        session,
        "opportunity.drafted",
        actor=actor,
        object_kind="opportunity",
        object_id=opportunity.public_id,
        now=now,
        group=group_id,
    )
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
) -> None:
    """Change the text. The office may do so as long as it is not archived, a group before that.

    Raises NotEditable; Incomplete where something handed in or published would lose what people
    look at first.
    """
    opportunity = queries.locked_opportunity(session, opportunity_id)
    check_editable(opportunity.status, office=office)
    if opportunity.status in STAYS_COMPLETE and (lost := missing(content, slots=1)):
        raise Incomplete(lost)
    changed = fill(opportunity, content)
    if not changed:
        return
    opportunity.version += 1
    opportunity.updated_at = now
    if opportunity.status is OpportunityStatus.PUBLISHED and _IN_CALENDARS & set(changed):
        _raise_sequences(session, opportunity, now)
    record(
        session,
        "opportunity.edited",
        actor=actor,
        object_kind="opportunity",
        object_id=opportunity_id,
        now=now,
        changed=changed,
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
