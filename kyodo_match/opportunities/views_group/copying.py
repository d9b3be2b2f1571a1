"""前の募集から作る: last year's text as a new draft."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.opportunities import services
from kyodo_match.opportunities.forms.days import CopyForm
from kyodo_match.opportunities.views_group.blueprint import bp, layout, load
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy


@bp.route("/group/opportunities/<opportunity_id>/copy", methods=["GET", "POST"])
@policy("group_editor")
def copy(opportunity_id: str) -> ResponseReturnValue:
    earlier = load(opportunity_id)
    form = CopyForm(obj=earlier)
    form.offer(earlier, today=tokyo_date(clock.now()))
    if form.validate_on_submit():
        try:
            made = services.copy(
                opportunity_id=opportunity_id,
                title=form.title.data,
                contact_name=form.contact_name.data or "",
                contact_phone=form.contact_phone.data or "",
                first_day=form.first_day,
                actor=actor(),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.blame(refusal)
        else:
            flash(_("下書きを作りました。文章の中の日付や金額、人の名前を読み直してください。"))
            return redirect(f"/group/opportunities/{made}", 303)
    return render_template(
        "opportunities/copy.html", layout=layout(), earlier=earlier, form=form, next=form.days()
    )
