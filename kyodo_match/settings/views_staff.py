"""/staff/settings: the office and the districts, for admins."""

from dataclasses import asdict
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.settings import queries, services
from kyodo_match.settings.errors import (
    ClosesBeforeItOpens,
    DistrictTwice,
    NearTwice,
    NearUnknown,
    NeverOpen,
)
from kyodo_match.settings.forms import SettingsForm
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy

bp = Blueprint("settings_staff", __name__)


@bp.route("/staff/settings", methods=["GET", "POST"])
@policy("admin")
def edit() -> ResponseReturnValue:
    form = _form()
    if form.validate_on_submit():
        try:
            services.save(
                office=form.office(),
                districts=form.district_names(),
                near=form.near_districts(),
                actor=actor(),
                now=clock.now(),
            )
        except DistrictTwice as refusal:
            form.refuse(explain(refusal), form.districts)
        except (NearTwice, NearUnknown) as refusal:
            form.refuse(explain(refusal))
        except ClosesBeforeItOpens as refusal:
            form.refuse(explain(refusal), form.closes)
        except NeverOpen as refusal:
            form.refuse(explain(refusal), form.weekdays)
        else:
            flash(_("設定を保存しました。"), "success")
            return redirect(url_for(".edit"), HTTPStatus.SEE_OTHER)
    form.show_near(form.district_names())
    return render_template("settings/edit.html", form=form)


def _form() -> SettingsForm:
    office, districts = queries.office_and_districts(db.session())
    return SettingsForm(
        obj=office,
        weekdays=[str(day) for day in sorted(office.calendar.weekdays)],
        opens=office.calendar.opens,
        closes=office.calendar.closes,
        districts="\n".join(districts),
        near=[asdict(pair) for pair in queries.near_districts(db.session())],
    )
