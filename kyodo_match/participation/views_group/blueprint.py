"""The blueprint of the reception and what belongs to it."""

from flask import Blueprint

bp = Blueprint("participation_group", __name__)
