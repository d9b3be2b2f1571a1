"""お知らせ on both databases: to whom, about which days, once, by several workers, and no more."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Settings
from kyodo_match.core.db import db, use_case
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.jobs.alerts import write_alerts
from kyodo_match.matching.models import Exposure, Recommendation, Wish
from kyodo_match.matching.queries import alerts as queries
from kyodo_match.matching.queries.alerts import alerts_came_back, sent_to
from kyodo_match.matching.rules.alerts import ALERT_KIND
from kyodo_match.matching.rules.recommending import FIRST_WEIGHTS, ReasonCode
from kyodo_match.matching.rules.wishes import Frequency, ShownIn, WishState
from kyodo_match.matching.services import alerts as alert_services
from kyodo_match.matching.services import wishes as services
from kyodo_match.matching.services.alerts import Alert
from kyodo_match.matching.services.weights import save_weights
from kyodo_match.notifications import services as notifications
from kyodo_match.notifications.jobs import deliver_due
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.outbox import Letter
from kyodo_match.notifications.queries import failed_to_settle, people_out_of_reach
from kyodo_match.notifications.rules import MessageState
from tests.support.clock import START
from tests.support.databases import look_again
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_signups import sign_up
from tests.support.make_wishes import make_wish

pytestmark = pytest.mark.usefixtures("app")

TOMORROW = START + timedelta(days=1)
NEXT_THURSDAY = START + timedelta(days=4, hours=-1)


def letters() -> list[OutboxMessage]:
    look_again()
    return list(db.session().scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def told(wish: Wish) -> list[Recommendation]:
    look_again()
    found = sa.select(Recommendation).where(Recommendation.wish_id == wish.id)
    return list(db.session().scalars(found.order_by(Recommendation.id)))


def again(wish: Wish) -> Wish:
    look_again()
    return db.session().get_one(Wish, wish.id, populate_existing=True)


def test_a_wish_is_told_of_what_suits_with_every_reason_once() -> None:
    group = make_group()
    paddy = make_opportunity(group=group, title="田んぼの会", district="みらい平")
    first = make_slot(opportunity=paddy, minimum=None)
    second = make_slot(opportunity=paddy, starts_at=COMING + timedelta(days=7))
    make_slot(opportunity=make_opportunity(title="合唱の会", plain_fields=("culture",)))
    wish = make_wish(district="みらい平", times=("sat_am",), beginner=True, party_size=2)
    other = make_wish(fields=(PlainField.SPORTS,), frequency=Frequency.WEEKLY)

    written = write_alerts(now=START)

    (letter,) = letters()
    assert written == 1
    assert (letter.recipient, letter.wish_id) == (wish.email, wish.public_id)
    assert letter.subject == "【お知らせ】希望に合う新しい日程（1件）"
    assert letter.body.startswith(
        "ご希望に合う、新しい日程のお知らせです（1件）。\n\n"
        "■ 田んぼの会\n12月12日（土）9:30～11:30\nみらい平　豊森の里山\n"
    )
    assert (
        "おすすめする理由：\n・お住まいのみらい平地区で開催\n・土曜の午前が空いている\n"
        "・環境・生きものに関心がある\n・はじめてでも安心\n"
        "・今年度まだ満席のない団体\n"
        "ほかの日程：12月19日（土）9:30～11:30\n申込み：" in letter.body
    )
    assert f"\n[[base-url]]/opportunities/{paddy.public_id}\n" in letter.body
    because = "みらい平、土曜の午前、環境・生きものの希望にもとづいてお送りしています。"
    assert because in letter.body
    assert "\n[[wish-link]]\n" in letter.body
    assert "\n[[unsubscribe-link]]\n" in letter.body
    rows = told(wish)
    assert [row.slot_id for row in rows] == [first.id, second.id]
    assert {row.score for row in rows} == {29 + 27 + 25 + 8 + 4}
    assert rows[0].parts["place"] == {
        "code": "same_district",
        "points": 29,
        "about": ["みらい平"],
    }
    assert rows[0].boosts["unfilled"]["points"] == 4
    assert rows[0].filters["party_size"] == 2
    assert rows[0].weights_version == 1
    (shown,) = db.session().scalars(sa.select(Exposure))
    assert (shown.group_id, shown.shown_in, shown.shown) == (group.id, ShownIn.MAIL, 1)
    assert again(wish).next_alert_at == START + timedelta(hours=23)
    assert again(wish).last_alert_at == START
    assert again(other).next_alert_at == NEXT_THURSDAY
    assert again(other).last_alert_at is None
    (sent,) = sent_to(db.session(), wish, limit=10)
    assert sent.day.slot == first.public_id
    assert [day.slot for day in sent.others] == [second.public_id]
    assert [reason.code for reason in sent.reasons][:2] == [
        ReasonCode.SAME_DISTRICT,
        ReasonCode.WHOLE_TIME,
    ]


def test_only_what_is_new_comes_the_next_time() -> None:
    known = make_slot()
    wish = make_wish()
    write_alerts(now=START)

    assert write_alerts(now=START) == 0
    assert write_alerts(now=TOMORROW) == 0
    other_points = replace(FIRST_WEIGHTS, field=35, time=17)
    save_weights(weights=other_points, note="", actor="a1b2c3d4e5f6", now=TOMORROW)
    new = make_slot(opportunity=known.opportunity, starts_at=COMING + timedelta(days=1))
    assert write_alerts(now=TOMORROW + timedelta(days=1)) == 1

    assert [(row.slot_id, row.score, row.weights_version) for row in told(wish)] == [
        (known.id, 25 + 4, 1),
        (new.id, 35 + 4, 2),
    ]
    assert len(letters()) == 2
    assert again(wish).last_alert_at == TOMORROW + timedelta(days=1)


def test_what_was_put_away_or_applied_for_is_not_mailed() -> None:
    away, applied, left = make_slot(), make_slot(), make_slot()
    sign_up(applied, 1, email="kazoku@example.jp")
    wish, family = make_wish(), make_wish(email="kazoku@example.jp")
    services.put_away(
        wish_id=wish.public_id,
        opportunity_id=away.opportunity.public_id,
        away=True,
        now=START,
    )

    write_alerts(now=START)

    assert {row.slot_id for row in told(wish)} == {applied.id, left.id}
    assert {row.slot_id for row in told(family)} == {away.id, left.id}


def test_a_mail_lists_five_and_the_rest_comes_with_the_next() -> None:
    slots = [make_slot() for _ in range(7)]
    wish = make_wish()

    write_alerts(now=START)
    first = {row.slot_id for row in told(wish)}
    write_alerts(now=TOMORROW)

    assert len(first) == 5
    assert {row.slot_id for row in told(wish)} == {slot.id for slot in slots}


@pytest.mark.parametrize(
    "values",
    [
        {"frequency": Frequency.NONE},
        {"state": WishState.UNCONFIRMED},
        {"next_alert_at": START + timedelta(minutes=1)},
        {"next_alert_at": None},
    ],
    ids=["wants none", "not confirmed", "not yet", "never"],
)
def test_nobody_else_is_written_to(values: dict[str, object]) -> None:
    make_slot()
    make_wish(**values)

    assert write_alerts(now=START) == 0
    assert letters() == []


def test_nobody_is_written_to_in_the_night() -> None:
    make_slot()
    make_wish()

    assert write_alerts(now=START + timedelta(hours=9)) == 0


def test_letters_of_one_run_are_spread_and_the_next_run_comes_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kyodo_match.matching.rules.alerts.LETTERS_A_MINUTE", 2)
    make_slot()
    for _ in range(3):
        make_wish()
    write_alerts(now=START)
    make_wish()

    write_alerts(now=START + timedelta(seconds=10))

    minutes = [letter.due_at - START for letter in letters()]
    assert minutes == [timedelta(minutes=n) for n in (0, 0, 1, 1)]


def test_a_wish_that_changes_meanwhile_waits_for_the_next_round() -> None:
    slot = make_slot()
    wish = make_wish()
    (due,) = queries.due_wishes(db.session(), now=START, after=0, limit=9)
    board, _weights = queries.coming_board(db.session(), now=START)
    letter = Letter(ALERT_KIND, "件名", "本文")
    alert = Alert(due, board.best_activities(due.choices, limit=5), letter, START)
    services.unsubscribe(wish_id=wish.public_id, now=START)

    written = alert_services.write_alerts(
        alerts=[alert],
        nothing_new=(),
        unreachable=(),
        slots={slot.public_id: slot.id},
        weights_version=1,
        now=START,
    )

    assert written == 0
    assert letters() == []
    assert told(wish) == []
    assert again(wish).next_alert_at is None


# --- Several workers, and none --------------------------------------------------------------

_WORKER = """
import sys
from datetime import datetime
from kyodo_match.backend import create_backend
from kyodo_match.config import Settings
from kyodo_match.matching.jobs import alerts

