"""A mail server that hangs: nobody who signs up waits for it, and no letter is lost."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.load.driver import Rush, publish_slots
from tests.support import databases
from tests.support.served import Installation, served

pytestmark = pytest.mark.rush


@pytest.fixture
def silence() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("kind", databases.KINDS)
def test_sign_ups_are_answered_while_the_mail_server_hangs(
    tmp_path: Path, kind: str, silence: str
) -> None:
    with databases.fresh_database(kind, tmp_path) as url:
        place = Installation.at(tmp_path, database_url=url, KYODO_MAIL_URL=silence)
        (slot,) = publish_slots(place, [{"capacity": "20"}])

        with served(place) as running:
            replies = Rush(running.port, slot, 20).run()

        assert {reply.status for reply in replies} == {303}
        assert states(url) == {"sent": 0, "waiting": 20}


def states(url: str) -> dict[str, int]:
    """How many letters were sent, and how many still wait for a server that answers."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT state, count(*) FROM outbox_message GROUP BY state")
        )
        found = {str(state): int(count) for state, count in rows}
    engine.dispose()
    sent = found.pop("sent", 0)
    assert set(found) <= {"queued", "sending", "retry"}, found
    return {"sent": sent, "waiting": sum(found.values())}
