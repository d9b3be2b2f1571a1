"""What is done at a reception, whoever stands there: signed in, or with a link on a phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex
from typing import Any, TypeVar

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.participation import services
from kyodo_match.participation.errors import ParticipationRefused, ReasonMissing
from kyodo_match.participation.forms import HeadsForm, MarkForm, TapForm, WalkInForm
from kyodo_match.participation.queries import ReceptionDay
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.rules import AgeGroup
from kyodo_match.web.forms import Form
from kyodo_match.web.responses import settings

F = TypeVar("F", bound=Form)


@dataclass(frozen=True)
class Desk:
    """Where somebody stands: of which day, as whom, and what they see.

    `page` is the reception with forms in it that came back, `address` where it is. With a link
    (`by_link`) nobody writes down a phone number or a reason: it shows names alone.
    """

    slot_id: str
    actor: str
    address: str
    page: Callable[..., ResponseReturnValue]
    office: bool = False
    by_link: bool = False

    def back(self, anchor: str) -> ResponseReturnValue:
        """To the place on the page where they were."""
        return redirect(f"{self.address}#{anchor}", HTTPStatus.SEE_OTHER)

    def act(self, service: Callable[..., None], **what: Any) -> None:
        """Do something of this day, as whoever stands here. Raises ParticipationRefused."""
        service(
            slot_id=self.slot_id, now=clock.now(), actor=self.actor, office=self.office, **what
        )

    def said(self, words: str | None) -> str:
        """What only somebody signed in may write down."""
        return "" if self.by_link else words or ""


def shown(day: ReceptionDay, forms: Mapping[str, Form]) -> dict[str, Any]:
    """What every page of a reception has, with the forms that came back."""
    typed = request.form.get("q", "")  # posted: names stand in no address
    counted = HeadsForm(formdata=None, adults=day.adults, children=day.children)
    return {
        "reception": day,
        "slot": day.slot,
        "typed": typed,
        "found": day.found(typed),
        "new_nonce": lambda: token_hex(16),
        "walk_in": forms.get("walk_in") or WalkInForm(),
        "heads": forms.get("heads") or counted,
    }


def _sent(form: F) -> F:
    """A form that is buttons alone: what none of them says is nobody's slip."""
    if not form.validate_on_submit():
        abort(HTTPStatus.BAD_REQUEST)
    return form


def mark(desk: Desk) -> ResponseReturnValue:
    """出席・欠席・取消し of one participant."""
    form = _sent(MarkForm())
    try:
        desk.act(
            services.mark,
            participant_id=form.participant.data,
            attendance=Attendance(form.attendance.data),
            nonce=form.nonce.data or token_hex(16),
            reason=desk.said(form.reason.data),
            marked_at=clock.now(),
        )
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
    return desk.back(f"p-{form.participant.data}")


def tap(desk: Desk) -> ResponseReturnValue:
    """One head more or less."""
    form = _sent(TapForm())
    adults, children = form.step
    nonce = form.nonce.data or token_hex(16)
    try:
        desk.act(services.tap_heads, adults=adults, children=children, nonce=nonce)
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
    return desk.back("heads")


def walk_in(desk: Desk) -> ResponseReturnValue:
    """当日参加: somebody who came without signing up."""
    form = WalkInForm()
    if not form.validate_on_submit():
        return desk.page(walk_in=form)
    try:
        desk.act(
            services.add_walk_in,
            name=form.name.data,
            kana=form.kana.data,
            age_group=AgeGroup(form.age_group.data),
            phone=desk.said(form.phone.data),
            nonce=form.nonce.data or token_hex(16),
            keys=settings().keys,
        )
    except ParticipationRefused as refusal:
        form.refuse(explain(refusal))
        return desk.page(walk_in=form)
    flash(_("当日参加の方を追加し、出席にしました。"), "success")
    return desk.back("walk-in")


def heads(desk: Desk) -> ResponseReturnValue:
    """How many came whose names were not taken."""
    form = HeadsForm()
    if not form.validate_on_submit():
        return desk.page(heads=form)
    reason = desk.said(form.reason.data)
    counted = {"adults": form.adults.data, "children": form.children.data}
    try:
        desk.act(services.count_heads, **counted, reason=reason)
    except ParticipationRefused as refusal:
        field = form.reason if isinstance(refusal, ReasonMissing) else None
        form.refuse(explain(refusal), field)
        return desk.page(heads=form)
    flash(_("お名前を聞いていない方の人数を記録しました。"), "success")
    return desk.back("heads")
