"""A signed letter is verified by hand from RFC 6376 with nothing but the public key, and a changed one is not."""

import base64
import hashlib
import re

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.conftest import TODAY
from tests.mail import MailServer, serve
from welcome.database import writing
from welcome.post import signing
from welcome.post.jobs import send_due
from welcome.post.letters import Letter
from welcome.post.service import post
from welcome.post.signing import Signer
from welcome.post.smtp import Server, connect, server_of

KEY = signing.make_key()


def tags(text: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in re.sub(r"\s+", "", text).split(";") if "=" in part)
    return dict(pairs)


def relaxed(name: str, value: str) -> bytes:
    """Write a header as RFC 6376 3.4.2 compares it."""
    return f"{name.lower().strip()}:{re.sub(r'[ 	]+', ' ', value.replace(chr(13) + chr(10), '')).strip()}".encode()


def verify(raw: bytes, record: str) -> dict[str, str]:
    """Verify a letter without the library that signed it; return what the signature says."""
    head, body = raw.split(b"\r\n\r\n", 1)
    headers = re.findall(r"([!-9;-~]+):([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", head.decode())
    name, signature = next(pair for pair in headers if pair[0].lower() == "dkim-signature")
    said = tags(signature)
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    digest = hashlib.sha256(b"\r\n".join(lines) + b"\r\n").digest()
    if base64.b64encode(digest).decode() != said["bh"]:
        raise InvalidSignature("the body was changed")
    rest = [(header.lower(), value) for header, value in headers if header != name]
    hashed = b""
    for header in said["h"].lower().split(":"):
        found = next((at for at in range(len(rest) - 1, -1, -1) if rest[at][0] == header), None)
        if found is not None:
            hashed += relaxed(*rest.pop(found)) + b"\r\n"
    hashed += relaxed(name, re.sub(r"(\bb=)[^;]*", r"\1", signature))
    key = load_der_public_key(base64.b64decode(tags(record)["p"]))
    key.verify(base64.b64decode(said["b"]), hashed, padding.PKCS1v15(), hashes.SHA256())
    return said


@pytest.fixture
def raw(app, today, carol) -> bytes:
    """Return a letter as a mail server took it."""
    return sent(app, carol, Signer("welcome.example", "welcome", KEY))


def sent(app, member, signer) -> bytes:
    def compose(_session, _reader, _args):
        return {"name": "مريم", "excerpt": "Žluťoučký kůň.\n.\n" * 30, "link": "/"}

    letter = Letter("new_message", compose, is_optional=True)
    with writing() as session:
        post(session, letter, member.id, {}, key="1", now=TODAY)
    mail = MailServer()
    with serve(mail) as port, connect(Server("127.0.0.1", port, signer=signer)) as transport:
        assert send_due({letter.kind: letter}, transport, now=TODAY) == 1
    return mail.taken[0][1]


def test_an_independent_reader_verifies_it(raw):
    said = verify(raw, signing.public_half(KEY))
    assert (said["d"], said["s"], said["a"], said["c"]) == (
        "welcome.example",
        "welcome",
        "rsa-sha256",
        "relaxed/relaxed",
    )
    signed = said["h"].lower().split(":")
    assert signed.count("from") == 2
    assert {"to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"} <= set(signed)


def test_a_discreet_reader_s_letter_comes_from_a_neutral_address_that_signs_it(app, today, people, monkeypatch):
    monkeypatch.setitem(app.config, "DISCREET_MAIL_FROM", "post@letters.example")
    raw = sent(app, people("Dora", is_discreet=True), Signer("welcome.example", "welcome", KEY))
    assert b"\r\nFrom: Notifications <post@letters.example>\r\n" in raw
    assert verify(raw, signing.public_half(KEY))["d"] == "letters.example"


CHANGES = {
    "subject": lambda raw: raw.replace(b"Subject: ", b"Subject: Re ", 1),
    "a second sender": lambda raw: raw.replace(b"To: ", b"From: evil@evil.example\r\nTo: ", 1),
    "body": lambda raw: raw[:-40] + b"x" + raw[-39:],
    "way to unsubscribe": lambda raw: raw.replace(b"/letters/stop/", b"/letters/stop/x", 1),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_letter_is_not_verified(raw, what):
    with pytest.raises(InvalidSignature):
        verify(CHANGES[what](raw), signing.public_half(KEY))


def test_another_key_does_not_verify_it(raw):
    with pytest.raises(InvalidSignature):
        verify(raw, signing.public_half(signing.make_key()))


def test_without_a_key_nothing_is_signed(app, today, carol):
    assert server_of(app.config).signer is None
    assert b"DKIM-Signature" not in sent(app, carol, None)


def test_the_command_makes_a_key_and_says_what_to_publish(app, tmp_path):
    file = tmp_path / "key"
    runner = app.test_cli_runner()
    said = runner.invoke(args=["dkim-key", str(file)]).output
    assert "welcome._domainkey.welcome.example. IN TXT" in said
    pieces = re.findall(r'"(.*)"', said)
    assert "".join(pieces) == signing.public_half(file.read_text())
    assert max(map(len, pieces)) <= 255
    assert file.stat().st_mode & 0o077 == 0
    assert runner.invoke(args=["dkim-key", str(file)]).output == said
    assert signing.signer_of({**app.config, "DKIM_KEY": file.read_text().strip()}) is not None


@pytest.mark.parametrize(("published", "expected"), [(KEY, True), (signing.make_key(), False), (None, False)])
def test_it_sees_whether_the_right_key_is_published(published, expected):
    asked = []

    def look_up(name, timeout=5):
        asked.append(name)
        return signing.public_half(published).encode() if published else None

    assert signing.is_published(Signer("welcome.example", "welcome", KEY), look_up) is expected
    assert asked == [b"welcome._domainkey.welcome.example."]
