"""The day, for the receiving group and for staff alike: reception, links, corrections."""

from flask import Flask

from kyodo_match.participation.messages import (
    attendance_label,
    link_state_label,
    marker_label,
    recorded_label,
)
from kyodo_match.participation.views_group import corrections, links, reception, unmarked
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.web.policies import Policies

__all__ = ["bp", "corrections", "install", "links", "reception", "unmarked"]


def install(app: Flask, _policies: Policies) -> None:
    """Give templates the words of attendance and of links."""
    app.jinja_env.filters.update(
        attendance_label=attendance_label,
        link_state_label=link_state_label,
        marker_label=marker_label,
        recorded_label=recorded_label,
    )
