"""No letter looks like junk to SpamAssassin's local rules, and one that is junk does."""

import re
import shutil
import subprocess
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.campaigns.sizes import size
from tests.letters.standins import letter_of
from welcome.app import LETTERS
from welcome.i18n import LOCALES
from welcome.post.assembling import SAFE

MOST = 1.0
#: How a letter stands in a mailbox file, after a server has taken it.
FROM = b"From hello@welcome.example Fri Nov 20 09:00:00 2026\n"
WHICH = re.compile(rb"^X-Which: (\d+)$", re.MULTILINE)
STATUS = re.compile(rb"^X-Spam-Status: \w+, score=(-?[\d.]+) required=\S+ tests=(\S*)", re.MULTILINE)


def scores(letters):
    """Score letters in one go, since starting the program takes longer than reading them; it changes their order."""
    marked = (b"X-Which: %d\r\n%s" % pair for pair in enumerate(letters))
    mailbox = b"".join(FROM + raw.replace(b"\r\n", b"\n") + b"\n" for raw in marked)
    command = ["spamassassin", "--local", "--mbox", "--cf=use_bayes 0", "--cf=report_safe 0"]
    said = subprocess.run(command, input=mailbox, capture_output=True, check=True).stdout.replace(b"\n\t", b"")
    found = {}
    for part in said.split(FROM)[1:]:
        which, status = WHICH.search(part), STATUS.search(part)
        assert which and status, part[:2000]
        found[int(which[1])] = float(status[1]), status[2].decode()
    return [found[number] for number in range(len(letters))]


def junk():
    message = EmailMessage(SAFE)
    message["Subject"], message["From"], message["To"] = (
        "FREE MONEY!!! VIAGRA",
        "x@welcome.example",
        "y@welcome.example",
    )
    message.set_content("XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n")
    return message.as_bytes(policy=SMTP)


@pytest.mark.skipif(shutil.which("spamassassin") is None, reason="There is no SpamAssassin on this machine.")
def test_no_letter_looks_like_junk(app):
    kinds = sorted(letter.kind for letter in LETTERS)
    locales = LOCALES[: size("locales", small=1, full=len(LOCALES))]
    chosen = [(kind, locale) for locale in locales for kind in kinds[: size("letters", small=12, full=len(kinds))]]
    letters = [letter_of(app, kind, locale).as_bytes(policy=SMTP) for kind, locale in chosen]
    *found, planted = scores([*letters, junk()])
    assert planted[0] > 100
    worst = sorted(((score, which, tests) for which, (score, tests) in zip(chosen, found, strict=True)), reverse=True)
    print(f"{len(found)} letters, the worst: {worst[:3]}")
    assert worst[0][0] < MOST, worst[:5]
