"""出力 for staff: choose, check, then take a file or look at all of it on the screen."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core import clock, xlsx
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.messages import explain
from kyodo_match.exports import queries, services
from kyodo_match.exports.errors import ExportRefused
from kyodo_match.exports.forms import ExportForm
from kyodo_match.exports.messages import cells, titles
from kyodo_match.exports.rules import Cell, Column, ExportKind, FileFormat, Scope
from kyodo_match.exports.services import Part
from kyodo_match.web.paging import read_page
from kyodo_match.web.people import actor, current_account
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import settings

bp = Blueprint("exports_staff", __name__)

_FIRST_LINES = 5
_LINES_A_PAGE = 500
_MIME = {FileFormat.CSV: "text/csv", FileFormat.XLSX: xlsx.MIME}
_MASK = "＊＊＊"


@bp.route("/staff/exports", methods=["GET", "POST"])
@policy("viewer")
def exports() -> ResponseReturnValue:
    """Choose; a purpose is asked each time. What leaves is recorded first, the check does not."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("exports/new.html", form=form)
    if not form.scope.kind.is_open_to(_role()):
        abort(403)
    try:
        return _answer(form, request.form.get("output"))
    except (ExportRefused, xlsx.TooManyLines) as refusal:
        form.refuse(explain(refusal))
        return render_template("exports/new.html", form=form)


def _answer(form: ExportForm, output: str | None) -> ResponseReturnValue:
    if output == "edit":
        return render_template("exports/new.html", form=form)
    if output == "page":
        return _page(form)
    if output in set(FileFormat):
        return _file(form.scope, FileFormat(output), form.purpose.data)
    return _check(form)


def _role() -> StaffRole:
    account = current_account()
    return StaffRole(account.staff_role) if account and account.staff_role else StaffRole.VIEWER


def _form() -> ExportForm:
    form = ExportForm()
    this_year = FiscalYear.at(clock.now())
    known = {*queries.fiscal_years(db.session()), this_year}
    years = range(max(known).year, min(known).year - 1, -1)
    form.offer(
        [kind for kind in ExportKind if kind.is_open_to(_role())],
        [FiscalYear(year) for year in years],
    )
    if not form.is_submitted():
        form.kind.data, form.fiscal_year.data = ExportKind.PARTICIPANTS, str(this_year.year)
    return form


def _check(form: ExportForm) -> str:
    part = _part(form.scope, first=0, most=_FIRST_LINES)
    kind = form.scope.kind
    return render_template(
        "exports/check.html",
        form=form,
        what=titles.kind_label(kind),
        year_hint=titles.year_hint(kind) if form.scope.year else "",
        named=cells.named_label(kind),
        part=part,
        view=_View.of(form.scope, part, hidden=kind.named),
    )


def _file(scope: Scope, form: FileFormat, purpose: str) -> Response:
    document = services.document(
        db.session(),
        scope,
        form,
        title=titles.title(scope),
        settings=settings(),
        now=clock.now(),
    )
    _record(scope, form, document.rows, document.columns, purpose)
    response = Response(document.chunks(), mimetype=_MIME[form])
    response.call_on_close(document.file.close)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{scope.file_name(form)}"; '
        f"filename*=UTF-8''{quote(titles.file_title(scope, form))}"
    )
    return response


def _page(form: ExportForm) -> str:
    page = read_page(request.form.get("page", ""))
    part = _part(form.scope, first=(page - 1) * _LINES_A_PAGE, most=_LINES_A_PAGE)
    _record(form.scope, "page", len(part.lines), part.names, form.purpose.data)
    return render_template(
        "exports/table.html",
        form=form,
        part=part,
        view=_View.of(form.scope, part),
        page=page,
        pages=max(1, -(-part.rows // _LINES_A_PAGE)),
        first=(page - 1) * _LINES_A_PAGE + 1,
    )


def _part(scope: Scope, *, first: int, most: int) -> Part:
    return services.part(
        db.session(), scope, first=first, most=most, settings=settings(), now=clock.now()
    )


@dataclass(frozen=True)
class _View:
    """Some lines in words, as both pages show them."""

    title: str
    year: str
    head: list[str]
    numeric: list[int]
    texts: list[int]
    rows: list[list[str]]

    @classmethod
    def of(cls, scope: Scope, part: Part, hidden: tuple[str, ...] = ()) -> "_View":
        """`hidden` columns are not shown: where nothing leaves yet, no name is needed."""
        kind, columns = scope.kind, part.columns

        def words(column: Column, value: object) -> str:
            return _MASK if column.name in hidden and value else cells.words(kind, column, value)

        return cls(
            title=titles.title(scope),
            year=titles.year_label(scope),
            head=[cells.column_label(kind, column.name) for column in columns],
            numeric=[n for n, column in enumerate(columns) if column.cell is Cell.NUMBER],
            texts=[n for n, column in enumerate(columns) if column.cell is Cell.TEXT],
            rows=[
                [words(*pair) for pair in zip(columns, line, strict=True)] for line in part.lines
            ],
        )


def _record(
    scope: Scope, form: str, rows: int, columns: list[str] | tuple[str, ...], purpose: str
) -> None:
    services.record_export(
        scope=scope,
        form=form,
        rows=rows,
        columns=columns,
        now=clock.now(),
        actor=actor(),
        purpose=purpose,
    )
