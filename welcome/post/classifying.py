"""What a letter that came back says: nobody lives there, not now, a complaint, an answer from somebody's holiday."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

TEXT_READ = 20_000  #: letters
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
REPLY = re.compile(r"\b([45])\d\d[ -]")
#: How mail servers say in words that there is nobody, where their code says only that it failed.
NOBODY = re.compile(
    r"(user|recipient|address|mailbox|account|destinat\w+|e-?mail)\W.{0,40}"
    r"(unknown|not found|does(n.t| not) exist|invalid|no longer|rejected|disabled|inactive|unrouteable|unavailable)"
    r"|(unknown|no such|invalid|unrouteable) (user|recipient|address|mailbox|account|local|domain|person)"
    r"|no mailbox here|does not (have|exist)|couldn.t find any host|host or domain name not found|not listed in"
    r"|account that you tried to reach (does not exist|is disabled)|isn.t (in|known)",
    re.IGNORECASE,
)
FULL = re.compile(r"quota|mailbox (is )?full|over ?quota|insufficient storage|storage|too large|exceeds", re.IGNORECASE)
#: What complaints are about, but for those that praise us or speak of signatures.
NO_COMPLAINTS = {"not-spam", "auth-failure", "dmarc"}
AWAY = re.compile(
    r"out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|vacation|away from", re.IGNORECASE
)


class Verdict(StrEnum):
    """What a letter that came back is."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    DELAYED = "delayed"  # not given up yet
    DELIVERED = "delivered"
    VACATION = "vacation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a letter says, and the words of the server that said it."""

    verdict: Verdict
    said: str = ""


def read(raw: bytes) -> Finding:
    """Say what a letter is. Python's parser stumbles over heads that no mail server writes: those say nothing to us."""
    try:
        return classify(message_from_bytes(raw, policy=policy.default))
    except (LookupError, AttributeError, TypeError, ValueError):
        return Finding(Verdict.OTHER)


def classify(letter: EmailMessage) -> Finding:
    """Say what a letter is, by its machine-readable parts where it has them, else by its words."""
    kind = letter.get_content_type()
    report = str(letter.get_param("report-type", "")).lower()
    if kind == "multipart/report" and report == "feedback-report":
        return _complaint(letter)
    statuses = list(_statuses(letter))
    if statuses:
        return _worst(statuses)
    if _is_reply(letter):
        return Finding(Verdict.VACATION)
    return _from_words(letter)


def _complaint(letter: EmailMessage) -> Finding:
    said = next((_fields(part) for part in letter.walk() if part.get_content_type().endswith("/feedback-report")), {})
    kind = said.get("feedback-type", "").lower()
    return Finding(Verdict.OTHER) if kind in NO_COMPLAINTS else Finding(Verdict.COMPLAINT, kind)


def _statuses(letter: EmailMessage) -> Iterator[dict[str, str]]:
    """Yield what a delivery status says of each recipient."""
    for part in letter.walk():
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            blocks: Any = part.get_payload()
            for block in blocks if isinstance(blocks, list) else ():
                said = {name.lower(): str(value) for name, value in block.items()}
                if "action" in said or "status" in said:
                    yield said


def _fields(part: EmailMessage) -> dict[str, str]:
    """Return the fields of a part that consists of nothing else."""
    blocks: Any = part.get_payload()
    block = blocks[0] if isinstance(blocks, list) and blocks else message_from_string(str(blocks))
    return {name.lower(): " ".join(str(value).split()) for name, value in block.items()}


def _worst(statuses: list[dict[str, str]]) -> Finding:
    order = list(Verdict)
    return min((_of_recipient(said) for said in statuses), key=lambda finding: order.index(finding.verdict))


def _of_recipient(said: dict[str, str]) -> Finding:
    action = said.get("action", "failed").split(";")[0].strip().lower()
    words = " ".join(said.get("diagnostic-code", said.get("status", "")).split())
    if action in {"delayed", "delivered", "relayed", "expanded"}:
        return Finding(Verdict.DELAYED if action == "delayed" else Verdict.DELIVERED)
    return _of_code(said.get("status", ""), words)


def _of_code(status: str, words: str) -> Finding:
    """Tell an address where nobody lives from one where something is wrong now."""
    found = _most_exact([*STATUS.findall(status), *STATUS.findall(words)])
    if found is None:
        is_final = any(digit == "5" for digit in REPLY.findall(words))
    else:
        is_final = found[0] == "5"
        if found[1:] == ("2", "1") or (found[1] == "1" and found[2] != "8"):
            return Finding(Verdict.HARD if is_final else Verdict.SOFT, words)
        if found[1] != "0" and found[1] != "5" and found[1] != "4":
            return Finding(Verdict.SOFT, words)  # full, too large, refused for what it is or where it comes from
    is_nobody = is_final and NOBODY.search(words) is not None and FULL.search(words) is None
    return Finding(Verdict.HARD if is_nobody else Verdict.SOFT, words)


def _most_exact(found: list[tuple[str, str, str]]) -> tuple[str, str, str] | None:
    """Prefer a code that says why to one that says only that it failed (5.0.0)."""
    return next((code for code in found if code[1] != "0"), found[0] if found else None)


def _is_reply(letter: EmailMessage) -> bool:
    """Whether somebody's mailbox answers for them. Some servers say the same of letters that they send back."""
    if letter["X-Failed-Recipients"] or _is_from_server(letter):
        return False
    automatic = str(letter.get("Auto-Submitted", "no")).strip().lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-Suppress", "X-Mailer-Autoreply")
    precedence = str(letter.get("Precedence", "")).lower()
    is_marked = (
        automatic.startswith("auto-replied") or precedence == "auto_reply" or any(letter[name] for name in marks)
    )
    return is_marked or AWAY.search(str(letter.get("Subject", ""))) is not None


def _is_from_server(letter: EmailMessage) -> bool:
    sender = str(letter.get("From", "")).lower()
    is_null = str(letter.get("Return-Path", "")).strip() == "<>"
    return "mailer-daemon" in sender or (is_null and "postmaster" in sender)


def _from_words(letter: EmailMessage) -> Finding:
    """Read a letter that was sent back in words alone, as older servers do."""
    if not (_is_from_server(letter) or letter["X-Failed-Recipients"]):
        return Finding(Verdict.OTHER)
    body = letter.get_body(("plain", "html"))
    text = _before_the_copy(str(body.get_content()) if body else "")[:TEXT_READ]
    if re.search(r"(will (be )?(retr|keep trying|continue)|delayed|warning)", text, re.IGNORECASE) and not REPLY.search(
        text
    ):
        return Finding(Verdict.DELAYED)
    lines = [
        line.strip() for line in text.splitlines() if STATUS.search(line) or REPLY.search(line) or NOBODY.search(line)
    ]
    words = " ".join(lines[:4])
    if not words:
        return Finding(Verdict.SOFT, "it came back without a reason")
    if not (STATUS.search(words) or REPLY.search(words)):
        words = f"550 {words}"
    return _of_code("", words)


def _before_the_copy(text: str) -> str:
    """Leave out the letter that came back: its words are ours."""
    return re.split(r"(?m)^-{2,}.*(copy|original|below this line|included|returned message).*$", text, maxsplit=1)[0]
