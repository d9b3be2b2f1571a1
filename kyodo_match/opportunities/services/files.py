"""Opportunities from a file: the whole file or nothing. Source: docs/files.md."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core import csv, text
from kyodo_match.core.db import use_case
from kyodo_match.core.i18n import _
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import LAW_FIELDS, plain_fields
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.errors import SlotTooFar
from kyodo_match.opportunities.rules import (
    CapacityUnit,
    Content,
    OpportunityKind,
    OpportunityStatus,
    SlotMode,
    SlotPlan,
    ages_in_order,
    check_year,
    faults,
    missing,
)
from kyodo_match.opportunities.services.slots import attach, open_up
from kyodo_match.opportunities.services.texts import begin
from kyodo_match.settings.queries import office
from kyodo_match.settings.rules import OfficeCalendar

REQUIRED = (
    "group", "kind", "title", "description", "place", "fee", "bring", "rain",
    "contact_name", "contact_phone", "starts_at", "ends_at", "capacity",
)  # fmt: skip
COLUMNS = (
    "group", "kind", "title", "description", "place", "address", "district", "fields",
    "meeting_place", "access", "parking", "fee", "bring", "rain", "contact_name", "contact_phone",
    "min_age", "max_age", "escort", "barrier_free", "starts_at", "ends_at", "opens_at",
    "closes_at", "cancel_until", "capacity", "capacity_unit", "minimum", "mode", "party_limit",
    "waitlist_limit", "pass_smaller", "alone_welcome", "beginner_welcome", "status",
)  # fmt: skip
_STATUSES = (
    OpportunityStatus.DRAFT,
    OpportunityStatus.SUBMITTED,
    OpportunityStatus.PUBLISHED,
)
# Shown to whoever wrote the file, by the names of its columns.
_COLUMN_OF = {"plain_fields": "fields"}
_UNREAD = datetime.min.replace(
    tzinfo=UTC
)  # stands for a time that could not be read; its line is refused anyway


@dataclass(frozen=True)
class Imported:
    """What became of one line."""

    line: int
    opportunity_id: str
    slot_id: str


@dataclass(frozen=True)
class _Line:
    row: csv.Row
    group: Group | None
    content: Content
    plan: SlotPlan | None
    status: OpportunityStatus

    @property
    def key(self) -> tuple[str, str]:
        return text.one_line(self.row.text("group")), self.content.title


@use_case
def import_opportunities(
    session: Session,
    *,
    file: Path,
    rows: Sequence[csv.Row],
    actor: str,
    now: datetime,
    dry_run: bool = False,
) -> list[Imported]:
    """Take in a file; a dry run checks the same and writes nothing.

    Lines with the same group and title are one opportunity. Raises csv.Refused with every bad line
    and its reason.
    """
    names = {text.one_line(row.text("group")) for row in rows}
    groups = queries.registered_groups(session, names)
    lines = [_read(row, groups, now=now) for row in rows]
    bundles = _bundles(lines)
    for bundle in bundles:
        _check_bundle(bundle)
    _check_days(session, lines, [group.id for group in groups.values()])
    csv.settle(file, rows)
    if dry_run:
        return []
    calendar = office(session).calendar
    done = [
        imported
        for bundle in bundles
        for imported in _write(session, bundle, calendar=calendar, actor=actor, now=now)
    ]
    return sorted(done, key=lambda imported: imported.line)


def _read(row: csv.Row, groups: dict[str, Group], *, now: datetime) -> _Line:
    name = text.one_line(row.text("group"))
    group = groups.get(name)
    if name and group is None:
        row.problems.append(
            _("group: 登録されている団体ではありません（「%(name)s」）", name=name[:40])
        )
    return _Line(
        row=row,
        group=group,
        content=_content(row, group),
        plan=_plan(row, now=now),
        status=row.take(
            "status", csv.one_of(OpportunityStatus, _STATUSES), OpportunityStatus.DRAFT
        ),
    )


def _content(row: csv.Row, group: Group | None) -> Content:
    law = row.take("fields", _law_fields, group.law_fields if group else ())
    plain = plain_fields(tuple(int(number) for number in law))
    content = Content(
        kind=row.take("kind", csv.one_of(OpportunityKind), OpportunityKind.EVENT),
        title=text.one_line(row.text("title")),
        description=row.text("description"),
        law_fields=law,
        plain_fields=plain or (group.plain_fields if group else ()),
        district=text.one_line(row.text("district")),
        place=text.one_line(row.text("place")),
        address=text.one_line(row.text("address")),
        meeting_place=text.one_line(row.text("meeting_place")),
        access=row.text("access"),
        parking=row.text("parking"),
        fee=row.text("fee"),
        bring=row.text("bring"),
        rain=row.text("rain"),
        min_age=row.take("min_age", csv.whole, None),
        max_age=row.take("max_age", csv.whole, None),
        escort=row.text("escort"),
        barrier_free=row.text("barrier_free"),
        alone_welcome=row.take("alone_welcome", csv.flag, None),
        beginner_welcome=row.take("beginner_welcome", csv.flag, None),
        contact_name=text.one_line(row.text("contact_name")),
        contact_phone=row.take("contact_phone", _phone, ""),
    )
    if not ages_in_order(content.min_age, content.max_age):
        row.problems.append(_("max_age: min_age以上にしてください"))
    return content


def _plan(row: csv.Row, *, now: datetime) -> SlotPlan | None:
    plan = SlotPlan(
        starts_at=row.take("starts_at", csv.iso_moment, _UNREAD),
        ends_at=row.take("ends_at", csv.iso_moment, _UNREAD),
        opens_at=row.take("opens_at", csv.iso_moment, None),
        closes_at=row.take("closes_at", csv.iso_moment, None),
        cancel_until=row.take("cancel_until", csv.iso_moment, None),
        capacity=row.take("capacity", csv.whole, 0),
        capacity_unit=row.take("capacity_unit", csv.one_of(CapacityUnit), CapacityUnit.PEOPLE),
        minimum=row.take("minimum", csv.whole, None),
        mode=row.take("mode", csv.one_of(SlotMode), SlotMode.FIRST_COME),
        party_limit=row.take("party_limit", csv.whole, SlotPlan.party_limit),
        waitlist_limit=row.take("waitlist_limit", csv.whole, None),
        pass_smaller=row.take("pass_smaller", csv.flag, False),  # noqa: FBT003 - the default
    )
    if _UNREAD in (plan.starts_at, plan.ends_at):
        return None
    unread = {problem.partition(":")[0] for problem in row.problems}
    row.problems += [_fault(name) for name in faults(plan) if name not in unread]
    try:
        check_year(plan.ends_at, now=now)
    except SlotTooFar as refusal:
        latest = refusal.latest.isoformat()
        row.problems.append(_("ends_at: %(day)sまでの日時にしてください", day=latest))
    return plan


def _fault(name: str) -> str:
    return {
        "ends_at": _("ends_at: 開始より後にしてください"),
        "closes_at": _("closes_at: 終了までの日時にしてください"),
        "opens_at": _("opens_at: 受付の締切より前にしてください"),
        "cancel_until": _("cancel_until: 開始までの日時にしてください"),
        "capacity": _("capacity: 1以上の整数で書いてください"),
        "minimum": _("minimum: 1から定員までの整数で書いてください"),
        "party_limit": _("party_limit: 1以上の整数で書いてください"),
    }[name]


def _bundles(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Lines of one opportunity together, in the order in which they first appear."""
    together: dict[tuple[str, str], list[_Line]] = {}
    for line in lines:
        together.setdefault(line.key, []).append(line)
    return list(together.values())


