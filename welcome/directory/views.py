"""The city guide, and the desk on which it is kept."""

from flask import Blueprint

from welcome.directory import models as models  # the tables are known once the pages are

bp = Blueprint("directory", __name__)
