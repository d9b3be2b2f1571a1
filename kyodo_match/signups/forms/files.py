"""Applications in a file: the lines of it, read into what the import takes. See docs/files.md."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kyodo_match.accounts.rules import is_address
from kyodo_match.core import csv, text
from kyodo_match.core.i18n import _
from kyodo_match.signups.forms.fields import LONGEST_MAIL, LONGEST_NAME
from kyodo_match.signups.rules import AgeGroup, Application, Channel, Companion, Residency

COLUMNS = (
    "channel", "received_at", "slot_id", "name", "kana", "email", "phone", "age_group",
    "residency", "district", "party",
)  # fmt: skip
REQUIRED = ("slot_id", "name", "kana", "age_group", "residency")
# 当日参加 are added at the reception: they take no place and are told nothing.
_CHANNELS = (Channel.WEB, Channel.PHONE, Channel.COUNTER, Channel.PAPER)
# What a party has once, in the order in which differences are named.
_SHARED = ("slot_id", "channel", "received_at", "email", "phone")
# Says in the record that the text on the purpose of use was another office's.
_PRIVACY = "import"


@dataclass(frozen=True)
class Party:
    """One application of a file: the lines it stands on, and which day it is for."""

    lines: tuple[int, ...]
    slot_id: str
    application: Application


@dataclass(frozen=True)
class _Line:
    row: csv.Row
    slot_id: str
    person: Application

    def shared(self, column: str) -> object:
        return self.slot_id if column == "slot_id" else getattr(self.person, column)


def read_parties(
    rows: Sequence[csv.Row], *, districts: Sequence[str], entered_by: str, now: datetime
) -> list[Party]:
    """The applications of a file, in its order; what is wrong with a line is noted on it.

    Lines with the same `party` are one application: its first line gives day, channel, receipt and
    contact, and the others repeat them or leave them blank.
    """
    together: dict[str, list[_Line]] = {}
    for row in rows:
        line = _read(row, districts=districts, entered_by=entered_by, now=now)
        party = text.one_line(row.text("party"))
        together.setdefault((party and f"party {party}") or f"line {row.line}", []).append(line)
    return [_party(lines) for lines in together.values()]


def _read(row: csv.Row, *, districts: Sequence[str], entered_by: str, now: datetime) -> _Line:
    channel = row.take("channel", csv.one_of(Channel, _CHANNELS), Channel.PAPER)
    residency = row.take("residency", csv.one_of(Residency), Residency.OTHER)
    received_at = row.take("received_at", csv.iso_moment, None)
    if received_at is not None and received_at > now:
        row.problems.append(_("received_at: 先の日時です"))
    district = text.one_line(row.text("district"))
    if district and districts and district not in districts:
        known = "・".join(districts)
        row.problems.append(_("district: 次の地区から選んでください: %(known)s", known=known))
    person = Application(
        name=_name(row),
        kana=row.take("kana", _kana, ""),
        age_group=row.take("age_group", csv.one_of(AgeGroup), AgeGroup.FROM_65),
        residency=residency,
        district=district if residency is Residency.RESIDENT else "",
        email=row.take("email", _email, ""),
        phone=row.take("phone", _phone, ""),
        channel=channel,
        received_at=received_at,
        privacy_version=_PRIVACY,
        privacy_by="form" if channel is Channel.WEB else "oral",
        entered_by=entered_by,
    )
    return _Line(row, text.one_line(row.text("slot_id")), person)


def _party(lines: Sequence[_Line]) -> Party:
    first = lines[0]
    if not first.person.email and not first.person.phone and not first.row.problems:
        first.row.problems.append(_("email: メールアドレスか電話番号の、どちらかが必要です"))
    for line in lines[1:]:
        line.row.problems += [
            _("%(column)s: 同じ組の%(line)s行目と違います", column=column, line=first.row.line)
            for column in _SHARED
            if line.row.text(column) and line.shared(column) != first.shared(column)
        ]
    companions = tuple(
        Companion(line.person.name, line.person.kana, line.person.age_group) for line in lines[1:]
    )
    return Party(
        lines=tuple(line.row.line for line in lines),
        slot_id=first.slot_id,
        application=replace(first.person, companions=companions),
    )


def _name(row: csv.Row) -> str:
    name = text.one_line(row.text("name"))
    if len(name) > LONGEST_NAME:
        row.problems.append(_("name: %(max)s文字までで書いてください", max=LONGEST_NAME))
    return name


def _kana(raw: str) -> str:
    kana = text.kana(raw)
    if not text.is_kana(kana):
        raise csv.BadCell(_("ひらがなかカタカナで書いてください"))
    if len(kana) > LONGEST_NAME:
        raise csv.BadCell(_("%(max)s文字までで書いてください", max=LONGEST_NAME))
    return kana


def _email(raw: str) -> str:
    address = text.email(raw)
    if len(address) > LONGEST_MAIL or not is_address(address):
        raise csv.BadCell(_("メールアドレスを確かめてください"))
    return address


def _phone(raw: str) -> str:
    number = text.phone(raw)
    if number is None:
        raise csv.BadCell(_("電話番号は市外局番から書いてください"))
    return number
