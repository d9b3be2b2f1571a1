"""The day, for the receiving group and for staff alike: reception, links, corrections."""

from flask import Flask

from kyodo_match.participation.messages import (
    attendance_label,
    duration,
    hours_act_label,
    hours_state_label,
    hours_state_sign,
    link_state_label,
    marker_label,
    recorded_label,
)
from kyodo_match.participation.views_group import (
    corrections,
    hours,
    hours_list,
    links,
    reception,
    unmarked,
)
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.web.policies import Policies

__all__ = ["bp", "corrections", "hours", "hours_list", "install", "links", "reception", "unmarked"]


def install(app: Flask, _policies: Policies) -> None:
    """Give templates the words of attendance, of links and of hours."""
    app.jinja_env.filters.update(
        attendance_label=attendance_label,
        duration=duration,
        hours_act_label=hours_act_label,
        hours_state_label=hours_state_label,
        hours_state_sign=hours_state_sign,
        link_state_label=link_state_label,
        marker_label=marker_label,
        recorded_label=recorded_label,
    )
