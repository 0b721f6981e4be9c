"""Signed letters (DKIM, RFC 6376): a mailbox can see that a letter is ours and that nobody changed it on its way."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email import message_from_bytes
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from dkim.dnsplug import get_txt

#: What nobody may change. "From" once more than it is there, so that nobody can add a second one.
SIGNED = (
    *("from", "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted"),
    *("mime-version", "content-type", "content-language", "list-id", "list-unsubscribe", "list-unsubscribe-post"),
)
KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class Signer:
    """The key of a domain, and the name under which its public half stands in the DNS."""

    domain: str
    selector: str
    key: str

    def of(self, domain: str) -> "Signer":
        """Return the same key for another domain: mailboxes believe a signature of the sender's own."""
        return replace(self, domain=domain)

    def sign(self, raw: bytes) -> bytes:
        """Return the letter with its signature in front."""
        present = {name.lower() for name in message_from_bytes(raw)}
        signed = [name.encode() for name in SIGNED if name in present]
        ways = (b"relaxed", b"relaxed")
        names = (self.selector.encode(), self.domain.encode(), self.key.encode())
        signature: bytes = dkim.sign(raw, *names, canonicalize=ways, include_headers=signed)
        return signature + raw


def signer_of(config: Mapping[str, Any]) -> Signer | None:
    """Return the key that the settings name; without one the operator's mail server signs, or nobody."""
    if not config.get("DKIM_KEY"):
        return None
    domain = str(config["MAIL_FROM"]).rpartition("@")[2]
    return Signer(domain, config["DKIM_SELECTOR"], config["DKIM_KEY"])


def make_key() -> str:
    """Return a new private key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def public_half(key: str) -> str:
    """Return what must stand in the DNS beside the key's name; raise ValueError for what is no key."""
    private = serialization.load_pem_private_key(key.encode(), None)
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={b64encode(private.public_key().public_bytes(*form)).decode()}"


def is_published(signer: Signer, look_up: Callable[..., bytes | None] = get_txt) -> bool:
    """Ask the DNS whether whoever gets a letter could verify it."""
    sample = f"From: hello@{signer.domain}\r\nSubject: Hello\r\n\r\nHello\r\n".encode()
    return bool(dkim.verify(signer.sign(sample), dnsfunc=look_up))
