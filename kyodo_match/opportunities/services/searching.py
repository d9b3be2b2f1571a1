"""Search keeps step with what it searches, in the transaction that changes it."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, Session, joinedload

from kyodo_match.core.db import Texts, db
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, SearchGram
from kyodo_match.opportunities.rules.finding import grams
from kyodo_match.opportunities.services.texts import search_text

_OPPORTUNITY_ID = sa.bindparam("opportunity", type_=sa.Integer())
_EACH = Texts(sa.bindparam("grams", type_=sa.Text())).table_valued("value")
_VALUES = sa.select(sa.type_coerce(_EACH.c.value, sa.Text()), _OPPORTUNITY_ID)
_ADD = sa.insert(SearchGram).from_select(["gram", "opportunity_id"], _VALUES)
_REMOVE = sa.delete(SearchGram).where(
    SearchGram.opportunity_id == _OPPORTUNITY_ID,
    SearchGram.gram.in_(sa.select(sa.type_coerce(_EACH.c.value, sa.Text()))),
)


def _index(_mapper: Mapper[Any], connection: sa.Connection, opportunity: Opportunity) -> None:
    """Write what a changed text has more and less of: whoever changes it, nothing is forgotten."""
    change = sa.inspect(opportunity).attrs.search_text.history
    if not change.has_changes():
        return
    before = grams(change.deleted[0] or "") if change.deleted else frozenset()
    after = grams(opportunity.search_text)
    for statement, changed in ((_REMOVE, before - after), (_ADD, after - before)):
        if changed:
            values = {"grams": json.dumps(sorted(changed)), "opportunity": opportunity.id}
            connection.execute(statement, values)


def _follow_groups(session: Session, *_: Any) -> None:
    """A group's name is part of what its activities are found by: a new name renews them.

    The register does not know of activities, so they listen to it. The group is locked before
    them: whoever holds an activity waits for no group.
    """
    renamed = [
        item.id
        for item in session.dirty
        if isinstance(item, Group)
        and any(sa.inspect(item).attrs[name].history.has_changes() for name in ("name", "kana"))
    ]
    if not renamed:
        return
    of_renamed = (
        sa.select(Opportunity)
        .where(Opportunity.group_id.in_(renamed))
        .order_by(Opportunity.id)
        .options(joinedload(Opportunity.group, innerjoin=True))
        .with_for_update(of=Opportunity, key_share=True)
    )
    for opportunity in session.scalars(of_renamed):
        opportunity.search_text = search_text(opportunity)


def install() -> None:
    """Listen to every change, whoever makes it."""
    sa.event.listen(Opportunity, "after_insert", _index)
    sa.event.listen(Opportunity, "after_update", _index)
    sa.event.listen(db.session, "before_flush", _follow_groups)
