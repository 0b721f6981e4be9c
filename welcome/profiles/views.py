"""A member's own profile, step by step."""

from flask import Blueprint

from welcome.profiles import models as models  # the tables are known once the pages are

bp = Blueprint("profiles", __name__)
