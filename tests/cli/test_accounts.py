"""`kyodo-match staff invite`."""

import getpass
import subprocess
import sys

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts.models import Account, Invitation
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.notifications.models import OutboxMessage
from tests.cli.conftest import Run
from tests.support.make_people import make_account


@pytest.mark.usefixtures("app")
def test_it_prints_one_link_and_nothing_else(run: Run, settings: Settings) -> None:
    done = run("staff", "invite", "Ｈanako＠Example.jp", "--role", "admin")

    account = db.session.scalars(sa.select(Account)).one()
    invitation = db.session.scalars(sa.select(Invitation)).one()
    event = db.session.scalars(sa.select(AuditEvent)).one()
    token = settings.keys.invitation_token(invitation.public_id)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"http://localhost/invitation/{token}\n"
    assert (account.email, account.staff_role) == ("hanako@example.jp", StaffRole.ADMIN)
    assert event.actor == f"cli:{getpass.getuser()}"
    assert db.session.scalars(sa.select(OutboxMessage)).all() == []


@pytest.mark.usefixtures("app")
def test_again_for_the_same_address_it_renews_link_and_role(run: Run) -> None:
    first = run("staff", "invite", "hanako@example.jp", "--role", "viewer")
    second = run("staff", "invite", "hanako@example.jp", "--role", "coordinator")

    account = db.session.scalars(sa.select(Account)).one()
    assert first.stdout != second.stdout
    assert account.staff_role is StaffRole.COORDINATOR


@pytest.mark.usefixtures("app")
def test_the_last_admin_is_not_made_less(run: Run) -> None:
    make_account(role=StaffRole.ADMIN, email="hanako@example.jp")

    done = run("staff", "invite", "hanako@example.jp", "--role", "viewer")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "最後の管理者です。" in done.stderr


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("staff", "invite", "hanako@example.jp"), 2),
        (("staff", "invite", "hanako@example.jp", "--role", "emperor"), 2),
        (("staff", "invite", "--role", "admin"), 2),
        (("staff", "invite", "hanako", "--role", "admin"), 1),
        (("staff", "invite", "a..b@example.jp\nBcc: x@example.jp", "--role", "admin"), 1),
    ],
    ids=["no role", "no such role", "no address", "not an address", "a header"],
)
def test_what_is_wrong_is_refused_and_nothing_is_done(
    app: Flask, run: Run, words: tuple[str, ...], status: int
) -> None:
    done = run(*words)

    assert (done.exit_code, done.stdout) == (status, "")
    assert done.stderr
    assert db.session.scalars(sa.select(Account)).all() == []
    assert app


def test_a_password_costs_in_earnest_what_the_tests_save() -> None:
    code = (
        "from kyodo_match.accounts.services import HASHER as h;"
        "print(h.type.name, h.memory_cost >= 64 * 1024, h.time_cost >= 3)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "ID True True\n"
