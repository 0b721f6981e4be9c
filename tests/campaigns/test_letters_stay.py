"""No letter goes to somebody else, whatever stands in it, and every link in every letter leads to this site.

What people write is bound into the subject, the names and the addresses of a letter's head. Each letter is carried to a
real mail server that is asked how many people it was for.
"""

import re
from email import message_from_bytes
from email.policy import SMTP
from itertools import cycle, product

import pytest
from flask import Flask, request

from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.letters import standins
from tests.letters.standins import WORDS, letter_of
from tests.letters.test_every_letter import FACES, KINDS, body
from tests.mail import MailServer, serve
from welcome.i18n import LOCALES
from welcome.post import message
from welcome.post.smtp import Server, connect

EVIL = "evil@evil.example"
NAMES = ("Bcc", "bcc", "To", "Cc", "Resent-To", "Reply-To", "From", "Subject", "Content-Type")
BREAKS = (
    *("x\r\n", "x\n", "x\r", "\r\n", "x\u2028", "x\x85", "x\x0b", "x\x0c", "x\0\n", "x%0d%0a", "x\r\n ", "x\r\n\t"),
    *("=?utf-8?q?x=0D=0A?=", "x>,\r\n", '"\r\n', "x\\r\\n"),
)
AFTER = ("", "\r\n\r\nA body", "\r\n.\r\nRCPT TO:<evil@evil.example>\r\nDATA\r\n", "x" * 900)
INJECTED = [f"{before}{name}: {EVIL}{after}" for name, before, after in product(NAMES, BREAKS, AFTER)]
#: Headers that a letter may carry once, and no other that names somebody.
ONCE = ("to", "from", "subject", "message-id", "date", "content-type")
LINK = re.compile(r"""(?:https?:)?//[^\s"'<>)\]]+""", re.IGNORECASE)


def letters_with(app: Flask, words: str, kinds: list[str], locale: str = "en") -> list[tuple[str, bytes]]:
    """Write letters in which people's words are these."""
    known = {
        name: words for name, said in WORDS if isinstance(said, str) and name not in {"email", "url", "link", "path"}
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standins, "WORDS", tuple((name, known.get(name, said)) for name, said in WORDS))
        return [(kind, letter_of(app, kind, locale).as_bytes(policy=SMTP)) for kind in kinds]


def strays(app: Flask, kinds: list[str], injected: list[str]) -> list[str]:
    """Name the letters that name somebody else in their head, or say something twice there."""
    found = []
    for words in injected:
        try:
            letters = letters_with(app, words, kinds)
        except ValueError as problem:  # a head that cannot be written: the letter never leaves
            found.append(f"{words[:60]!r}: {problem}")
            continue
        for kind, raw in letters:
            letter = message_from_bytes(raw, policy=SMTP)
            names = [name.lower() for name in letter]
            to = [one.addr_spec for one in letter["To"].addresses]
            twice = [name for name in names if name in ONCE and names.count(name) > 1]
            extra = {"cc", "bcc", "resent-to", "reply-to"} & set(names)
            if to != ["carol@welcome.example"] or twice or extra or len(letter["From"].addresses) != 1:
                found.append(f"{kind}: {words[:60]!r}: {to} {twice} {extra}")
    return found


def test_each_letter_has_one_recipient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    injected = INJECTED[:: size("injections_apart", small=61, full=1)]
    kinds = KINDS[:: size("kinds_apart", small=12, full=1)]
    assert strays(app, kinds, injected) == []
    mail = MailServer()
    with serve(mail) as port, connect(Server("127.0.0.1", port)) as line:
        for words, kind in zip(injected, cycle(KINDS), strict=False):
            line.send(message_from_bytes(letters_with(app, words, [kind])[0][1], policy=SMTP))
    assert {tuple(to) for to, _ in mail.taken} == {("carol@welcome.example",)} and len(mail.taken) == len(injected)
    monkeypatch.setattr(message, "_one_line", lambda text: text)
    assert strays(app, KINDS, ["x\r\nBcc: evil@evil.example"])
    said = f"{len(injected) * len(kinds):,} letters with {len(injected)} injections, each to exactly one"
    tell("mail", said, planted="a subject of several lines")


def leading_away(app: Flask, kinds: list[str], locales: list[str]) -> tuple[int, list[str]]:
    """Count the links of letters that are written while somebody asks for another host, and name those that leave."""
    count, found, home = 0, [], app.config["PUBLIC_URL"]
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    with app.test_request_context("/", base_url="http://evil.example", headers=evil):
        for kind in kinds:
            for locale in locales:
                for truth in FACES:
                    letter = letter_of(app, kind, locale, truth=truth)
                    heads = " ".join(str(letter[name]) for name in ("List-Unsubscribe",) if letter[name])
                    links = LINK.findall(f"{heads} {body(letter, 'plain')} {body(letter, 'html')}")
                    count += len(links)
                    found += [f"{kind}, {locale}: {link}" for link in links if not link.startswith(home)]
    return count, found


def test_every_link_leads_to_this_site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    locales = list(LOCALES)[:: size("locales_apart", small=9, full=1)]
    kinds = KINDS[:: size("kinds_apart", small=4, full=1)]
    count, found = leading_away(app, kinds, locales)
    assert found == [] and count > len(kinds)
    monkeypatch.setitem(app.jinja_env.globals, "public_url", lambda path: f"{request.host_url}{path}")
    assert leading_away(app, kinds[:3], locales[:1])[1]
    said = f"{count:,} links in {len(kinds)} letters x {len(locales)} languages, all to PUBLIC_URL"
    tell("host", said, planted="links made from the host that was asked")
