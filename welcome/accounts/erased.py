"""Remember who was erased, in a file beside the database, so that an old backup does not bring them back.

A line is the digest of a public id, which is random: it says nothing about anybody, and only whoever holds a backup
with that member in it can tell whose it was.
"""

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from flask import current_app


def digest(public_id: str) -> str:
    """Return the line that stands for a member."""
    return sha256(f"erased from Welcome: {public_id}".encode()).hexdigest()


def note_erased(public_id: str) -> None:
    """Write down that a member is being erased; what is not on the disk yet is no promise."""
    file = Path(current_app.config["ERASED_FILE"])
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="ascii") as lines:
        lines.write(f"{digest(public_id)}\n")
        lines.flush()
        os.fsync(lines.fileno())


def find_erased(public_ids: Iterable[str], listed: Path) -> set[str]:
    """Return which of these members a list names, by their digest or by their public id itself."""
    lines = {line.strip() for line in listed.read_text(encoding="utf-8").splitlines()}
    return {one for one in public_ids if one in lines or digest(one) in lines}
