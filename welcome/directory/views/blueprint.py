"""The blueprint that all pages of the guide share, and the words that their templates know."""

from flask import Blueprint

from welcome.directory.models import Kind
from welcome.directory.vocabulary import KIND_OF_ONE, KINDS, LEVELS, PARTS, STEPS, theme_label
from welcome.i18n import format_list

bp = Blueprint("directory", __name__)


@bp.app_template_filter("theme_name")
def theme_name(code: str) -> str:
    """Say what a theme is called."""
    return theme_label(code)


@bp.app_template_filter("step_name")
def step_name(code: str) -> str:
    """Say what a step of somebody's life here is called."""
    return str(STEPS.get(code, code))


@bp.app_template_filter("kind_of_one")
def kind_of_one(kind: Kind) -> str:
    """Say what something in the guide is."""
    return str(KIND_OF_ONE[kind])


@bp.app_template_filter("kind_name")
def kind_name(kind: Kind) -> str:
    """Say what all things of a kind are called."""
    return str(KINDS[kind])


@bp.app_template_filter("part_name")
def part_name(part: str) -> str:
    """Say which part of a listing is wrong."""
    return str(PARTS.get(part, part))


@bp.app_template_filter("level_needed")
def level_needed(level: int) -> str:
    """Say how much of a language is needed."""
    return str(LEVELS.get(level, level))


@bp.app_template_filter("in_words")
def in_words(items: list[str]) -> str:
    """Join words as the reader's language does: a, b and c."""
    return format_list(items)
