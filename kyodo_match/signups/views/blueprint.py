"""The blueprint of citizens' pages and of what is done to a slot."""

from flask import Blueprint

bp = Blueprint("signups", __name__)
