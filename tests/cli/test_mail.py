"""`kyodo-match mail bounced`."""

from pathlib import Path

import pytest

from kyodo_match.config import Settings
from kyodo_match.core import clock
from kyodo_match.notifications.jobs import deliver_due
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.rules import MessageState
from tests.cli.conftest import Run
from tests.support.make_messages import make_message, message_now
from tests.support.make_reports import out_of_office, report_of

pytestmark = pytest.mark.usefixtures("app")
SIGNUP = "a1b2c3d4e5f6"


@pytest.fixture
def message(settings: Settings) -> OutboxMessage:
    """A mail that was sent just now."""
    message = make_message(signup_id=SIGNUP)
    deliver_due(settings, now=clock.now())
    return message


def test_a_report_from_standard_input_is_noted(run: Run, message: OutboxMessage) -> None:
    done = run("mail", "bounced", stdin=report_of(message))

    assert done.exit_code == 0
    assert done.stdout == "h***@example.jpへのメールが戻ってきたことを記録しました。\n"
    assert message_now(message).state is MessageState.FAILED


def test_the_same_report_again_is_no_mistake(
    run: Run, message: OutboxMessage, tmp_path: Path
) -> None:
    file = tmp_path / "report.eml"
    file.write_bytes(report_of(message))
    run("mail", "bounced", file)

    again = run("mail", "bounced", file)

    assert again.exit_code == 0
    assert again.stdout == "h***@example.jpへのメールは、記録済みです。\n"


def test_a_delay_changes_nothing(run: Run, message: OutboxMessage) -> None:
    done = run("mail", "bounced", "-", stdin=report_of(message, action="delayed"))

    assert done.exit_code == 0
    assert "何も変えていません" in done.stdout
    assert message_now(message).state is MessageState.SENT


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", out_of_office()])
def test_what_cannot_be_read_is_one_line_and_exit_1(run: Run, raw: bytes) -> None:
    refused = run("mail", "bounced", stdin=raw)

    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_one_line_and_exit_1(run: Run, tmp_path: Path) -> None:
    refused = run("mail", "bounced", tmp_path / "none.eml")

    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 1


def test_a_maildir_is_read_whole_and_what_is_no_report_is_named(
    run: Run, message: OutboxMessage, tmp_path: Path
) -> None:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "1").write_bytes(out_of_office())
    (tmp_path / "cur" / "2").write_bytes(report_of(message))
    (tmp_path / "tmp" / "3").write_bytes(b"half written")

    done = run("mail", "bounced", tmp_path)

    assert done.exit_code == 1
    assert message_now(message).state is MessageState.FAILED
    (line,) = done.stderr.splitlines()
    assert line.startswith(str(tmp_path / "new" / "1"))
    assert len(done.stdout.splitlines()) == 1
