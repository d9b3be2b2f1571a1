"""活動を見つける: the list and the page of one opportunity, for everyone."""

from http import HTTPStatus
from itertools import chain

from flask import Blueprint, Flask, abort, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.dates import WEEKDAY_SLUGS, WEEKDAYS
from kyodo_match.core.db import db
from kyodo_match.groups.rules import PlainField
from kyodo_match.opportunities import messages, queries
from kyodo_match.opportunities.forms.search import read_search
from kyodo_match.opportunities.forms.writing import OpportunityForm
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import Content, OpportunityKind, OpportunityStatus
from kyodo_match.settings.queries import districts, office
from kyodo_match.web.people import current_account
from kyodo_match.web.policies import Policies, may, policy
from kyodo_match.web.responses import no_store, public

bp = Blueprint("opportunities", __name__)

_ENDED = (OpportunityStatus.WITHDRAWN, OpportunityStatus.ARCHIVED)


def install(app: Flask, _policies: Policies) -> None:
    """Give templates the words of opportunities."""
    app.jinja_env.filters.update(
        kind_label=messages.kind_label,
        opportunity_field_label=messages.field_label,
        opportunity_status_label=messages.status_label,
        opportunity_status_sign=messages.status_sign,
        slot_state_label=messages.state_label,
        slot_state_sign=messages.state_sign,
        mode_label=messages.mode_label,
        unit_label=messages.unit_label,
        welcome_label=messages.welcome_label,
        act_label=messages.act_label,
        change_lines=messages.change_lines,
    )
    app.jinja_env.globals.update(
        short_moment=messages.short_moment,
        card_words=messages.card_words,
    )


@bp.route("/opportunities")
@policy("anyone")
def index() -> ResponseReturnValue:
    asked = read_search(request.args)
    listing = queries.coming(db.session(), asked.search, now=clock.now(), page=asked.page)
    names = districts(db.session())
    page = render_template(
        "opportunities/index.html",
        asked=asked,
        listing=listing,
        kinds=[(kind.value, messages.kind_label(kind)) for kind in OpportunityKind],
        fields=[(field.value, messages.field_label(field)) for field in PlainField],
        districts=[(name, name) for name in dict.fromkeys(chain(names, [asked.district])) if name],
        weekdays=list(zip(WEEKDAY_SLUGS, WEEKDAYS, strict=True)),
    )
    return no_store(page) if current_account() else public(page)


@bp.route("/opportunities/<opportunity_id>")
@policy("anyone")
def show(opportunity_id: str) -> ResponseReturnValue:
    opportunity = queries.public_opportunity(db.session(), opportunity_id)
    if opportunity is None:
        return _gone(opportunity_id)
    page = _public_page(opportunity)
    return no_store(page) if current_account() else public(page)


def _gone(opportunity_id: str) -> ResponseReturnValue:
    """What was public once says so, without its text; anything else was never there."""
    ended = queries.opportunity_by_id(db.session(), opportunity_id)
    if ended is None or ended.published_at is None or ended.status not in _ENDED:
        abort(404)
    return no_store(render_template("opportunities/gone.html")), HTTPStatus.GONE


def _public_page(opportunity: Opportunity, *, preview: bool = False) -> str:
    """The page of one opportunity; in a preview it looks the same and leads nowhere."""
    return render_template(
        "opportunities/show.html",
        opportunity=opportunity,
        days=queries.days_of(opportunity, now=clock.now()),
        office=office(db.session()),
        preview=preview,
    )


@bp.route("/staff/opportunities/<opportunity_id>/preview")
@policy("viewer")
def preview_for_staff(opportunity_id: str) -> ResponseReturnValue:
    return _preview(_load(opportunity_id))


@bp.route("/group/opportunities/<opportunity_id>/preview", methods=["GET", "POST"])
@policy("group_editor")
def preview(opportunity_id: str) -> ResponseReturnValue:
    """As it is saved; posted from the form, as it was typed: nothing is saved by looking."""
    opportunity = _load(opportunity_id)
    if request.method == "GET":
        return _preview(opportunity)
    form = OpportunityForm(obj=opportunity)
    form.offer(
        districts=districts(db.session()), opportunity=opportunity, office=may("coordinator")
    )
    if not form.validate():
        return no_store(render_template("opportunities/preview_refused.html", form=form))
    return _preview(opportunity, form.content(stands=opportunity))


def _preview(opportunity: Opportunity, content: Content | None = None) -> ResponseReturnValue:
    calendar = office(db.session()).calendar
    likeness = queries.as_published(
        opportunity, content=content, calendar=calendar, now=clock.now()
    )
    return no_store(_public_page(likeness, preview=True))


def _load(opportunity_id: str) -> Opportunity:
    return queries.opportunity_by_id(db.session(), opportunity_id) or abort(404)
