"""Due work around invitations; a second round finds nothing left to do."""

from datetime import datetime

from kyodo_match.core.db import db
from kyodo_match.matching.queries import proposals as queries
from kyodo_match.matching.services.answering import lapse


def lapse_proposals(*, now: datetime) -> int:
    """End invitations past their deadline and proposals whose day has gone. How many ended."""
    due = queries.to_lapse(db.session(), now=now)
    return sum(lapse(proposal_id=one, now=now) for one in due)
