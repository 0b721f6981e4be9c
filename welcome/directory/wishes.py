"""What somebody looks for in the guide, as it stands in an address that can be shared."""

from typing import Any

from werkzeug.datastructures import MultiDict

from welcome.directory.entries import Wish
from welcome.directory.models import Kind
from welcome.directory.rules import LONGEST_SEARCH, searched
from welcome.directory.vocabulary import KINDS, STEPS, THEMES

NAMES = ("q", "kind", "theme", "step", "language", "level", "area")


def read_wish(words: MultiDict[str, str]) -> tuple[Wish, dict[str, str]]:
    """Return what an address asks for, and the same tidied up for the next address; the rest is left out."""
    kept = {name: " ".join(words.get(name, "").split())[:LONGEST_SEARCH] for name in NAMES}
    known: dict[str, Any] = {
        "kind": {kind.value for kind in KINDS},
        "theme": THEMES,
        "step": STEPS,
        "level": set("0123456"),
    }
    kept = {name: text for name, text in kept.items() if text and text in known.get(name, (text,))}
    wish = Wish(
        words=searched(kept.get("q", "")),
        kind=Kind(kept["kind"]) if "kind" in kept else None,
        theme=kept.get("theme", ""),
        step=kept.get("step", ""),
        language=kept.get("language", ""),
        level=int(kept["level"]) if "level" in kept else None,
        area=kept.get("area", ""),
    )
    return wish, kept