def _check_bundle(bundle: Sequence[_Line]) -> None:
    first = bundle[0]
    for line in bundle[1:]:
        line.row.problems += [
            _(
                "%(column)s: 同じ募集の%(line)s行目と違います",
                column=column,
                line=first.row.line,
            )
            for column in COLUMNS[: COLUMNS.index("starts_at")]
            if column != "place"
            and line.row.text(column)
            and line.row.text(column) != first.row.text(column)
        ]
        for column in ("alone_welcome", "beginner_welcome"):
            if line.row.text(column) not in ("", first.row.text(column)):
                line.row.problems.append(
                    _(
                        "%(column)s: 同じ募集の%(line)s行目と違います",
                        column=column,
                        line=first.row.line,
                    )
                )
        if line.status is not first.status:
            line.row.problems.append(
                _("status: 同じ募集の%(line)s行目と違います", line=first.row.line)
            )
    if first.status is OpportunityStatus.DRAFT:
        return
    noted = {problem.partition(":")[0] for problem in first.row.problems}
    first.row.problems += [
        _("%(column)s: 提出や公開には入力が必要です", column=column)
        for name in missing(first.content, slots=len(bundle))
        if (column := _COLUMN_OF.get(name, name)) not in noted
    ]
    if first.status is OpportunityStatus.PUBLISHED:
        for line in bundle:
            if line.plan and line.plan.mode is SlotMode.LOTTERY:
                line.row.problems.append(
                    _("mode: 抽選（lottery）の日程は、抽選の回に入れて公開します")
                )


