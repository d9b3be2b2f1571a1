"""No worker runs, and no mail goes out: what the desk needs to say so."""

from datetime import datetime, timedelta

import pytest

from kyodo_match.core.db import db
from kyodo_match.notifications import queries
from kyodo_match.notifications.rules import MessageState
from tests.support.make_messages import make_message

pytestmark = pytest.mark.usefixtures("app")


def test_mail_that_nobody_delivers_is_counted_with_its_age(now: datetime) -> None:
    make_message()
    make_message(due_at=now + timedelta(hours=1))

    later = now + timedelta(minutes=30)

    assert queries.oldest_due(db.session(), later) == now
    assert queries.is_any_due(db.session(), later)
    assert queries.message_counts(db.session())[MessageState.QUEUED] == 2
    assert queries.last_beat(db.session()) is None
