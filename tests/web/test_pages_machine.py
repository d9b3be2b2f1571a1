"""The worker's pulse, its jobs and late work: on the desk, for the doctor, for machines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.doctor import examine
from kyodo_match.notifications import services as notifications
from kyodo_match.notifications.models import JobPulse
from kyodo_match.signups import services as signups
from kyodo_match.worker import JobPulses, run_due
from tests.support.clock import FrozenClock
from tests.support.make_messages import make_message
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_signups import sign_up
from tests.support.pages import Browser


@pytest.fixture
def staff(new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_account(role=StaffRole.VIEWER))
    return browser


@contextmanager
def without_table(name: str) -> Iterator[None]:
    """A database in which one table is missing, so that whoever needs it fails."""
    _execute(f"ALTER TABLE {name} RENAME TO {name}_away")
    yield
    _execute(f"ALTER TABLE {name}_away RENAME TO {name}")


def _execute(statement: str) -> None:
    db.session().rollback()
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement))


def pulse_of(name: str) -> JobPulse:
    db.session().rollback()
    return db.session().scalars(sa.select(JobPulse).where(JobPulse.name == name)).one()


def findings(settings: Settings) -> list[str]:
    """What the doctor finds wrong."""
    return [finding.words for finding in examine(settings) if not finding.is_well]


def test_the_desk_says_that_no_worker_runs_and_what_to_do(
    staff: Browser, now: datetime, frozen_clock: FrozenClock
) -> None:
    never = staff.open("/staff/")
    notifications.beat(name="here", now=now)
    running = staff.open("/staff/")
    frozen_clock.move(minutes=3)
    silent = staff.open("/staff/")

    assert never.says("一度も動いていません")
    assert never.says("ワーカーの起動を頼んでください")
    assert running.says("メールを送るしくみは動いています")
    assert not running.says("メールが送られていません")
    assert silent.says("2026年11月22日（日）10:00から動いていません")


def test_desk_doctor_and_readyz_agree_on_the_worker(
    staff: Browser, settings: Settings, now: datetime, frozen_clock: FrozenClock
) -> None:
    said = []

    for minutes in (0, 1, 3):
        if minutes == 1:
            notifications.beat(name="here", now=frozen_clock())
        frozen_clock.move(minutes=minutes)
        desk = "メールが送られていません" in staff.open("/staff/").text
        doctor = any("ワーカー：" in words for words in findings(settings))
        ready = staff.get("/readyz").status_code != 200
        said.append((desk, doctor, ready))

    assert said == [(True, True, True), (False, False, False), (True, True, True)]
    assert now


def test_a_job_that_fails_is_on_the_desk_with_why_and_since_when(
    staff: Browser, settings: Settings, now: datetime
) -> None:
    notifications.beat(name="here", now=now)
    pulses = JobPulses()
    run_due(settings, now - timedelta(hours=1), pulses=pulses)

    with without_table("attempt"):
        for minutes in (20, 10, 0):
            run_due(settings, now - timedelta(minutes=minutes), pulses=pulses)
        page, doctor = staff.open("/staff/"), findings(settings)
    run_due(settings, now, pulses=pulses)
    after, doctor_after = staff.open("/staff/"), findings(settings)

    assert page.says("「古い試行の記録を消す」が、2026年11月22日（日）9:40から失敗しています。")
    assert page.says("最後にできたのは2026年11月22日（日）9:00です。")
    assert page.says("Error（limits.py:")
    assert any("「古い試行の記録を消す」が2026年11月22日（日）9:40から" in one for one in doctor)
    assert not after.says("失敗しています")
    assert doctor_after == []


def test_a_job_s_pulse_is_written_once_a_minute_unless_it_changes(
    settings: Settings, app: object, now: datetime
) -> None:
    pulses = JobPulses()
    written = []

    for second in (0, 1, 59, 60, 61):
        run_due(settings, now + timedelta(seconds=second), pulses=pulses)
        written.append(pulse_of("remind").done_at)
    with without_table("attempt"):
        run_due(settings, now + timedelta(seconds=62), pulses=pulses)

    assert app
    minute = now + timedelta(minutes=1)
    assert written == [now, now, now, minute, minute]
    assert pulse_of("forget_attempts").failed_at == now + timedelta(seconds=62)
    assert pulse_of("forget_attempts").done_at == minute


def test_what_failed_says_nothing_that_a_person_typed(app: object, now: datetime) -> None:
    def fail() -> None:
        raise ValueError("石川 花子 hanako@example.jp")

    try:
        fail()
    except ValueError as error:
        JobPulses().note("remind", error, now=now)

    assert app
    assert pulse_of("remind").error.startswith("ValueError（test_pages_machine.py:")
    assert "花子" not in pulse_of("remind").error


def test_late_work_is_said_in_words(
    staff: Browser, settings: Settings, frozen_clock: FrozenClock
) -> None:
    slot = make_slot(capacity=1, starts_at=COMING)
    sure, _waiting = sign_up(slot, 1), sign_up(slot, 2)
    signups.cancel(signup_id=sure.signup_id, now=frozen_clock(), actor="citizen")
    reminded = make_slot(starts_at=COMING)
    sign_up(reminded, 3)
    make_message()
    frozen_clock.move_to(COMING - timedelta(days=1))
    sign_in(staff, make_account(role=StaffRole.VIEWER))
    notifications.beat(name="here", now=frozen_clock())

    page, doctor = staff.open("/staff/"), " ".join(findings(settings))

    for words in (
        "2026年11月22日（日）10:00から送信を待っているメールがあります。",
        "期限を過ぎた繰上げのご案内が1件、終わらずに残っています。",
        "1日程の、前もってのご案内がまだ送られていません。",
    ):
        assert page.says(words)
        assert words in doctor


def test_nothing_is_late_once_the_worker_went_round(
    staff: Browser, settings: Settings, frozen_clock: FrozenClock
) -> None:
    sign_up(make_slot(starts_at=COMING), 1)
    frozen_clock.move_to(COMING - timedelta(days=1))
    sign_in(staff, make_account(role=StaffRole.VIEWER))
    notifications.beat(name="here", now=frozen_clock())

    run_due(settings, frozen_clock())
    page = staff.open("/staff/")

    assert not page.says("遅れています")
    assert findings(settings) == []
