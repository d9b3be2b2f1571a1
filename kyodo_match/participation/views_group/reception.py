"""The day: reception on a phone, for the receiving group and for staff alike."""

from dataclasses import dataclass
from secrets import token_hex

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.groups.queries import groups_of
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation import queries, rules, services
from kyodo_match.participation.errors import NamesClosed, ParticipationRefused
from kyodo_match.participation.forms import HeadsForm, MarkForm, WalkInForm
from kyodo_match.participation.messages import attendance_label
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant
from kyodo_match.signups.rules import AgeGroup
from kyodo_match.web.forms import Form
from kyodo_match.web.people import Person, actor, current_account
from kyodo_match.web.policies import Policies, policy
from kyodo_match.web.responses import settings

bp = Blueprint("participation_group", __name__)


@dataclass(frozen=True)
class Reception:
    """A slot as its reception sees it; `people` is None when names are closed to the reader."""

    slot: Slot
    people: list[Participant] | None
    counts: dict[str, int]
    adults: int
    children: int

    @property
    def heads(self) -> int:
        return self.adults + self.children


def _role_is_editor(account: Person, slot: Slot) -> bool:
    """Whether the reader may see names from the sign-up on: staff, editors and owners."""
    if account.is_staff:
        return True
    roles = {group.id: role for group, role in groups_of(db.session(), account.id)}
    role = roles.get(slot.opportunity.group_id, MemberRole.RECEPTION)
    return role.rank >= MemberRole.EDITOR.rank


def _reception_or_404(slot_id: str) -> Reception:
    session = db.session()
    slot = opportunities.slot_by_id(session, slot_id)
    account = current_account()
    if slot is None or account is None:
        abort(404)
    people = list(queries.expected(session, slot))
    counts = {state.value: 0 for state in Attendance}
    for person in people:
        counts[person.attendance] += 1
    heads = queries.head_count(session, slot)
    seen = account.is_staff or rules.names_open(
        editor=_role_is_editor(account, slot),
        closes_at=slot.closes_at or slot.starts_at,
        ends_at=slot.ends_at,
        unmarked=counts[Attendance.UNMARKED],
        now=clock.now(),
    )
    return Reception(
        slot=slot,
        people=people if seen else None,
        counts=counts,
        adults=heads.adults if heads else 0,
        children=heads.children if heads else 0,
    )


def _page(reception: Reception, **forms: Form) -> ResponseReturnValue:
    account = current_account()
    opens_at = rules.marks_open_at(reception.slot.starts_at)
    return render_template(
        "participation/reception.html",
        layout="layouts/staff.html" if account and account.is_staff else "layouts/group.html",
        reception=reception,
        slot=reception.slot,
        marks_open=clock.now() >= opens_at,
        opens_at=opens_at,
        closed_words=explain(NamesClosed()),
        nonce_of_mark=lambda: token_hex(16),
        walk_in=forms.get("walk_in") or WalkInForm(),
        heads=forms.get("heads")
        or HeadsForm(formdata=None, adults=reception.adults, children=reception.children),
        refusal=forms.get("refusal"),
    )


def _back(slot_id: str, anchor: str) -> ResponseReturnValue:
    return redirect(url_for(".reception", slot_id=slot_id, _anchor=anchor), 303)


@bp.route("/group/slots/<slot_id>/reception")
@policy("reception")
def reception(slot_id: str) -> ResponseReturnValue:
    return _page(_reception_or_404(slot_id))


@bp.route("/group/slots/<slot_id>/reception", methods=["POST"])
@policy("reception")
def mark(slot_id: str) -> ResponseReturnValue:
    if _reception_or_404(slot_id).people is None:
        abort(403)
    form = MarkForm()
    if not form.validate_on_submit():
        abort(400)
    now = clock.now()
    try:
        services.mark(
            slot_id=slot_id,
            participant_id=form.participant.data,
            attendance=Attendance(form.attendance.data),
            nonce=form.nonce.data or token_hex(16),
            marked_at=now,
            now=now,
            actor=actor(),
        )
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
    return _back(slot_id, f"p-{form.participant.data}")


@bp.route("/group/slots/<slot_id>/reception/walk-in", methods=["POST"])
@policy("reception")
def walk_in(slot_id: str) -> ResponseReturnValue:
    day = _reception_or_404(slot_id)
    if day.people is None:
        abort(403)
    form = WalkInForm()
    if form.validate_on_submit():
        try:
            services.add_walk_in(
                slot_id=slot_id,
                name=form.name.data,
                kana=form.kana.data,
                age_group=AgeGroup(form.age_group.data),
                phone=form.phone.data or "",
                nonce=form.nonce.data or token_hex(16),
                keys=settings().keys,
                now=clock.now(),
                actor=actor(),
            )
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("当日参加の方を追加し、出席にしました。"), "success")
            return _back(slot_id, "walk-in")
    return _page(day, walk_in=form)


@bp.route("/group/slots/<slot_id>/reception/heads", methods=["POST"])
@policy("reception")
def heads(slot_id: str) -> ResponseReturnValue:
    day = _reception_or_404(slot_id)
    form = HeadsForm()
    if form.validate_on_submit():
        try:
            services.count_heads(
                slot_id=slot_id,
                adults=form.adults.data,
                children=form.children.data,
                now=clock.now(),
                actor=actor(),
            )
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("お名前を聞いていない方の人数を記録しました。"), "success")
            return _back(slot_id, "heads")
    return _page(day, heads=form)


@bp.route("/group/slots/<slot_id>/reception/list")
@policy("reception")
def printable(slot_id: str) -> ResponseReturnValue:
    """受付名簿: the list of the day on paper, with boxes to tick and blank lines."""
    day = _reception_or_404(slot_id)
    if day.people is None:
        abort(403)
    return render_template("participation/list.html", reception=day, slot=day.slot)


def install(app: Flask, _policies: Policies) -> None:
    """Give templates the words of attendance."""
    app.jinja_env.filters["attendance_label"] = attendance_label
