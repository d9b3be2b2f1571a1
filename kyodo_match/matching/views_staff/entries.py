"""申込みの確認: the office checks what decides somebody's class, until the list is frozen."""

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.audit.queries import history
from kyodo_match.core import clock, text
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.rounds import PeopleChanged
from kyodo_match.matching.forms.facts import FactsForm, facts_data
from kyodo_match.matching.messages.rounds import entry_view_label
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.queries import entries as queries
from kyodo_match.matching.queries import rounds as round_queries
from kyodo_match.matching.queries.entry_list import Row, entry_list, rows
from kyodo_match.matching.rules.entering import EntryView
from kyodo_match.matching.rules.rounds import RoundStatus
from kyodo_match.matching.services import changing
from kyodo_match.matching.views_staff.blueprint import bp
from kyodo_match.web.paging import page_number
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store


@bp.route("/staff/rounds/<round_id>/entries", methods=["GET", "POST"])
@policy("coordinator")
def list_entries(round_id: str) -> ResponseReturnValue:
    """The list, a page at a time. A word is posted: names stand in no address and in no log."""
    one = round_queries.round_by_id(db.session(), round_id) or abort(404)
    word = text.one_line(request.form.get("q", ""))[:100]
    view = EntryView.ALL if word else _view()
    return no_store(
        render_template(
            "matching/entries/list.html",
            round=one,
            classes=round_queries.classes_of(one),
            found=entry_list(db.session(), one, view=view, word=word, page=page_number()),
            view=view,
            views=[(each, entry_view_label(each)) for each in EntryView],
            word=word,
            can_change=one.status is RoundStatus.OPEN,
        )
    )


def _view() -> EntryView:
    """Which applications are looked at: who checks one after the other comes back to them."""
    raw = request.args.get("view", "")
    return EntryView(raw) if raw in set(EntryView) else EntryView.ALL


@bp.route("/staff/rounds/<round_id>/entries/<signup_id>", methods=["GET", "POST"])
@policy("coordinator")
def check_entry(round_id: str, signup_id: str) -> ResponseReturnValue:
    one, entry = _both_or_404(round_id, signup_id)
    row = rows(db.session(), one, [entry])[0]
    form = FactsForm(data=facts_data(row.people, is_late=entry.is_late))
    can_change = one.status is RoundStatus.OPEN and row.is_live
    if len(form.people) != len(row.people):
        return _changed_meanwhile(round_id, signup_id)
    if can_change and form.validate_on_submit():
        try:
            changing.check_facts(
                signup_id=signup_id,
                facts=form.facts,
                is_late=bool(form.is_late.data),
                now=clock.now(),
                actor=actor(),
            )
        except PeopleChanged:
            return _changed_meanwhile(round_id, signup_id)
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("%(number)sの情報を保存しました。", number=entry.entry_number), "success")
            return redirect(f"/staff/rounds/{round_id}/entries?view={_view()}", 303)
    return no_store(_facts_page(one, row, form, can_change=can_change))


def _changed_meanwhile(round_id: str, signup_id: str) -> ResponseReturnValue:
    """What was typed is about other people: the page begins anew with those of now."""
    flash(explain(PeopleChanged()), "error")
    return redirect(f"/staff/rounds/{round_id}/entries/{signup_id}", 303)


def _facts_page(one: Round, row: Row, form: FactsForm, *, can_change: bool) -> str:
    return render_template(
        "matching/entries/facts.html",
        round=one,
        row=row,
        form=form,
        can_change=can_change,
        view=_view(),
        classes=round_queries.classes_of(one),
        history=[
            event
            for event in history(db.session(), "signup", row.signup.public_id)
            if event.action == "signup.facts-changed"
        ],
    )


def _both_or_404(round_id: str, signup_id: str) -> tuple[Round, DrawEntry]:
    one = round_queries.round_by_id(db.session(), round_id) or abort(404)
    entry = queries.entry_by_signup(db.session(), signup_id)
    if entry is None or entry.round_id != one.id:
        abort(404)
    return one, entry
