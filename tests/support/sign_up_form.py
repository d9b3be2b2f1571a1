"""The form of a sign-up as 花子さん fills it in, and what it leaves in the database."""

from typing import Any

import sqlalchemy as sa

from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.models import Signup
from tests.support.pages import Browser, Page

HANAKO: dict[str, str | bool] = {
    "name": "山田 花子",
    "kana": "ヤマダ ハナコ",
    "age_group": "65_up",
    "residency": "resident",
    "email": "Ｈanako＠example.jp",
    "phone": "０９０１２３４５６７８",
    "privacy_consent": True,
}


def address(slot: Slot) -> str:
    """Where the form of a day is."""
    return f"/slots/{slot.public_id}/signup"


def fill_in(browser: Browser, slot: Slot, **typed: Any) -> Page:
    """The check page, or the form again; keywords are other answers than hers."""
    browser.open(address(slot))
    return browser.submit({**HANAKO, **typed}, press="入力した内容を確認する")


def apply(browser: Browser, slot: Slot, **typed: Any) -> Page:
    """The receipt, or why there is none."""
    fill_in(browser, slot, **typed)
    return browser.submit(press="この内容で申し込む")


def all_signups() -> list[Signup]:
    """Every sign-up as the database holds it now."""
    db.session().rollback()  # see what others have committed since
    return list(db.session().scalars(sa.select(Signup).order_by(Signup.id)))
