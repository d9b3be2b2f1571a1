"""以前の実績の取込み: a file is read, looked at line by line, then taken as one batch."""

from collections.abc import Sequence
from contextlib import closing

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.accounts.queries import names_of
from kyodo_match.audit.queries import history
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.core.text import one_line
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation import queries, services
from kyodo_match.participation.errors import ImportRefused
from kyodo_match.participation.forms.imports import (
    ColumnsForm,
    TakeBackForm,
    UploadForm,
    column_letters,
    columns_text,
    doubt_texts,
    first_rows,
    reason_text,
)
from kyodo_match.participation.forms.workbook import MOST_BYTES, read_file
from kyodo_match.participation.models import ImportDraft
from kyodo_match.participation.rules import DayRecord
from kyodo_match.participation.rules.drafts import Draft, chosen, totals
from kyodo_match.participation.rules.lines import Line, Verdict
from kyodo_match.participation.views_staff.blueprint import bp
from kyodo_match.plans import queries as plans
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, settings
from kyodo_match.web.uploads import takes_files

_FORM_BYTES = 100_000  # what a form has besides its file
_LONGEST_NAME = 100
_MOST_DIGITS = 5  # of the number of a line


@bp.route("/staff/imports", methods=["GET", "POST"])
@policy("coordinator")
@takes_files(MOST_BYTES + _FORM_BYTES)
def imports() -> ResponseReturnValue:
    """Choose a file; what was taken before stands below."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return redirect(f"/staff/imports/{_keep(form)}", 303)
        except ImportRefused as refusal:
            form.refuse(explain(refusal), form.file)
    return no_store(
        render_template(
            "participation/imports.html",
            form=form,
            drafts=queries.own_drafts(db.session(), actor=actor()),
            batches=queries.batches(db.session()),
            names=names_of(db.session()),
        )
    )


def _keep(form: UploadForm) -> str:
    """Keep what a file holds; the file itself is closed. The draft's id."""
    with closing(form.file.data) as uploaded:
        sheets = read_file(uploaded.stream)
    return services.keep_draft(
        sheets=sheets,
        file_name=one_line(uploaded.filename or "")[:_LONGEST_NAME],
        kind=OpportunityKind(form.kind.data),
        now=clock.now(),
        actor=actor(),
    )


@bp.route("/staff/imports/<import_id>")
@policy("coordinator")
def import_(import_id: str) -> ResponseReturnValue:
    """A batch that was taken, or one's own file before that: its columns, then its lines."""
    row = _or_404(import_id)
    if row.taken_at is not None:
        return no_store(_batch_page(row, TakeBackForm()))
    draft = Draft.from_json(row.content)
    if not draft.layout.is_enough or "columns" in request.args:
        return no_store(_columns_page(row, draft, ColumnsForm.of(draft, _this_year())))
    return no_store(_lines_page(row, draft))


@bp.route("/staff/imports/<import_id>", methods=["POST"])
@policy("coordinator")
def act(import_id: str) -> ResponseReturnValue:
    """What a button says: read otherwise, count again, take, drop, or take a batch back."""
    row = _or_404(import_id)
    action = _ACTIONS.get(request.form.get("action", "")) or abort(400)
    try:
        return action(row)
    except ImportRefused as refusal:
        flash(explain(refusal), "error")
        return redirect(f"/staff/imports/{import_id}", 303)


def _or_404(import_id: str) -> ImportDraft:
    return queries.draft_or_batch(db.session(), import_id, actor=actor()) or abort(404)


def _this_year() -> FiscalYear:
    return FiscalYear.at(clock.now())


def _draft_or_404(row: ImportDraft) -> Draft:
    return Draft.from_json(row.content) if row.taken_at is None else abort(404)


