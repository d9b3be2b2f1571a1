"""The blueprint of what everybody may open: wishes, volunteers, draws."""

from flask import Blueprint

bp = Blueprint("matching", __name__)
