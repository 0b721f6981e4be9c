"""Everything that code and templates ask to have translated."""

from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

ROOT = Path(__file__).parent.parent
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "Tag": (1,),
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@cache
def texts_in_code() -> frozenset[tuple[str | tuple[str, ...], str | None]]:
    """Return each text, or the forms of a plural, with the context that tells it from its namesakes."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS)  # type: ignore[arg-type]
    return frozenset((text, context) for _, _, text, _, context in found)
