"""Configuration and health in words: what `kyodo-match doctor` tells an operator."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa

from kyodo_match.backend import create_backend
from kyodo_match.config import Settings
from kyodo_match.core import clock, dates, schema
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.messages import explain
from kyodo_match.matching.messages.draws import difference_words
from kyodo_match.matching.queries.draws import changed_rounds
from kyodo_match.notifications import delivery, queries
from kyodo_match.notifications.errors import NoServer
from kyodo_match.notifications.messages import job_label
from kyodo_match.notifications.rules import is_beating
from kyodo_match.pages.messages import late_words
from kyodo_match.pages.queries import machine

_ENOUGH_BYTES = 200_000_000
_MOST_DIFFERENCES = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    is_well: bool
    words: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; later things are left out where they cannot be seen."""
    findings = [_configuration(settings), _folder(settings), _mail(settings)]
    if not findings[1].is_well:
        return findings
    with create_backend(settings).app_context():
        try:
            return [*findings, *_connected()]
        finally:
            db.session.remove()
            db.engine.dispose()  # whoever asks goes on living, as a test does


def _connected() -> Iterator[Finding]:
    """What the database says; one line where it cannot be asked."""
    try:
        schema.require_current(db.engine)
    except DomainError as error:
        yield Finding(is_well=False, words=explain(error))
    except sa.exc.SQLAlchemyError as error:
        reason = type(error.__cause__ or error).__name__
        words = f"データベースにつながりません（{reason}）。KYODO_DATABASE_URLを見てください。"
        yield Finding(is_well=False, words=words)
    else:
        yield from _database(clock.now())


def _configuration(settings: Settings) -> Finding:
    words = {
        "production": "本番",
        "development": "開発（鍵は見本のままです。公開しないでください）",
        "test": "試験",
    }[settings.environment.value]
    return Finding(
        is_well=True,
        words=f"設定：{words}、{settings.municipality}（{settings.municipality_code}）、"
        f"URLは{settings.base_url}です。",
    )


def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding(is_well=False, words=f"{folder} を作れません（{error.strerror}）。")
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(is_well=False, words=f"{folder} に書けません。権限を確かめてください。")
    if (free := shutil.disk_usage(folder).free) < _ENOUGH_BYTES:
        return Finding(
            is_well=False, words=f"{folder} の空きが{free // 1_000_000:,}MBしかありません。"
        )
    return Finding(is_well=True, words=f"データの置き場所：{folder} に書けます。")


def _mail(settings: Settings) -> Finding:
    url = urlsplit(settings.mail_url)
    where = f"フォルダー {url.path}" if url.scheme == "file" else f"サーバー {url.hostname}"
    try:
        with delivery.connect(settings):
            return Finding(is_well=True, words=f"メール：{where} に渡せます。")
    except NoServer as error:
        return Finding(is_well=False, words=f"メール：{error.reason}")


def _database(now: datetime) -> Iterator[Finding]:
    checks: tuple[Callable[[datetime], Finding], ...] = (
        _engine,
        _pulse,
        _jobs,
        _late,
        _outbox,
        _draws,
    )
    for check in checks:
        yield check(now)


def _engine(_now: datetime) -> Finding:
    kind = db.engine.dialect.name
    if kind == "sqlite":
        answer = db.session().scalar(sa.text("PRAGMA quick_check(1)"))
        if answer != "ok":
            return Finding(
                is_well=False,
                words="データベースのファイルが壊れています。バックアップから戻してください。",
            )
    return Finding(is_well=True, words=f"データベース：{kind}、版は{schema.head()}で最新です。")


def _pulse(now: datetime) -> Finding:
    beat_at = queries.last_beat(db.session())
    if is_beating(beat_at, now):
        return Finding(is_well=True, words="ワーカー：動いています。")
    last = f"最後に動いたのは{dates.moment(beat_at)}です" if beat_at else "一度も動いていません"
    return Finding(
        is_well=False,
        words=f"ワーカー：{last}。kyodo-match worker を起動してください。",
    )


def _jobs(_now: datetime) -> Finding:
    failing = queries.failing_jobs(db.session())
    if failing:
        said = "、".join(
            f"「{job_label(job.name)}」が{dates.moment(job.failed_at)}から（{job.error}）"
            for job in failing
            if job.failed_at is not None
        )
        return Finding(is_well=False, words=f"自動の仕事：失敗しています。{said}")
    return Finding(is_well=True, words="自動の仕事：失敗しているものはありません。")


def _late(now: datetime) -> Finding:
    late = machine(db.session(), now=now).late
    if late:
        said = "".join(late_words(one) for one in late)
        return Finding(is_well=False, words=f"遅れている仕事：{said}")
    return Finding(is_well=True, words="遅れている仕事：ありません。")


def _outbox(now: datetime) -> Finding:
    failed = queries.failed_to_settle(db.session(), now)
    if failed:
        return Finding(
            is_well=False,
            words=f"メール：{failed}通が送れませんでした。/staff/outbox で確かめてください。",
        )
    return Finding(is_well=True, words="メール：送れずに残っているものはありません。")


def _draws(_now: datetime) -> Finding:
    changed = changed_rounds(db.session())
    if changed:
        said = "".join(
            f"「{one.title}」（{one.public_id}）"
            + "".join(difference_words(each) for each in differs[:_MOST_DIFFERENCES])
            for one, differs in changed
        )
        return Finding(is_well=False, words=f"抽選：公開した名簿と記録が食い違っています。{said}")
    return Finding(is_well=True, words="抽選：公開した名簿のとおりです。")
