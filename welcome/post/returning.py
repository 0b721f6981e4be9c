"""Read what comes back: letters that could not be delivered (RFC 3464), complaints (RFC 5965), and what is neither.

A letter counts only when it carries a return address that we made and signed; everything else may come from anybody.
"""

import re
from datetime import datetime

from welcome.database import writing
from welcome.post.classifying import read
from welcome.post.models import BounceKind
from welcome.post.pausing import note_bounce
from welcome.post.verp import notice_of

MOST_READ = 1_000_000  #: bytes; a whole letter may be sent back
OURS = re.compile(rb"[A-Za-z0-9._-]{1,64}\+\d{1,18}-[A-Za-z2-7]{16}@[A-Za-z0-9.-]{1,253}")
KINDS = {kind.value: kind for kind in BounceKind}


def read_returned(raw: bytes, *, now: datetime) -> str:
    """Read one letter and write down what it means for the address; return in a word what it was."""
    raw = raw[:MOST_READ]
    signed = (notice_of(address.decode("ascii")) for address in OURS.findall(raw))
    notice_id = next((found for found in signed if found is not None), None)
    if notice_id is None:
        return "forged"  # or about a letter that was not ours
    finding = read(raw)
    kind = KINDS.get(finding.verdict)
    if kind is None:
        return finding.verdict.value
    with writing() as session:
        is_new = note_bounce(session, notice_id, kind, finding.said, now=now)
    return kind.value if is_new else "known"
