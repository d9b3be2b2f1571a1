"""The blueprint of what a group sees and answers of applications."""

from flask import Blueprint

bp = Blueprint("signups_group", __name__)
