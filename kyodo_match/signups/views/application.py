"""The form, the check page and the receipt."""

from functools import lru_cache

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import clock, dates
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.messages import unit_label
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import PUBLIC, instead_of, published_slot, slot_by_id
from kyodo_match.opportunities.rules import (
    CapacityUnit,
    SlotMode,
    SlotState,
    slot_state,
)
from kyodo_match.settings.queries import districts as all_districts
from kyodo_match.settings.queries import office as the_office
from kyodo_match.settings.queries import office_and_districts
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import SignupRefused
from kyodo_match.signups.forms import (
    OFFICE_CHANNELS,
    Asks,
    SignupForm,
    ages_text,
    take_suggestion,
)
from kyodo_match.signups.messages import role_words
from kyodo_match.signups.queries.draws import shown_draw
from kyodo_match.signups.rules import (
    FIRST_ACCESS,
    Application,
    Channel,
    carrier_of,
    check_party,
    reminders_to_come,
    suggested_address,
)
from kyodo_match.signups.views.blueprint import bp
from kyodo_match.web import browser
from kyodo_match.web.people import actor, current_account
from kyodo_match.web.policies import may, policy
from kyodo_match.web.responses import no_store, private, settings

_TAKES = {SlotState.OPEN, SlotState.FEW, SlotState.WAITLIST}


@bp.route("/slots/<slot_id>/signup")
@policy("anyone")
def blank(slot_id: str) -> ResponseReturnValue:
    slot = published_slot(db.session(), slot_id)
    if slot is None:
        return _not_taken(slot_id)
    if slot.mode is SlotMode.LOTTERY:
        query = request.query_string.decode()
        return redirect(f"/slots/{slot_id}/draw{'?' if query else ''}{query}", 303)
    channel = _office_channel(slot)
    state = _state(slot)
    if state not in _TAKES and channel is None:
        return private(_state_page(slot, state))
    office, districts = office_and_districts(db.session())
    group = slot.opportunity.group.name
    fields = _blank_fields(
        districts,
        group,
        office.name,
        asks=_asks(slot),
        channel=channel,
    )
    return private(_form_page(slot, channel, office, fields_html=fields))


@bp.route("/slots/<slot_id>/signup", methods=["POST"])
@policy("anyone")
def sign_up(slot_id: str) -> ResponseReturnValue:
    slot = published_slot(db.session(), slot_id)
    if slot is None:
        return _not_taken(slot_id)
    if slot.mode is SlotMode.LOTTERY:
        return redirect(f"/slots/{slot_id}/draw", 303)
    channel = _office_channel(slot)
    form = _form_for(slot, channel)
    take_suggestion(form.email, request.form.get("use_email", ""))
    if "edit" not in request.form and form.validate_on_submit():
        try:
            return _take(slot, form, channel)
        except (SignupRefused, TooOften) as refusal:
            form.refuse(explain(refusal))
    form.show_rows(form.asks.rows)
    return no_store(_form_page(slot, channel, the_office(db.session()), form=form))


def _take(slot: Slot, form: SignupForm, channel: Channel | None) -> ResponseReturnValue:
    """The check page, or what the button under it does. Raises SignupRefused, TooOften."""
    key = form.submission_key.data or ""
    application = form.application(
        submission_key=browser.submission_fingerprint(slot.public_id, key),
        entered_by=actor() if channel else None,
    )
    check_party(application, limit=slot.party_limit, escorts_count=slot.escorts_count)
    if "confirmed" not in request.form:
        return no_store(_check_page(slot, form, application, channel))
    receipt = services.sign_up(
        slot_id=slot.public_id,
        application=application,
        keys=settings().keys,
        now=clock.now(),
        actor=application.entered_by or CITIZEN,
        address=None if channel else request.remote_addr,
    )
    browser.remember_receipt(receipt.number)
    return redirect(f"/receipts/{receipt.number}", 303)


@bp.route("/receipts/<number>")
@policy("anyone")
def receipt(number: str) -> ResponseReturnValue:
    signup = None
    if browser.may_see_receipt(number):
        signup = queries.signup_by_number(db.session(), number)
    # A PIN that staff renewed since is for the person they spoke to, not for this browser.
    if signup is None or signup.access_version > FIRST_ACCESS:
        return redirect("/manage/lookup", 303)
    return no_store(
        render_template(
            "signups/receipt.html",
            signup=signup,
            slot=signup.slot,
            people=queries.live(signup),
            office=the_office(db.session()),
            carrier=carrier_of(signup.email),
            draw=shown_draw(db.session(), signup, now=clock.now()),
            pin=settings().keys.pin(signup.public_id, signup.access_version),
            for_caller=signup.entered_by is not None and current_account() is not None,
            reminders=()
            if signup.slot.standing
            else reminders_to_come(signup.slot.starts_at, now=clock.now()),
        )
    )


def _not_taken(slot_id: str) -> ResponseReturnValue:
    """An old poster leads to more than a 404: what was public once is said to be over."""
    slot = slot_by_id(db.session(), slot_id)
    if slot is None or slot.opportunity.published_at is None:
        abort(404)
    if slot.opportunity.status not in PUBLIC:
        return redirect(f"/opportunities/{slot.opportunity.public_id}", 303)
    state = _state(slot)
    return private(_state_page(slot, SlotState.CLOSED if state in _TAKES else state))


