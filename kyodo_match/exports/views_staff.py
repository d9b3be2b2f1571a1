"""出力 for staff: a file, or the same table on the screen where files cannot be taken."""

from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports import messages, queries, services
from kyodo_match.exports.forms import ExportForm
from kyodo_match.exports.rules import ExportKind, Scope
from kyodo_match.web.people import actor, current_account
from kyodo_match.web.policies import policy

bp = Blueprint("exports_staff", __name__)


@bp.route("/staff/exports", methods=["GET", "POST"])
@policy("viewer")
def exports() -> ResponseReturnValue:
    """Choose; a purpose is asked each time, and the export is recorded before it leaves."""
    form = _form()
    if form.validate_on_submit():
        if not form.scope.kind.is_open_to(_role()):
            abort(403)
        if request.form.get("output") == "page":
            return _page(form.scope, form.purpose.data)
        return _file(form.scope, form.purpose.data)
    return render_template("exports/new.html", form=form)


def _role() -> StaffRole:
    account = current_account()
    return StaffRole(account.staff_role) if account and account.staff_role else StaffRole.VIEWER


def _form() -> ExportForm:
    form = ExportForm()
    this_year = FiscalYear.at(clock.now())
    years = {*queries.fiscal_years(db.session()), this_year}
    form.offer(
        [kind for kind in ExportKind if kind.is_open_to(_role())],
        sorted(years, reverse=True),
    )
    if not form.is_submitted():
        form.kind.data, form.fiscal_year.data = ExportKind.PARTICIPANTS, str(this_year.year)
    return form


def _file(scope: Scope, purpose: str) -> Response:
    document = services.document(db.session(), scope)
    _record(scope, "csv", document.rows, purpose)
    response = Response(document.chunks(), mimetype="text/csv")
    response.call_on_close(document.file.close)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{scope.file_name}"; '
        f"filename*=UTF-8''{quote(messages.file_title(scope))}"
    )
    return response


def _page(scope: Scope, purpose: str) -> str:
    rows = [
        [messages.words(*pair) for pair in zip(scope.kind.columns, line, strict=True)]
        for line in queries.lines(db.session(), scope)
    ]
    _record(scope, "page", len(rows), purpose)
    return render_template(
        "exports/table.html",
        title=messages.title(scope),
        head=messages.column_labels(scope.kind),
        numeric=messages.numeric_columns(scope.kind),
        texts=messages.text_columns(scope.kind),
        rows=rows,
        purpose=purpose,
    )


def _record(scope: Scope, form: str, rows: int, purpose: str) -> None:
    services.record_export(
        scope=scope, form=form, rows=rows, now=clock.now(), actor=actor(), purpose=purpose
    )
