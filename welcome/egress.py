"""The one door through which the house asks another machine for something that a person named.

Whoever may name an address may try to make us ask for them: our own database, a neighbour's printer, the cloud's
secrets. So the name is looked up once, every address that it has must be public, and the connection goes to the very
address that was looked at, so that a name which answers differently the second time gains nothing. A redirect is a new
address and is looked at again.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

PORTS = {80, 443, 8080, 8443}
MOST_REDIRECTS = 3
SECONDS = 20
LONGEST_ADDRESS = 2000
REDIRECTS = {301, 302, 303, 307, 308}
#: What Python calls public and is not: relays and translators into other networks, and the inside of a cloud.
FORBIDDEN = tuple(
    ip_network(network)
    for network in (
        *("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "168.63.129.16/32"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
PUBLIC_V6 = ip_network("2000::/3")  #: outside are mapped, translated (NAT64), local and multicast addresses

Address = IPv4Address | IPv6Address


class AddressNotUnderstood(Refusal):
    """Not a web address."""

    message = _l("This is not a web address. It should begin with https://.")


class AddressNotPublic(Refusal):
    """A machine that only we might reach, and nobody should through us."""

    message = _l("This address leads to a machine that is not public. We only ask public ones.")


class NoAnswer(Refusal):
    """Nobody there, or not in time."""

    message = _l("The other computer does not answer, or it takes too long.")


class NotSecure(Refusal):
    """Somebody else's certificate, or an old one."""

    message = _l("The other computer cannot prove who it is: its certificate is not valid for this address.")


class AnsweredNo(Refusal):
    """It answers, but not with what we asked for."""

    message = _l("The other computer answers with an error (%(status)s).")


class TooManyRedirects(Refusal):
    """Sent from one to the next."""

    message = _l("The address sends us on and on to other addresses.")


class AnswerTooLarge(Refusal):
    """More than we are ready to keep in our hands."""

    message = _l("The answer of the other computer is too large.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)  #: by their names in small letters


def fetch(address: str, *, most_bytes: int, headers: Mapping[str, str], seconds: float = SECONDS) -> Answer:
    """Ask for an address and return the answer: 200, or 304 where a header asked for news only. Raises a Refusal.

    ``seconds`` is for everything together, redirects and a server that sends one letter a minute included.
    """
    ends = monotonic() + seconds
    for _step in range(MOST_REDIRECTS + 1):
        parts = split(address)
        answer = _ask(parts, headers, most_bytes, ends)
        if answer.status not in REDIRECTS:
            if answer.status not in {200, 304}:
                raise AnsweredNo(status=answer.status)
            return answer
        address = urljoin(address, answer.headers.get("location", ""))
        if parts.scheme == "https" and not address.startswith("https:"):
            raise NotSecure
    raise TooManyRedirects


def split(address: str) -> SplitResult:
    """Take a web address apart, or refuse it. Nothing is asked yet."""
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError as problem:
        raise AddressNotUnderstood from problem
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or parts.scheme not in {"http", "https"}:
        raise AddressNotUnderstood
    if not host or "%" in host or parts.username is not None or parts.password is not None:
        raise AddressNotUnderstood
    if port not in PORTS:
        raise AddressNotPublic
    return parts._replace(netloc=f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def is_public(address: Address) -> bool:
    """Whether an address is one that everybody on the internet can reach, by itself and not as a way to another."""
    if isinstance(address, IPv6Address) and address not in PUBLIC_V6:
        return False
    if any(address in network for network in FORBIDDEN if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _look_up(parts: SplitResult) -> list[str]:
    """Return the addresses of a name, all of them public."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
        public = [is_public(ip_address(one)) for one in addresses]
    except (OSError, UnicodeError) as problem:
        raise NoAnswer from problem
    except ValueError as problem:
        raise AddressNotPublic from problem
    if not public or not all(public):
        raise AddressNotPublic
    return addresses


def _connect(parts: SplitResult, ends: float) -> socket.socket:
    """Connect to the first address that answers, of those that were looked at."""
    for address in _look_up(parts):
        with suppress(OSError):
            return socket.create_connection((address, parts.port), timeout=_left(ends))
    raise NoAnswer


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise NoAnswer
    return left


def _ask(parts: SplitResult, headers: Mapping[str, str], most_bytes: int, ends: float) -> Answer:
    held = [_connect(parts, ends)]
    clock = Timer(_left(ends), _hang_up, [held])  # for those who send one letter now and then
    clock.start()
    try:
        if parts.scheme == "https":
            secure = _authorities().wrap_socket(held[0], server_hostname=parts.hostname, do_handshake_on_connect=False)
            held[0] = secure
            secure.do_handshake()
        answer = _talk(held[0], parts, headers, most_bytes)
        _left(ends)  # what was hung up on is not whole
        return answer
    except ssl.SSLCertVerificationError as problem:
        raise NotSecure from problem
    except (OSError, http.client.HTTPException) as problem:
        raise NoAnswer from problem
    finally:
        clock.cancel()
        held[0].close()


@cache
def _authorities() -> ssl.SSLContext:
    """Load the certificates that this machine believes in, which takes a while."""
    return ssl.create_default_context()


def _talk(line: socket.socket, parts: SplitResult, headers: Mapping[str, str], most_bytes: int) -> Answer:
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
    connection.sock = line
    connection.putrequest("GET", _target(parts), skip_host=True, skip_accept_encoding=True)
    is_usual = parts.port == (443 if parts.scheme == "https" else 80)
    host = parts.netloc.rpartition(":")[0] if is_usual else parts.netloc
    for name, value in {"Host": host, "Accept-Encoding": "identity", "Connection": "close", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    with connection.getresponse() as response:
        said = {name.lower(): value for name, value in response.getheaders()}
        body = response.read(most_bytes + 1) if response.status == 200 else b""
        if len(body) > most_bytes:
            raise AnswerTooLarge
        if response.status == 200 and response.length:
            raise NoAnswer  # it hung up in the middle
        return Answer(response.status, body, said)


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else path


def _hang_up(held: list[socket.socket]) -> None:
    with suppress(OSError):
        socket.socket.shutdown(held[0], socket.SHUT_RDWR)  # the plain one: nobody is greeted any more
