"""The blueprint of staff's pages around participation."""

from flask import Blueprint

bp = Blueprint("participation_staff", __name__)