def _read_otherwise(row: ImportDraft) -> ResponseReturnValue:
    draft = _draft_or_404(row)
    form = ColumnsForm.of(draft, _this_year())
    valid, other_sheet = form.validate_on_submit(), form.sheet.data != str(draft.sheet_index)
    # What was chosen for the sheet before does not hold for another.
    is_known = other_sheet and not (form.sheet.errors or form.kind.errors)
    if not valid and not is_known:
        return no_store(_columns_page(row, draft, form))
    services.reread_draft(
        draft_id=row.public_id,
        sheet_index=int(form.sheet.data),
        first_row=0 if other_sheet else int(form.header_rows.data),
        columns={} if other_sheet else form.columns,
        fiscal_year=int(form.fiscal_year.data)
        if form.fiscal_year.data and not other_sheet
        else None,
        kind=OpportunityKind(form.kind.data),
        actor=actor(),
    )
    return redirect(f"/staff/imports/{row.public_id}{'?columns=1' if other_sheet else ''}", 303)


def _numbers() -> set[int]:
    sent = request.form.getlist("line")
    return {int(number) for number in sent if number.isdecimal() and len(number) <= _MOST_DIGITS}


def _count_again(row: ImportDraft) -> ResponseReturnValue:
    services.choose_lines(
        draft_id=row.public_id, numbers=_numbers(), now=clock.now(), actor=actor()
    )
    return redirect(f"/staff/imports/{row.public_id}#total", 303)


def _take(row: ImportDraft) -> ResponseReturnValue:
    lines = services.take_draft(
        draft_id=row.public_id, numbers=_numbers(), now=clock.now(), actor=actor()
    )
    flash(_("%(n)s行を取り込みました。", n=lines), "success")
    return redirect(f"/staff/imports/{row.public_id}", 303)


def _drop(row: ImportDraft) -> ResponseReturnValue:
    services.drop_draft(draft_id=row.public_id, actor=actor())
    flash(_("取込みをやめました。何も変えていません。"), "info")
    return redirect("/staff/imports", 303)


def _take_back(row: ImportDraft) -> ResponseReturnValue:
    if row.taken_at is None:
        abort(404)
    form = TakeBackForm()
    if not form.validate_on_submit():
        return no_store(_batch_page(row, form))
    lines = services.take_back(
        batch_id=row.public_id, reason=form.reason.data, now=clock.now(), actor=actor()
    )
    flash(_("取込みを取り消しました（%(n)s行）。", n=lines), "success")
    return redirect(f"/staff/imports/{row.public_id}", 303)


_ACTIONS = {
    "columns": _read_otherwise,
    "count": _count_again,
    "take": _take,
    "drop": _drop,
    "take_back": _take_back,
}


def _columns_page(row: ImportDraft, draft: Draft, form: ColumnsForm) -> str:
    return render_template(
        "participation/import_columns.html",
        row=row,
        form=form,
        letters=column_letters(draft.sheet),
        sample=first_rows(draft),
    )


def _lines_page(row: ImportDraft, draft: Draft) -> str:
    lines = queries.compared(db.session(), draft, today=clock.tokyo_date(clock.now()))
    taken = chosen(lines, draft.left_out)
    return render_template(
        "participation/import_lines.html",
        row=row,
        draft=draft,
        kind=OpportunityKind(draft.kind),
        year=FiscalYear(draft.fiscal_year) if draft.fiscal_year else None,
        columns_text=columns_text(draft),
        lines=lines,
        chosen={line.number for line in taken},
        refused=[line for line in lines if line.verdict is Verdict.REFUSED],
        skipped=sum(line.verdict is Verdict.SKIPPED for line in lines),
        doubtful=sum(bool(line.doubts) for line in lines),
        totals=totals(taken),
        effects=_effects(draft.kind, taken),
        reason_text=reason_text,
        doubt_texts=doubt_texts,
    )


def _batch_page(row: ImportDraft, form: TakeBackForm) -> str:
    return render_template(
        "participation/import_batch.html",
        row=row,
        form=form,
        lines=queries.lines_of_batch(db.session(), row.public_id),
        history=history(db.session(), "import", row.public_id),
        names=names_of(db.session()),
    )


def _effects(kind: str, lines: Sequence[Line]) -> Sequence[plans.Effect]:
    """What the chosen lines would do to the indicators of the plans."""
    more = [
        DayRecord(
            line.day, kind, f"line-{line.number}", line.visits, imported_people=line.people or 0
        )
        for line in lines
        if line.day is not None
    ]
    return plans.effects(
        db.session(),
        more,
        kind=kind,
        as_of=clock.tokyo_date(clock.now()),
        municipality_code=settings().municipality_code,
    )
