"""イベント一覧: the days of public opportunities as open data."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.config import Settings
from kyodo_match.core import dates
from kyodo_match.core.clock import tokyo
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.i18n import _
from kyodo_match.exports.errors import BadEventMap
from kyodo_match.exports.queries.reading import Asked, Line, Table, of_year, stream
from kyodo_match.exports.rules import EventMap, basic_fee, parse_event_map
from kyodo_match.exports.rules.events import prefecture
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.queries import PUBLIC
from kyodo_match.opportunities.rules import CapacityUnit, SlotStatus

_NAME = "event-list.toml"
_PACKAGED = Path(__file__).resolve().parents[1] / "data" / _NAME


def table(session: Session, asked: Asked) -> Table:
    """The days of public opportunities, under the columns of a map. Raises BadEventMap."""
    own = _event_map(asked.settings)
    heads = tuple(column.column for column in own.columns)
    lines = _lines(session, asked.fiscal_year, columns=own, settings=asked.settings)
    return Table(heads, lines)


def _event_map(settings: Settings) -> EventMap:
    """The columns: the installation's own map, else the packaged one. Raises BadEventMap."""
    own = settings.data_dir / _NAME
    file = own if own.is_file() else _PACKAGED
    try:
        return parse_event_map(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError) as error:
        raise BadEventMap(str(file)) from error


def _lines(
    session: Session, fiscal_year: FiscalYear | None, *, columns: EventMap, settings: Settings
) -> Iterator[Line]:
    """The days of public opportunities, those called off among them: they say so."""
    statement = (
        sa.select(
            Slot.public_id.label("slot_id"), Slot.starts_at, Slot.ends_at, Slot.closes_at,
            Slot.capacity, Slot.capacity_unit, Slot.status, Slot.standing,
            Slot.place.label("elsewhere"),
            Opportunity.public_id.label("opportunity_id"), Opportunity.title,
            Opportunity.description, Opportunity.fee, Opportunity.contact_name,
            Opportunity.contact_phone, Opportunity.place, Opportunity.address,
            Opportunity.access, Opportunity.parking, Opportunity.bring, Opportunity.rain,
            Group.name.label("group"),
        )
        .join(Slot.opportunity)
        .join(Opportunity.group)
        .where(Opportunity.status.in_(PUBLIC), *of_year(fiscal_year))
        .order_by(Slot.starts_at, Slot.id)
    )  # fmt: skip
    values = {column.value: _VALUES[column.value] for column in columns.columns}
    wanted = [values[column.value] for column in columns.columns]
    for row in stream(session, statement):
        yield [value(row, settings) for value in wanted]


def _day_note(row: Any, _settings: Settings) -> str:
    return {
        SlotStatus.SCHEDULED: dates.standing_until(row.ends_at) if row.standing else "",
        SlotStatus.POSTPONED: _("延期になりました。"),
        SlotStatus.CANCELLED: _("中止になりました。"),
    }[row.status]


def _note(row: Any, _settings: Settings) -> str:
    notes = [
        _("持ち物：%(text)s", text=row.bring) if row.bring else "",
        _("雨天のとき：%(text)s", text=row.rain) if row.rain else "",
        _("定員は組の数です。") if row.capacity_unit is CapacityUnit.PARTIES else "",
    ]
    return "\n".join(note for note in notes if note)


# Each value that a map may name. Contact and organiser are those the public page shows.
_VALUES: dict[str, Callable[[Any, Settings], object]] = {
    "municipality_code": lambda _row, settings: settings.municipality_code,
    "prefecture": lambda _row, settings: prefecture(settings.municipality_code),
    "municipality": lambda _row, settings: settings.municipality,
    "slot_id": lambda row, _settings: row.slot_id,
    "title": lambda row, _settings: row.title,
    "description": lambda row, _settings: row.description,
    "group": lambda row, _settings: row.group,
    "start_day": lambda row, _settings: tokyo(row.starts_at).date(),
    "end_day": lambda row, _settings: tokyo(row.ends_at).date(),
    "start_time": lambda row, _settings: None if row.standing else tokyo(row.starts_at).time(),
    "end_time": lambda row, _settings: None if row.standing else tokyo(row.ends_at).time(),
    "starts_at": lambda row, _settings: row.starts_at,
    "ends_at": lambda row, _settings: row.ends_at,
    "day_note": _day_note,
    "basic_fee": lambda row, _settings: basic_fee(row.fee),
    "fee": lambda row, _settings: row.fee,
    "contact_name": lambda row, _settings: row.contact_name,
    "contact_phone": lambda row, _settings: row.contact_phone,
    "place": lambda row, _settings: row.elsewhere or row.place,
    # The address is that of the opportunity's own place.
    "address": lambda row, _settings: "" if row.elsewhere else row.address,
    "access": lambda row, _settings: "" if row.elsewhere else row.access,
    "parking": lambda row, _settings: "" if row.elsewhere else row.parking,
    "capacity": lambda row, _settings: row.capacity,
    "closing_day": lambda row, _settings: row.closes_at and tokyo(row.closes_at).date(),
    "closing_time": lambda row, _settings: row.closes_at and tokyo(row.closes_at).time(),
    "how_to_apply": lambda _row, _settings: _("URLのページ、または電話"),
    "url": lambda row, settings: f"{settings.base_url}/opportunities/{row.opportunity_id}",
    "note": _note,
    "nothing": lambda _row, _settings: None,
}
