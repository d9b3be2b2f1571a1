"""The blueprint of what opens without signing in."""

from flask import Blueprint

bp = Blueprint("participation", __name__)
