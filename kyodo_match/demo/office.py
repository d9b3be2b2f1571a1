"""What the office does besides: files taken in, exports, the register, accounts."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.accounts.services import end_account, invite_staff
from kyodo_match.core import wareki
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.demo import register
from kyodo_match.demo.scenario import DATA
from kyodo_match.demo.story import Story
from kyodo_match.exports import services as exports
from kyodo_match.exports.rules import ExportKind, FileFormat, Scope
from kyodo_match.groups import services as groups
from kyodo_match.groups.queries import by_name
from kyodo_match.groups.rules import GroupKind, GroupStatus, MemberRole, Profile, Registration
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation import services as participation
from kyodo_match.participation.models import ImportDraft
from kyodo_match.participation.queries.imports import compared
from kyodo_match.participation.rules.drafts import Draft, chosen
from kyodo_match.participation.rules.tables import Merged, Sheet

_DAY = "@"  # a cell with a day of the story: so many days before the demo

Facts = Mapping[str, Any]


def _take_results(story: Story, _facts: Facts, now: datetime) -> None:
    """The years before, from the command line."""
    lines = register.results_by_command()
    participation.import_participation(lines=lines, now=now, actor=story.actors.admin)


def _keep_file(story: Story, facts: Facts, now: datetime) -> None:
    """Somebody's Excel file, read; taken at once where the story says so."""
    raw = tomllib.loads((DATA / "files" / f"{facts['file']}.toml").read_text(encoding="utf-8"))
    rows = [[_cell(story, cell) for cell in row] for row in raw["rows"]]
    sheet = Sheet(raw["sheet"], rows, [Merged(*area) for area in raw.get("merged", [])])
    draft_id = participation.keep_draft(
        sheets=[sheet],
        file_name=raw["name"],
        kind=OpportunityKind(facts["kind"]),
        now=now,
        actor=story.actors.coordinator,
    )
    story.batch_ids[facts["as"]] = draft_id
    if facts["taken"]:
        kept = sa.select(ImportDraft.content).where(ImportDraft.public_id == draft_id)
        draft = Draft.from_json(db.session().scalars(kept).one())
        lines = chosen(compared(db.session(), draft, today=tokyo_date(now)), None)
        participation.take_draft(
            draft_id=draft_id,
            numbers=[line.number for line in lines],
            now=now,
            actor=story.actors.coordinator,
        )


def _cell(story: Story, cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(_DAY):
        return wareki.write_day(story.scenario.days.on(-int(cell.removeprefix(_DAY))))
    return cell or None


def _take_back(story: Story, facts: Facts, now: datetime) -> None:
    participation.take_back(
        batch_id=story.batch_ids[facts["as"]],
        reason=facts["reason"],
        now=now,
        actor=story.actors.coordinator,
    )


def _export(story: Story, facts: Facts, now: datetime) -> None:
    year = FiscalYear.at(now) if facts.get("of_this_year", False) else None
    scope, form = Scope(ExportKind(facts["kind"]), year), FileFormat(facts["form"])
    made = exports.document(
        db.session(), scope, form, title=facts["kind"], settings=story.settings, now=now
    )
    exports.record_export(
        scope=scope,
        form=form.value,
        rows=made.rows,
        columns=made.columns,
        now=now,
        actor=story.actors.coordinator,
        purpose=facts["purpose"],
    )
    made.file.close()


def _enter_group(story: Story, facts: Facts, now: datetime) -> None:
    groups.register(
        registration=Registration(
            name=facts["name"],
            kana=facts["kana"],
            kind=GroupKind(facts["kind"]),
            legal_form=facts["legal_form"],
            status=GroupStatus(facts["status"]),
            registered_on=facts.get("registered_on"),
        ),
        profile=Profile(
            law_fields=tuple(facts["law_fields"]),
            representative=facts["representative"],
            phone=facts["phone"],
            purpose=facts["purpose"],
        ),
        actor=story.actors.coordinator,
        now=now,
    )


def _invite_member(story: Story, facts: Facts, now: datetime) -> None:
    group = by_name(db.session(), facts["group"])
    assert group is not None  # noqa: S101 - our own data
    groups.add_member(
        group_id=group.public_id,
        email=facts["email"],
        name=facts["name"],
        role=MemberRole(facts["role"]),
        actor=story.actors.coordinator,
        now=now,
    )


def _invite_staff(story: Story, facts: Facts, now: datetime) -> None:
    role = StaffRole(facts["role"])
    invite_staff(email=facts["email"], role=role, actor=story.actors.admin, now=now, by_mail=True)


def _end_staff(story: Story, facts: Facts, now: datetime) -> None:
    account = sa.select(Account.public_id).where(Account.email == facts["email"])
    end_account(account_id=db.session().scalars(account).one(), actor=story.actors.admin, now=now)


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {
    "take_results": _take_results,
    "keep_file": _keep_file,
    "take_back": _take_back,
    "export": _export,
    "enter_group": _enter_group,
    "invite_member": _invite_member,
    "invite_staff": _invite_staff,
    "end_staff": _end_staff,
}
