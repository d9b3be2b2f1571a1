"""活動を見つける: the list, its calendar, and the page of one opportunity, for everyone."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from itertools import chain

from flask import Blueprint, Flask, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.dates import WEEKDAY_SLUGS, WEEKDAYS
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.groups.rules import PlainField
from kyodo_match.opportunities import messages, queries
from kyodo_match.opportunities.calendar import Day, Month, ics
from kyodo_match.opportunities.forms.search import Asked, read_search
from kyodo_match.opportunities.forms.writing import OpportunityForm
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import Content, OpportunityKind, OpportunityStatus
from kyodo_match.settings.queries import districts, office
from kyodo_match.web.policies import Policies, may, policy
from kyodo_match.web.responses import no_store, public, settings

bp = Blueprint("opportunities", __name__)

_ENDED = (OpportunityStatus.WITHDRAWN, OpportunityStatus.ARCHIVED)


def install(app: Flask, _policies: Policies) -> None:
    """Give templates the words of opportunities."""
    app.jinja_env.filters.update(
        kind_label=messages.kind_label,
        opportunity_field_label=messages.field_label,
        opportunity_pattern_label=messages.pattern_label,
        skill_label=messages.skill_label,
        tie_label=messages.tie_label,
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
    search = queries.looked_up(db.session(), asked.search)
    listing = queries.coming(db.session(), search, now=clock.now(), page=asked.page)
    names = districts(db.session())
    page = render_template(
        "opportunities/index.html",
        asked=asked,
        listing=listing,
        month=_month(asked, search, listing.cards),
        cards=_cards_html(tuple(listing.cards), asked.as_shown),
        kinds=[(kind.value, messages.kind_label(kind)) for kind in OpportunityKind],
        fields=[(field.value, messages.field_label(field)) for field in PlainField],
        districts=[(name, name) for name in dict.fromkeys(chain(names, [asked.district])) if name],
        weekdays=list(zip(WEEKDAY_SLUGS, WEEKDAYS, strict=True)),
    )
    return public(page)


@lru_cache(maxsize=128)
def _cards_html(cards: tuple[queries.Card, ...], query: str) -> Markup:
    """The cards written out, kept by all that they show: the dearest part of the page."""
    html = render_template("opportunities/_list.html", cards=cards, query=query)
    return Markup(html)  # noqa: S704 - our own template has escaped it


def _month(asked: Asked, search: queries.Search, cards: Sequence[queries.Card]) -> Markup:
    """The calendar beside the list: of the month asked for, else of what the list begins with."""
    today = tokyo_date(clock.now())
    first = tokyo_date(cards[0].slots[0].starts_at) if cards else today
    month = Month.shown(asked.month or search.since or first, today=today)
    offers = queries.on_offer(db.session(), search, month.first, now=clock.now())
    return _month_html(month, tuple(offers.items()), asked.dateless, asked.query, asked.day)


@lru_cache(maxsize=512)
def _month_html(
    month: Month,
    offers: tuple[tuple[date, queries.OnOffer], ...],
    dateless: str,
    query: str,
    chosen: date | None,
) -> Markup:
    """A month written out, kept by all that it shows: 42 cells for every visitor would be dear."""
    html = render_template(
        "opportunities/_month.html",
        month=month,
        offers=dict(offers),
        dateless=f"{dateless}&" if dateless else "",
        query=f"{query}&" if query else "",
        chosen=chosen,
        most=queries.MOST_A_DAY,
    )
    return Markup(html)  # noqa: S704 - our own template has escaped it


@bp.route("/opportunities.ics")
@policy("anyone")
def index_calendar() -> ResponseReturnValue:
    asked = read_search(request.args)
    search = queries.looked_up(db.session(), asked.search)
    found = queries.feed(db.session(), search, now=clock.now())
    return _calendar(found, name=_("%(city)sの活動", city=settings().municipality))


@bp.route("/opportunities/<opportunity_id>.ics")
@policy("anyone")
def show_calendar(opportunity_id: str) -> ResponseReturnValue:
    opportunity = queries.public_opportunity(db.session(), opportunity_id) or abort(404)
    return _calendar(queries.feed_of(opportunity), name=opportunity.title)


@bp.route("/slots/<slot_id>.ics")
@policy("anyone")
def slot_calendar(slot_id: str) -> ResponseReturnValue:
    slot = queries.public_slot(db.session(), slot_id) or abort(404)
    if slot.standing:
        abort(404)
    return _calendar(queries.feed_of(slot.opportunity, only=slot), name=slot.opportunity.title)


def _calendar(found: Sequence[queries.FeedDay], *, name: str) -> ResponseReturnValue:
    days = (
        Day(
            slot_id=day.slot_id,
            url=f"{settings().base_url}/opportunities/{day.opportunity_id}",
            title=day.title,
            group_name=day.group_name,
            place=f"{day.place} {day.address}".strip(),
            starts_at=day.starts_at,
            ends_at=day.ends_at,
            sequence=day.sequence,
            status=day.status,
        )
        for day in found
    )
    response = public(ics(days, name=name, stamp=clock.now()))
    response.mimetype = "text/calendar"
    return response


@bp.route("/opportunities/<opportunity_id>")
@policy("anyone")
def show(opportunity_id: str) -> ResponseReturnValue:
    opportunity = queries.public_opportunity(db.session(), opportunity_id)
    if opportunity is None:
        return _gone(opportunity_id)
    return public(_public_page(opportunity))


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
        instead=queries.Instead() if preview else _instead(opportunity),
        back=read_search(request.args).as_shown,
        office=office(db.session()),
        preview=preview,
    )


def _instead(opportunity: Opportunity) -> queries.Instead:
    return queries.instead(db.session(), opportunity, now=clock.now())


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
