"""Codes from an app and codes on paper: Flask-Security makes and asks for them, this keeps them.

The seed of an app is sealed, so that whoever can write into the database cannot alter it unnoticed. Of a code on paper
only a digest is kept: it is too long to be guessed, so a plain one is enough.
"""

import re
from base64 import b32encode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask_security import MfRecoveryCodesUtil, Totp
from passlib.exc import InvalidTokenError
from passlib.totp import TotpMatch

from welcome.accounts.models import Member

PAPER_BYTES = 15  #: 120 bits: 24 letters and digits, none of which looks like another
NOT_IN_CODES = re.compile(r"[^a-z2-7]")


class Codes(Totp):
    """Codes from an app, of which each works once: whoever looks over a shoulder comes too late."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._seal = seal = Fernet(urlsafe_b64encode(sha256(b"seeds of code apps:" + secrets["1"].encode()).digest()))

        class Sealed(self._totp):  # type: ignore[misc, name-defined]
            """A seed that was sealed by us; every use of one goes through here."""

            @classmethod
            def from_source(cls, source: str) -> Any:
                """Open the seal, or take the code for a wrong one."""
                try:
                    return super().from_source(seal.decrypt(source).decode())
                except InvalidToken as broken:
                    raise InvalidTokenError from broken

        self._totp = Sealed

    def generate_totp_secret(self) -> str:
        """Return a new seed, sealed."""
        return self._seal.encrypt(self._totp.new().to_json(encrypt=False).encode()).decode()

    def generate_recovery_codes(self, number: int) -> list[str]:
        """Return new codes to be written down, in groups of four."""
        codes = (b32encode(token_bytes(PAPER_BYTES)).decode().lower() for _ in range(number))
        return ["-".join(re.findall("....", code)) for code in codes]

    def get_last_counter(self, user: Any) -> TotpMatch | None:
        """Return the last moment whose code was used."""
        last: int | None = user.tf_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        """Keep which moment's code was used."""
        user.tf_last_counter = tmatch.counter


class PaperCodes(MfRecoveryCodesUtil):
    """Codes on paper: shown once, when they are made."""

    def get_recovery_codes(self, user: Member) -> list[str]:  # type: ignore[override]
        """Return the codes that can be read again: none."""
        return []

    def check_recovery_code(self, user: Member, code: str) -> bool:  # type: ignore[override]
        """Return whether this is a code that was not used yet, however it was typed."""
        return _digest(code) in (user.mf_recovery_codes or ())

    def delete_recovery_code(self, user: Member, code: str) -> bool:  # type: ignore[override]
        """Use a code up."""
        kept = user.mf_recovery_codes or []
        kept.remove(_digest(code))
        return True

    def _encrypt_codes(self, codes: list[str]) -> list[str]:
        return [_digest(code) for code in codes]


def _digest(code: str) -> str:
    return sha256(NOT_IN_CODES.sub("", code.lower()).encode()).hexdigest()
