"""Where the demo's letters are kept: a file each, so that they survive a restart."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from secrets import token_hex
from threading import Lock

ENVELOPE = "X-Envelope-To"


@dataclass(frozen=True)
class Entry:
    """One line of the list: what the envelope and the head of a letter say."""

    id: str
    at: datetime
    to: tuple[str, ...]
    sender: str
    subject: str


@dataclass(frozen=True)
class Part:
    """One part of a letter, as it can be shown or downloaded."""

    kind: str
    name: str
    content: bytes

    @property
    def text(self) -> str:
        """Return the content as text; an unknown character shows as such."""
        return self.content.decode("utf-8", "replace")


class Mailbox:
    """Keeps every letter; safe to use from several threads of one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._entries = [_read_entry(file) for file in sorted(folder.glob("*.eml"))]

    def keep(self, content: bytes, *, to: list[str], at: datetime) -> Entry:
        """Write a letter down, whole or not at all, and list it."""
        file = self.folder / f"{at:%Y%m%dT%H%M%S.%f%z}-{token_hex(4)}.eml"
        unfinished = file.with_suffix(".part")
        unfinished.write_bytes(f"{ENVELOPE}: {', '.join(to)}\r\n".encode() + content)
        unfinished.rename(file)
        entry = _read_entry(file)
        with self._lock:
            self._entries.append(entry)
        return entry

    def find(self, to: str = "") -> list[Entry]:
        """List the letters, newest first; with `to`, those whose recipient contains it."""
        with self._lock:
            entries = list(reversed(self._entries))
        wanted = to.strip().casefold()
        return [entry for entry in entries if any(wanted in address.casefold() for address in entry.to)]

    def find_entry(self, letter_id: str) -> Entry | None:
        """Find one line of the list."""
        with self._lock:
            return next((entry for entry in self._entries if entry.id == letter_id), None)

    def read(self, entry: Entry) -> EmailMessage:
        """Read a whole letter."""
        content = (self.folder / f"{entry.id}.eml").read_bytes()
        return message_from_bytes(content, policy=policy.default)


def parts_of(letter: EmailMessage) -> list[Part]:
    """List what a letter holds, in its order."""
    return [_read_part(part) for part in letter.walk() if not part.is_multipart()]


def _read_part(part: EmailMessage) -> Part:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    if part.get_content_maintype() == "text":
        charset = part.get_content_charset("utf-8")
        try:
            raw = raw.decode(charset, "replace").encode()
        except LookupError:
            raw = raw.decode("ascii", "replace").encode()
    return Part(part.get_content_type(), part.get_filename() or "", raw)


def _read_entry(file: Path) -> Entry:
    head = BytesHeaderParser(policy=policy.default).parsebytes(file.read_bytes())
    return Entry(
        id=file.stem,
        at=datetime.strptime(file.stem.rsplit("-", 1)[0], "%Y%m%dT%H%M%S.%f%z"),
        to=tuple(address.strip() for address in str(head[ENVELOPE]).split(",")),
        sender=str(head["From"] or ""),
        subject=str(head["Subject"] or "(no subject)"),
    )
