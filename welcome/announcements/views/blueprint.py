"""The blueprint that all pages of this room share, so that they share the name of their endpoints."""

from flask import Blueprint

bp = Blueprint("announcements", __name__)
