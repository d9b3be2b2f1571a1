"""お声がけした日が変わる: who thinks about coming is asked about the day as it is now.

Source: docs/rules/proposals.md.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.audit.services import SYSTEM
from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.outbox.invitations import (
    Asking,
    tell_moved,
    tell_withdrawn,
)
from kyodo_match.matching.queries.volunteers import lock_volunteers
from kyodo_match.matching.rules import proposals as rules
from kyodo_match.matching.rules.recommending import read_reasons
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.matching.services.asked import end_call, end_proposal
from kyodo_match.opportunities import outbox as days
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.outbox import Moved, was_and_is
from kyodo_match.opportunities.rules import Held
from kyodo_match.settings.rules import Office


def ask_again(session: Session, moved: Moved, office: Office, now: datetime) -> None:
    """A step under the locks of days that have moved: ask their invited about the new day.

    They have as long as if they were asked now. Where nobody can answer any more before
    applications close, the invitation is taken back. Nobody is given a reason any more that spoke
    of the old day; also of those for whom the office still decides.
    """
    days_moved = {slot.id: (slot, stood) for slot, stood in moved}
    lock_volunteers(session, _people(session, list(days_moved)))
    for one in session.scalars(_OPEN, {"slots": list(days_moved)}):
        slot, stood = days_moved[one.slot_id]
        one.parts = rules.still_true(one.parts, stood, slot.held)
        one.score = sum(reason.points for reason in read_reasons(one.parts, one.boosts))
        if one.state is ProposalState.INVITED:
            _ask_again(session, one, slot, stood, office=office, now=now)


def _ask_again(
    session: Session, one: Proposal, slot: Slot, stood: Held, *, office: Office, now: datetime
) -> None:
    one.answer_by = rules.answer_by(
        now=now,
        last_call=slot.last_call,
        closes_at=slot.closes_at,
        offers_stop_at=slot.offers_stop_at,
        calendar=office.calendar,
    )
    if one.answer_by <= now:
        end_proposal(session, one, slot, ProposalState.WITHDRAWN, actor=SYSTEM, now=now)
        tell_withdrawn(session, one, one.volunteer, slot, office=office, now=now)
        return
    end_call(session, one, now=now)
    first = rules.is_phoned_first(
        now=now, last_call=slot.last_call, offers_stop_at=slot.offers_stop_at
    )
    asking = Asking(one, one.volunteer, slot, office, phone_first=first)
    tell_moved(session, asking, was=was_and_is(slot, stood), now=now)


def _people(session: Session, slots: Collection[int]) -> Collection[str]:
    return session.scalars(
        sa.select(Volunteer.public_id)
        .join(Proposal, Proposal.volunteer_id == Volunteer.id)
        .where(Proposal.slot_id.in_(slots), Proposal.state.in_(rules.OPEN))
    ).all()


_OPEN = (
    sa.select(Proposal)
    .where(
        Proposal.slot_id.in_(sa.bindparam("slots", expanding=True)),
        Proposal.state.in_(rules.OPEN),
    )
    .options(joinedload(Proposal.volunteer, innerjoin=True), joinedload(Proposal.role))
    .order_by(Proposal.id)
    .with_for_update(of=Proposal)
    .execution_options(populate_existing=True)
)


days.register(ask_again)
