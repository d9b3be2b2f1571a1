"""保存した希望: opened by its mailed link, seen, changed, quietened and ended."""

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.matching.forms.wishes import FrequencyForm
from kyodo_match.matching.models import Wish
from kyodo_match.matching.queries.alerts import alerts_came_back, sent_to
from kyodo_match.matching.queries.suggesting import SHOWN, suggestions
from kyodo_match.matching.queries.wishes import dismissed_by, wish_by_id, wish_of_token
from kyodo_match.matching.rules.wishes import Frequency, WishChoices
from kyodo_match.matching.services import exposure
from kyodo_match.matching.services import wishes as services
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.matching.views.wishing import asked_in, choice_lists
from kyodo_match.settings.queries import office
from kyodo_match.web.browser import InHand
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, settings

WISH: InHand[Wish] = InHand(
    "wish", lambda identity: wish_by_id(db.session(), identity), lost="/wishes/link"
)
_MORE = 100
_MOST_SENT = 30


@bp.route("/wishes/open/<token>")
@policy("anyone")
def open_wish(token: str) -> ResponseReturnValue:
    wish = wish_of_token(db.session(), token, keys=settings().keys)
    if wish is None:
        page = render_template("matching/wish_link_over.html", office=office(db.session()))
        return no_store((page, 404))
    WISH.take(wish)
    return redirect("/wishes/mine", 303)


@bp.route("/wishes/mine")
@policy("wisher")
def my_wish() -> ResponseReturnValue:
    wish, now = WISH.row(), clock.now()
    put_away = dismissed_by(db.session(), wish)
    found = suggestions(
        db.session(),
        WishChoices.of(wish),
        now=now,
        hidden={one.public_id for one in put_away},
        limit=_MORE if request.args.get("more") == "1" else SHOWN,
    )
    return no_store(
        render_template(
            "matching/wish_mine.html",
            wish=wish,
            choices=WishChoices.of(wish),
            found=found,
            put_away=put_away,
            form=FrequencyForm(frequency=wish.frequency),
            sent=sent_to(db.session(), wish, limit=_MOST_SENT),
            came_back=alerts_came_back(db.session(), wish, now=now),
            more=request.args.get("more") == "1",
            office=office(db.session()),
        )
    )


@bp.route("/wishes/mine/confirm", methods=["POST"])
@policy("wisher")
def confirm_my_wish() -> ResponseReturnValue:
    wish = WISH.row()
    services.confirm_wish(wish_id=wish.public_id, now=clock.now())
    _count(wish)
    flash(_("希望を保存しました。"), "success")
    return redirect("/wishes/mine", 303)


@bp.route("/wishes/mine/change", methods=["GET", "POST"])
@policy("wisher")
def change_my_wish() -> ResponseReturnValue:
    wish = WISH.row()
    if request.method == "POST":
        services.change_wish(
            wish_id=wish.public_id, choices=asked_in(request.form), now=clock.now()
        )
        _count(wish)
        flash(_("希望を変えました。"), "success")
        return redirect("/wishes/mine", 303)
    lists = choice_lists(WishChoices.of(wish))
    return no_store(render_template("matching/wish_change.html", **lists))


@bp.route("/wishes/mine/frequency", methods=["POST"])
@policy("wisher")
def change_my_frequency() -> ResponseReturnValue:
    form = FrequencyForm()
    if not form.validate_on_submit():
        abort(400)
    wanted = Frequency(form.frequency.data)
    services.change_frequency(wish_id=WISH.row().public_id, frequency=wanted, now=clock.now())
    stopped = _("お知らせを止めました。希望は保存したままです。")
    flash(stopped if wanted is Frequency.NONE else _("お知らせの回数を変えました。"), "success")
    return redirect("/wishes/mine", 303)


@bp.route("/wishes/mine/put-away", methods=["POST"])
@policy("wisher")
def put_away_of_mine() -> ResponseReturnValue:
    services.put_away(
        wish_id=WISH.row().public_id,
        opportunity_id=request.form.get("opportunity", ""),
        away=request.form.get("away") == "1",
        now=clock.now(),
    )
    return redirect("/wishes/mine", 303)


@bp.route("/wishes/mine/end", methods=["POST"])
@policy("wisher")
def end_my_wish() -> ResponseReturnValue:
    services.end_wish(wish_id=WISH.row().public_id, now=clock.now())
    WISH.let_go()
    flash(_("保存した希望とメールアドレスを消しました。もうお知らせは届きません。"), "success")
    return redirect("/wishes", 303)


def _count(wish: Wish) -> None:
    """The page that follows shows these groups: a POST counts it, its GET does not."""
    hidden = {one.public_id for one in dismissed_by(db.session(), wish)}
    found = suggestions(db.session(), WishChoices.of(wish), now=clock.now(), hidden=hidden)
    exposure.count_page(
        groups=found.groups, keys=settings().keys, address=request.remote_addr, now=clock.now()
    )
