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
    by_link,
    corrections,
    hours,
    hours_list,
    links,
    reception,
    unmarked,
)
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.web.policies import Policies

__all__ = [
    "bp",
    "by_link",
    "corrections",
    "hours",
    "hours_list",
    "install",
    "links",
    "reception",
    "unmarked",
]


def install(app: Flask, policies: Policies) -> None:
    """The words of attendance, of links and of hours; the policy of phones with a link."""
    policies.register("reception_link", by_link.has_a_link)
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