def _office_channel(slot: Slot) -> Channel | None:
    """How a caller came, where whoever is signed in may enter for them; else it is the web."""
    wanted = request.values.get("channel", "")
    if wanted not in OFFICE_CHANNELS:
        return None
    return Channel(wanted) if may("group_editor", slot_id=slot.public_id) else None


def _form_for(slot: Slot, channel: Channel | None) -> SignupForm:
    return SignupForm(
        districts=all_districts(db.session()),
        asks=_asks(slot),
        office=channel,
    )


def _asks(slot: Slot) -> Asks:
    """What this activity asks of those who apply."""
    offer = slot.opportunity
    unit = unit_label(slot.capacity_unit)
    return Asks(
        ages=(offer.min_age, offer.max_age),
        residencies=offer.residencies,
        certificate=offer.certificate,
        roles=tuple((role.public_id, role_words(role, unit=unit)) for role in slot.role_rows)
        if slot.roles
        else (),
        party_limit=slot.party_limit,
        escort=offer.escort,
        escorts_count=slot.escorts_count,
    )


@lru_cache(maxsize=256)
def _blank_fields(
    districts: tuple[str, ...],
    group: str,
    office: str,
    *,
    asks: Asks,
    channel: Channel | None,
) -> Markup:
    """The fields of a blank form, kept by all that they show: the dearest part of the page."""
    form = SignupForm(
        formdata=None, districts=districts, asks=asks, office=channel, meta={"csrf": False}
    )
    form.show_rows(asks.rows)
    html = render_template("signups/_blank.html", form=form, group=group, office=office)
    return Markup(html)  # noqa: S704 - our own template has escaped it


def _form_page(
    slot: Slot,
    channel: Channel | None,
    office: Office,
    *,
    form: SignupForm | None = None,
    fields_html: str = "",
) -> str:
    opportunity = slot.opportunity
    for_ages = (opportunity.min_age, opportunity.max_age)
    return render_template(
        "signups/new.html",
        slot=slot,
        form=form,
        fields_html=fields_html,
        office=office,
        office_channel=channel,
        ages=ages_text(*for_ages) if for_ages != (None, None) else "",
        places=_places_text(slot),
        submission_key=(form and form.submission_key.data) or browser.new_submission(),
    )


def _check_page(
    slot: Slot, form: SignupForm, application: Application, channel: Channel | None
) -> str:
    return render_template(
        "signups/check.html",
        slot=slot,
        application=application,
        office_channel=channel,
        pairs=form.pairs(),
        question=suggested_address(application.email),
        carrier=carrier_of(application.email),
        overlaps=queries.has_overlap(db.session(), slot, application),
        will_wait=_will_wait(slot, application),
        role=next((role.name for role in slot.role_rows if role.public_id == application.role), "")
        if slot.roles
        else None,
    )


def _will_wait(slot: Slot, application: Application) -> bool:
    """Whether places are short as things stand; where a group decides, that is said instead."""
    if slot.mode is SlotMode.APPROVAL:
        return False
    places, size = slot.places, queries.places_of(slot, application.participants)
    if slot.roles:
        wanted = [role for role in slot.role_rows if application.role in {"", role.public_id}]
        return min(max((role.free for role in wanted), default=0), places.free) < size
    return places.waiting > 0 or size > places.free


def _state(slot: Slot) -> SlotState:
    return slot_state(
        slot.status,
        slot.places,
        opens_at=slot.opens_at,
        closes_at=slot.closes_at,
        ends_at=slot.ends_at,
        now=clock.now(),
        mode=slot.mode,
    )


def _places_text(slot: Slot) -> str:
    places = slot.places
    if places.state not in {SlotState.OPEN, SlotState.FEW}:
        if slot.mode is SlotMode.APPROVAL:
            return _("いまは空きがありません。申込みは受け付けています")
        return _("空きはありません。キャンセル待ちを受け付けています")
    if slot.capacity_unit is CapacityUnit.PARTIES:
        return _("あと%(n)s組", n=places.free)
    return _("あと%(n)s人", n=places.free)


def _state_page(slot: Slot, state: SlotState) -> str:
    title, text = _words_of(slot, state)
    return render_template(
        "signups/state.html",
        slot=slot,
        state_title=title,
        state_text=text,
        instead=instead_of(db.session(), slot, now=clock.now()),
        office=the_office(db.session()),
    )


def _words_of(slot: Slot, state: SlotState) -> tuple[str, str]:
    if state is SlotState.NOT_YET:
        opens = slot.opens_at and dates.moment(slot.opens_at)
        return _("申込みはまだ始まっていません"), (
            _("%(when)sから受け付けます。その時刻に、もう一度お越しください。", when=opens)
            if opens
            else _("受付の始まりは、まだ決まっていません。")
        )
    if state is SlotState.CANCELLED:
        return _("この日程は中止になりました"), slot.cancelled_reason or _(
            "申し込まれた方には、個別にお知らせしています。"
        )
    if state is SlotState.POSTPONED:
        return _("この日程は延期になりました"), _("新しい日が決まるまで、申込みを止めています。")
    if state is SlotState.PAST:
        return _("この日程は終わりました"), _("ほかの日程をご覧ください。")
    if state is SlotState.FULL:
        return _("満員です"), _("キャンセル待ちも受け付けていません。ほかの日程をご覧ください。")
    closed = slot.closes_at and dates.moment(slot.closes_at)
    return _("申込みは締め切りました"), _(
        "%(when)sに締め切りました。ほかの日程をご覧ください。", when=closed or ""
    )
