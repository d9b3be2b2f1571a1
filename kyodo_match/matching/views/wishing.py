"""希望に合う日をさがす: without an account, in an address that a browser may keep."""

from typing import Any
from urllib.parse import parse_qsl

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.forms.wishes import (
    WISH_PRIVACY_VERSION,
    KeepWishForm,
    TimesForm,
    WishLinkForm,
    pairs_of,
    query_of,
    read_choices,
)
from kyodo_match.matching.queries.suggesting import suggestions
from kyodo_match.matching.queries.wishes import opportunities_of
from kyodo_match.matching.rules.wishes import Frequency, WishChoices
from kyodo_match.matching.services import exposure
from kyodo_match.matching.services import wishes as services
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.opportunities.messages import field_label, kind_label, skill_label
from kyodo_match.opportunities.rules import OpportunityKind, Skill
from kyodo_match.settings.queries import districts, office
from kyodo_match.signups.messages import age_group_label, residency_label
from kyodo_match.signups.rules import AgeGroup, Residency
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, private, settings

_PUT_AWAY = "put_away"
_MOST_PUT_AWAY = 50  # the cookie has room for so many
_MOST_AT_ONCE = 100
_PARTIES = 5


def asked_in(args: MultiDict[str, str]) -> WishChoices:
    """The choices in an address or in a form that was sent."""
    return read_choices(args, districts=districts(db.session()))


def choice_lists(choices: WishChoices) -> dict[str, Any]:
    """What the form offers, as pairs of value and words, and the grid of free times."""
    return {
        "choices": choices,
        "times": TimesForm(times=choices.times).times,
        "districts": [(name, name) for name in districts(db.session())],
        "fields": [(field.value, field_label(field)) for field in PlainField],
        "kinds": [(kind.value, kind_label(kind)) for kind in OpportunityKind],
        "skills": [(skill.value, skill_label(skill)) for skill in Skill],
        "parties": range(1, _PARTIES + 1),
        "age_groups": [(group.value, age_group_label(group)) for group in AgeGroup],
        "residencies": [(one.value, residency_label(one)) for one in Residency],
    }


@bp.route("/wishes")
@policy("anyone")
def ask_wish() -> ResponseReturnValue:
    choices = asked_in(request.args)
    return private(render_template("matching/wishes.html", **choice_lists(choices)))


@bp.route("/wishes", methods=["POST"])
@policy("anyone")
def look_for_days() -> ResponseReturnValue:
    choices = asked_in(request.form)
    found = suggestions(db.session(), choices, now=clock.now(), hidden=_put_away())
    exposure.count_page(
        groups=found.groups, keys=settings().keys, address=request.remote_addr, now=clock.now()
    )
    return redirect(f"/wishes/days?{query_of(choices)}", 303)


@bp.route("/wishes/days")
@policy("anyone")
def wish_days() -> ResponseReturnValue:
    choices = asked_in(request.args)
    return private(_days_page(choices, KeepWishForm(frequency=Frequency.WEEKLY)))


def _days_page(choices: WishChoices, form: KeepWishForm) -> str:
    more = request.args.get("more") == "1"
    limit = {"limit": _MOST_AT_ONCE} if more else {}
    return render_template(
        "matching/days.html",
        choices=choices,
        found=suggestions(db.session(), choices, now=clock.now(), hidden=_put_away(), **limit),
        put_away=opportunities_of(db.session(), _put_away()),
        form=form,
        pairs=pairs_of(choices),
        query=query_of(choices),
        more=more,
        office=office(db.session()),
    )


def _put_away() -> list[str]:
    """今後表示しない: what this browser has put away, by its session alone."""
    return list(session.get(_PUT_AWAY, []))


@bp.route("/wishes/put-away", methods=["POST"])
@policy("anyone")
def put_away_here() -> ResponseReturnValue:
    opportunity = request.form.get("opportunity", "")[:12]
    others = [one for one in _put_away() if one != opportunity]
    away = request.form.get("away") == "1"
    session[_PUT_AWAY] = [*others, opportunity][-_MOST_PUT_AWAY:] if away else others
    # Read and written anew: an address that somebody made up leads nowhere else.
    back = asked_in(MultiDict(parse_qsl(request.form.get("back", ""))))
    return redirect(f"/wishes/days?{query_of(back)}", 303)


@bp.route("/wishes/keep", methods=["POST"])
@policy("anyone")
def keep_wish() -> ResponseReturnValue:
    choices, form = asked_in(request.form), KeepWishForm()
    if form.validate_on_submit():
        try:
            services.keep_wish(
                choices=choices,
                email=form.email.data or "",
                frequency=Frequency(form.frequency.data),
                privacy_version=WISH_PRIVACY_VERSION,
                hidden=_put_away(),
                keys=settings().keys,
                address=request.remote_addr,
                now=clock.now(),
            )
        except TooOften as refusal:
            form.refuse(explain(refusal))
        else:
            return redirect("/wishes/sent", 303)
    return no_store(_days_page(choices, form))


@bp.route("/wishes/sent")
@policy("anyone")
def wish_sent() -> ResponseReturnValue:
    return private(render_template("matching/wish_sent.html", office=office(db.session())))


@bp.route("/wishes/link", methods=["GET", "POST"])
@policy("anyone")
def wish_link() -> ResponseReturnValue:
    form = WishLinkForm()
    if form.validate_on_submit():
        try:
            services.resend_wish_links(
                email=form.email.data or "",
                keys=settings().keys,
                address=request.remote_addr,
                now=clock.now(),
            )
        except TooOften as refusal:
            form.refuse(explain(refusal))
        else:
            return redirect("/wishes/sent", 303)
    return private(render_template("matching/wish_link.html", form=form))