def _check_days(session: Session, lines: Sequence[_Line], group_ids: Sequence[int]) -> None:
    """No day twice: neither within the file nor beside what is on file."""
    taken = queries.days_taken(session, group_ids)
    seen: dict[tuple[int, str, datetime, datetime, str], int] = {}
    for line in lines:
        if line.group is None or line.plan is None:
            continue
        day = (line.group.id, line.content.title, line.plan.starts_at, line.plan.ends_at)
        if day in taken:
            line.row.problems.append(_("starts_at: 同じ募集の同じ日時が、すでに登録されています"))
        first = seen.setdefault((*day, line.content.place), line.row.line)
        if first != line.row.line:
            line.row.problems.append(_("starts_at: %(line)s行目と同じ日程です", line=first))


def _write(
    session: Session,
    bundle: Sequence[_Line],
    *,
    calendar: OfficeCalendar,
    actor: str,
    now: datetime,
) -> list[Imported]:
    first = bundle[0]
    assert first.group is not None  # noqa: S101 - settle() has refused unknown groups
    opportunity = begin(session, first.group, first.content, now=now)
    opportunity.status = first.status
    if first.status is not OpportunityStatus.DRAFT:
        opportunity.submitted_at = now
    done: list[Imported] = []
    for line in bundle:
        assert line.plan is not None  # noqa: S101 - settle() has refused unread times
        elsewhere = line.content.place if line.content.place != opportunity.place else ""
        slot = attach(session, opportunity, replace(line.plan, place=elsewhere))
        if first.status is OpportunityStatus.PUBLISHED:
            open_up(slot, calendar=calendar, now=now)
            opportunity.published_at = now
        done.append(Imported(line.row.line, opportunity.public_id, slot.public_id))
    note(
        session,
        "opportunity.imported",
        opportunity,
        actor=actor,
        now=now,
        status=first.status.value,
        slots=[imported.slot_id for imported in done],
    )
    return done


def _law_fields(raw: str) -> tuple[str, ...]:
    known = {str(number) for number in LAW_FIELDS}
    chosen = {part.lstrip("0") for part in csv.cell_list(raw)}
    if not chosen <= known:
        raise csv.BadCell(_("1から20までの番号を;で区切って書いてください"))
    return tuple(sorted(chosen, key=int))


def _phone(raw: str) -> str:
    number = text.phone(raw)
    if number is None:
        raise csv.BadCell(_("電話番号は市外局番から書いてください"))
    return number
