"""The blueprint of what opens without signing in: the reception by a link, one's own hours."""

from flask import Blueprint

bp = Blueprint("participation", __name__)
