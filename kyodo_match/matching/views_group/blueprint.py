"""The blueprint of a group's matching pages."""

from flask import Blueprint

bp = Blueprint("matching_group", __name__)