alerts._AT_ONCE = 5
settings = Settings.from_env()
with create_backend(settings).app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    print(alerts.write_alerts(now=datetime.fromisoformat(sys.argv[1]), seconds=60), flush=True)
"""


def start_worker(settings: Settings) -> subprocess.Popen[str]:
    env = {
        **os.environ,
        "KYODO_ENV": "test",
        "KYODO_DATA_DIR": str(settings.data_dir),
        "KYODO_DATABASE_URL": settings.database_url,
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, START.isoformat()],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("\n")
    worker.stdin.flush()


def test_two_workers_after_one_that_was_killed_write_to_everybody_once(
    app: Flask, settings: Settings
) -> None:
    slots = [make_slot() for _ in range(3)]
    wishes = [make_wish() for _ in range(80)]
    look_again()
    killed = start_worker(settings)
    go(killed)
    while not letters():
        time.sleep(0.001)  # it writes in a process of its own
    killed.kill()
    killed.communicate()

    def work() -> int:
        with app.app_context():
            return write_alerts(now=START, seconds=60)

    with ThreadPoolExecutor(2) as pool:
        written = [one.result() for one in (pool.submit(work), pool.submit(work))]

    found = letters()
    assert killed.returncode == -signal.SIGKILL
    assert 0 <= sum(written) < len(found)
    assert Counter(letter.wish_id for letter in found) == {wish.public_id: 1 for wish in wishes}
    rows = db.session().execute(sa.select(Recommendation.wish_id, Recommendation.slot_id)).all()
    assert len(rows) == len(wishes) * len(slots)
    assert db.session().scalar(sa.select(sa.func.sum(Exposure.shown))) == len(rows)
    assert write_alerts(now=START) == 0


# --- Stopping -------------------------------------------------------------------------------


def test_unsubscribing_keeps_the_wish_and_what_waits_is_not_sent() -> None:
    make_slot()
    wish = make_wish()
    write_alerts(now=START)

    services.unsubscribe(wish_id=wish.public_id, now=START + timedelta(minutes=1))
    services.unsubscribe(wish_id=wish.public_id, now=START + timedelta(minutes=2))

    (letter,) = letters()
    assert letter.state is MessageState.SUPPRESSED
    now = again(wish)
    assert (now.state, now.frequency, now.next_alert_at) == (
        WishState.ACTIVE,
        Frequency.NONE,
        None,
    )
    assert now.changed_at == START + timedelta(minutes=1)
    acts = db.session().scalars(sa.select(AuditEvent.action)).all()
    assert acts.count("wish.unsubscribed") == 1
    assert not alerts_came_back(db.session(), now, now=START)


def test_a_letter_that_is_refused_for_good_ends_the_mails() -> None:
    make_slot()
    refused, reached = make_wish(), make_wish()
    write_alerts(now=START)
    _refuse(wish_id=refused.public_id)
    make_slot()

    assert write_alerts(now=TOMORROW) == 1

    assert again(refused).frequency is Frequency.NONE
    assert again(reached).frequency is Frequency.DAILY


@use_case
def _refuse(session: Session, /, *, wish_id: str) -> None:
    of_wish = sa.update(OutboxMessage).where(OutboxMessage.wish_id == wish_id)
    session.execute(of_wish.values(state=MessageState.FAILED))


def test_a_mail_that_comes_back_ends_the_mails_and_phones_nobody(settings: Settings) -> None:
    make_slot()
    wish = make_wish()
    other = make_wish(email=wish.email)
    write_alerts(now=START)
    letter = next(one for one in letters() if one.wish_id == wish.public_id)
    deliver_due(settings, now=START)
    notifications.note_bounced(
        message_id=letter.public_id, reason="5.1.1 no such user", actor="system", now=START
    )
    make_slot()

    assert write_alerts(now=TOMORROW) == 0

    assert {one.state for one in letters()} == {MessageState.SUPPRESSED, MessageState.SENT}
    assert db.session().scalars(sa.select(PhoneCall)).all() == []
    assert failed_to_settle(db.session(), TOMORROW) == 0
    assert people_out_of_reach(db.session(), TOMORROW) == 0
    assert again(wish).frequency is Frequency.NONE
    assert again(other).frequency is Frequency.NONE
    assert alerts_came_back(db.session(), again(wish), now=TOMORROW)
    services.change_frequency(wish_id=wish.public_id, frequency=Frequency.DAILY, now=TOMORROW)
    assert write_alerts(now=TOMORROW + timedelta(days=1)) == 1
