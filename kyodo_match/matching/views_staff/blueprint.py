"""The blueprint of the staff's matching pages."""

from flask import Blueprint

bp = Blueprint("matching_staff", __name__)
