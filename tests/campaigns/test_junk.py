"""No letter looks like junk to SpamAssassin's local rules, and one that is junk does; all of them are signed."""

import re
import shutil
import subprocess
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from unittest.mock import patch

import dkim
import pytest

from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.letters import standins
from welcome.app import LETTERS
from welcome.i18n import LOCALES
from welcome.post.assembling import SAFE
from welcome.post.signing import Signer, make_key, public_half

MOST = 1.0
KEY = make_key()
STRICT = SMTP.clone(raise_on_defect=True)
IN_UKRAINIAN = (
    ("first_name", "Марія"),
    ("title", "Суп, розповіді й дуже довгий вечір із сусідами звідусіль у нашому місті"),
    ("name", "Стіл світу"),
    ("place", "Портова бібліотека, Набережна 1"),
    ("place_of", lambda *_: "Портова бібліотека, Набережна 1"),
    ("say_step", lambda _step: ("Марія чекає на вашу відповідь", "Відповісти")),  # as our own catalogues say it
    ("subject", "Ваш перший місяць у місті"),
    ("about", "Тут навчають української та допомагають з паперами."),
    ("themes", [("Навчання мови", "/guide/language")]),
    ("paragraphs", ["Перші тижні минули. Тепер є час познайомитися з людьми, які живуть поруч."]),
)
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


def words_of(locale):
    """Let members write in the reader's letters, as most do; Ukrainian is the one script that a rule counts against."""
    return (*IN_UKRAINIAN, *standins.WORDS) if locale == "uk" else standins.WORDS


def all_letters(app, kinds, locales, words):
    """Write every letter in these languages, with these words of members in them."""
    for locale in locales:
        with patch.object(standins, "WORDS", words(locale)):
            for kind in kinds:
                yield (kind, locale), standins.letter_of(app, kind, locale).as_bytes(policy=SMTP)


@pytest.mark.skipif(shutil.which("spamassassin") is None, reason="There is no SpamAssassin on this machine.")
def test_no_letter_looks_like_junk(app):
    kinds = sorted(letter.kind for letter in LETTERS)[: size("letters", small=12, full=len(LETTERS))]
    locales = LOCALES[: size("locales", small=1, full=len(LOCALES))]
    letters = dict(all_letters(app, kinds, locales, words_of))
    mixed = dict(all_letters(app, kinds, set(locales) & {"uk"}, lambda _locale: standins.WORDS))
    *found, planted = scores([*letters.values(), *mixed.values(), junk()])
    assert planted[0] > 100
    own, others = found[: len(letters)], found[len(letters) :]
    worst = sorted(((score, *which, tests) for which, (score, tests) in zip(letters, own, strict=True)), reverse=True)
    assert worst[0][0] < MOST, worst[:5]
    suspicious = [tests for score, tests in others if score >= MOST]
    assert all("MIXED_ES" in tests for tests in suspicious)
    figure = (
        f"{len(letters)} letters, the worst scores {worst[0][0]}; with an English title of 83 signs {len(suspicious)} "
        f"of {len(mixed)} in Ukrainian score 1.0, for letters of two scripts"
    )
    tell("junk", figure, planted=f"a letter that is junk scores {planted[0]:.0f}")


def test_every_letter_is_signed_so_that_others_can_verify_it(app):
    kinds = sorted(letter.kind for letter in LETTERS)[: size("letters", small=4, full=len(LETTERS))]
    locales = LOCALES[: size("locales", small=1, full=len(LOCALES))]
    signer = Signer("welcome.example", "welcome", KEY)
    record = public_half(KEY).encode()
    raw = b""
    letters = dict(all_letters(app, kinds, locales, words_of))
    for which, letter in letters.items():
        raw = signer.sign(letter)
        assert dkim.verify(raw, dnsfunc=lambda *_name, **_: record), which
        assert not message_from_bytes(raw, policy=STRICT).defects
    assert not dkim.verify(raw.replace(b"Subject: ", b"Subject: Re: ", 1), dnsfunc=lambda *_name, **_: record)
    tell("signatures", f"{len(letters)} of {len(letters)} letters verify", planted="another subject")
