"""What staff see of mail and calls, and what they do about them."""

from datetime import datetime

import pytest

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.notifications import services
from kyodo_match.notifications.messages import reason_words
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.outbox import Letter
from kyodo_match.notifications.rules import MessageState
from kyodo_match.signups import services as signups
from kyodo_match.signups.rules import Receipt
from tests.support.clock import FrozenClock
from tests.support.make_messages import make_message, message_now
from tests.support.make_opportunities import make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_signups import keys, letters_to, sign_up
from tests.support.pages import Browser, Page

SIGNUP = "a1b2c3d4e5f6"


@pytest.fixture
def coordinator(browser: Browser) -> Browser:
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    return browser


def failed(message: OutboxMessage, now: datetime) -> OutboxMessage:
    """The message, after the server has refused it."""
    (parcel,) = services.lease(now=now, most=1)
    services.note_failed(
        parcel=parcel, reason="メールサーバーの返事：550 no such user", for_good=True, now=now
    )
    return message


def test_the_list_shows_state_and_error_and_masks_addresses(
    coordinator: Browser, now: datetime
) -> None:
    failed(make_message(recipient="hanako@example.jp"), now)
    make_message(letter=Letter("note", "次のお知らせ", "本文"))

    page = coordinator.open("/staff/outbox")

    assert "送れませんでした" in page.text
    assert "宛先のメールアドレスがありません。" in page.text
    assert "h***@example.jp" in page.text
    assert "hanako@example.jp" not in page.html
    assert "次のお知らせ" in page.text


def test_the_list_can_be_narrowed_to_a_state(coordinator: Browser, now: datetime) -> None:
    failed(make_message(letter=Letter("note", "届かない", "本文")), now)
    make_message(letter=Letter("note", "待っている", "本文"))

    page = coordinator.open("/staff/outbox?state=failed")

    assert "届かない" in page.text
    assert "待っている" not in page.text


@pytest.mark.parametrize("query", ["state=nonsense", "page=x", "page=-1", "page=99"])
def test_an_odd_query_shows_the_list_all_the_same(coordinator: Browser, query: str) -> None:
    make_message()

    page = coordinator.open(f"/staff/outbox?{query}")

    assert "お知らせ" in page.text


def test_fifty_messages_are_a_page(coordinator: Browser) -> None:
    for number in range(51):
        make_message(letter=Letter("note", f"件名{number:02}", "本文"))

    first, second = coordinator.open("/staff/outbox"), coordinator.open("/staff/outbox?page=2")

    assert "件名50" in first.text
    assert "件名00" not in first.text
    assert "件名00" in second.text


def test_staff_never_see_a_link_or_a_pin(coordinator: Browser) -> None:
    body = "[[municipality]]\n[[manage-link]]\n番号は[[pin]]です。"
    message = make_message(letter=Letter("note", "お知らせ", body), signup_id=SIGNUP)

    page = coordinator.open(f"/staff/outbox/{message.public_id}")

    assert "つくばみらい市" in page.text
    assert "（本人だけのリンク）" in page.text
    assert "/manage/" not in page.html.replace("/manage/lookup", "")
    assert keys().pin(SIGNUP, 1) not in page.html


def test_a_failed_message_is_sent_again_by_a_button(coordinator: Browser, now: datetime) -> None:
    message = failed(make_message(), now)

    coordinator.open(f"/staff/outbox/{message.public_id}")
    page = coordinator.submit(press="もう一度送る")

    assert "もう一度送ります" in page.text
    assert message_now(message).state is MessageState.QUEUED


def test_what_failed_today_is_sent_again_in_one_go(
    coordinator: Browser, now: datetime, frozen_clock: FrozenClock
) -> None:
    old = failed(make_message(), now)
    frozen_clock.move(days=1)
    sign_in(coordinator, make_account(role=StaffRole.COORDINATOR))
    today = [failed(make_message(due_at=frozen_clock()), frozen_clock()) for _ in range(2)]
    coordinator.open("/staff/outbox?state=failed")

    page = coordinator.submit(press="今日の2通をもう一度送る")

    assert "2通を、もう一度送ります" in page.text
    assert {message_now(one).state for one in today} == {MessageState.QUEUED}
    assert message_now(old).state is MessageState.FAILED
    assert "今日送れなかったメール" not in page.text


def test_mail_that_came_back_is_recorded_and_phoned(coordinator: Browser, now: datetime) -> None:
    receipt = sign_up(make_slot())
    (parcel,) = services.lease(now=now, most=1)
    services.note_sent(parcel=parcel, now=now)
    path = f"/staff/outbox/{parcel.public_id}"
    coordinator.open(path)

    without = coordinator.submit(press="戻ってきた")
    page = coordinator.submit({"reason": "宛先不明"}, press="戻ってきた")
    suppressed = letter_after(receipt, coordinator, now)

    assert without.says("戻ってきた理由を入力してください。")
    assert page.says("戻ってきたことを記録しました")
    assert page.says("メールが戻ってきました：宛先不明")
    call = coordinator.open(page.link("このメールの代わりの電話を見る"))
    assert call.says("見本 1（みほん い）さん")
    assert suppressed.says("送信しません")
    assert suppressed.says("この宛先には、メールが届きません")
    assert suppressed.says("宛先不明")


def letter_after(receipt: Receipt, browser: Browser, now: datetime) -> Page:
    """The page of the next letter to somebody whose mail came back."""
    signups.cancel(signup_id=receipt.signup_id, now=now, actor="citizen")
    letter = letters_to(receipt)[-1]
    return browser.open(f"/staff/outbox/{letter.public_id}")


def test_what_was_not_sent_can_be_sent_all_the_same(coordinator: Browser, now: datetime) -> None:
    receipt = sign_up(make_slot())
    (parcel,) = services.lease(now=now, most=1)
    services.note_sent(parcel=parcel, now=now)
    services.note_bounced(message_id=parcel.public_id, reason="宛先不明", actor="abc", now=now)
    suppressed = letter_after(receipt, coordinator, now)

    page = coordinator.submit(press="もう一度送る")

    assert suppressed.says("送信しません")
    assert page.says("送信待ち")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("550 5.1.1 no such user", "宛先のメールアドレスがありません。"),
        ("552 5.2.2 mailbox full", "相手の受信箱がいっぱいです。"),
        ("550 5.7.1 rejected as spam", "相手の設定で、市からのメールが断られました。"),
        ("554 transaction failed", "相手のメールサーバーに断られました。"),
        ("451 try again later", "相手のメールサーバーが、いまは受け取れません。"),
    ],
)
def test_why_a_mail_did_not_arrive_is_said_in_words(answer: str, words: str) -> None:
    assert reason_words(f"メールサーバーの返事：{answer}") == words


def test_a_sent_message_has_no_button(coordinator: Browser, now: datetime) -> None:
    message = make_message()
    (parcel,) = services.lease(now=now, most=1)
    services.note_sent(parcel=parcel, now=now)

    page = coordinator.open(f"/staff/outbox/{message.public_id}")

    assert "もう一度送る" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/staff/outbox",
        "/staff/outbox/x",
        "/staff/phone-calls",
        "/staff/phone-calls/print",
        "/staff/phone-calls/x",
    ],
)
def test_a_viewer_sees_neither_mail_nor_calls(browser: Browser, path: str) -> None:
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    answer = browser.get(path)

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/staff/outbox/x", "/staff/phone-calls/x"])
def test_what_is_not_there_is_not_found(coordinator: Browser, path: str) -> None:
    answer = coordinator.get(path)

    assert answer.status_code == 404
