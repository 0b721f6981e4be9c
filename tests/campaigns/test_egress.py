"""Whatever address somebody names, we never connect to a machine that is not public.

Every way of writing an address that we know of, for addresses of every kind that is not public: as a name, a literal, a
redirect, and as a name that answers differently each time it is asked. What is public is decided here by a table of
our own, so that a mistake in the house is not repeated.
"""

import random
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest

from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from welcome import egress
from welcome.errors import Refusal

PUBLIC = "93.184.215.14"
#: The registries of special addresses (RFC 6890 and after), and what leads from IPv6 into them.
CLOSED_V4 = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
]
CLOSED_V6 = [
    *("::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
]
CLOSED = [ip_network(network) for network in (*CLOSED_V4, *CLOSED_V6)]
FULLWIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))


def is_closed(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    return any(found in network for network in CLOSED if network.version == found.version)


class Net:
    """An internet of our own: it answers every connection, and remembers where each went."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.redirects: dict[str, str] = {}
        self.connected: list[str] = []
        self.others: list[socket.socket] = []
        self.really_look_up = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)
        monkeypatch.setattr(socket, "create_connection", self.connect)

    def look_up(self, host: str, port: int, **_more: Any) -> list[Any]:
        """Answer for a name: its next answer, or its last one for ever. Numbers are read as the system reads them."""
        answers = self.names.get(host)
        if answers is None:
            return self.really_look_up(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    def connect(self, target: tuple[str, int], timeout: float | None = None) -> socket.socket:
        """Connect as the system does, which looks a name up once more."""
        address = self.look_up(*target)[0][4][0]
        self.connected.append(address)
        ours, theirs = socket.socketpair()
        onward = self.redirects.get(address)
        said = f"302 Found\r\nLocation: {onward}" if onward else "200 OK"
        theirs.sendall(f"HTTP/1.1 {said}\r\nContent-Length: 0\r\n\r\n".encode())
        theirs.shutdown(socket.SHUT_WR)
        self.others.append(theirs)
        return ours

    def __enter__(self) -> "Net":
        return self

    def __exit__(self, *_: object) -> None:
        for other in self.others:
            other.close()

    def breaches(self) -> list[str]:
        return [address for address in self.connected if is_closed(address)]


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    with Net(monkeypatch) as net:
        yield net


def ask(address: str) -> bool:
    """Ask for an address; return whether anything answered."""
    try:
        egress.fetch(address, most_bytes=1000, headers={}, seconds=2)
    except Refusal:
        return False
    return True


def written(address: IPv4Address) -> Iterator[str]:
    """Yield a host in all the ways in which it can be written."""
    number, parts = int(address), [int(part) for part in str(address).split(".")]
    dotted = str(address)
    last_two = parts[2] * 256 + parts[3]
    yield from (dotted, f"{dotted}.", str(number), hex(number), f"0{number:o}", f"[::ffff:{dotted}]", f"[::{dotted}]")
    yield from (f"{parts[0]}.{parts[1]}.{last_two}", f"{parts[0]}.{number & 0xFFFFFF}", ".".join(map(hex, parts)))
    yield from (".".join(f"0{part:o}" for part in parts), ".".join(f"{part:03}" for part in parts))
    yield from (f"[64:ff9b::{dotted}]", f"[64:ff9b:1::{dotted}]", f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]")
    yield from (f"[2001::{(~number >> 16) & 0xFFFF:x}:{~number & 0xFFFF:x}]", f"[fe80::5efe:{dotted}]")
    yield from (dotted.translate(FULLWIDTH), dotted.replace(".", "。"), dotted.replace("1", "①"))
    yield from ("".join(f"%{ord(sign):02x}" for sign in dotted), f"{dotted}%00.club.example", f"[::ffff:{dotted}%25lo]")
    yield from (
        f"club.example@{dotted}",
        f"{dotted}#@club.example",
        f"{dotted}\\@club.example",
        f"{dotted}?@club.example",
    )
    yield from (f"club.example:80@{dotted}", f"club.example#@{dotted}", f"{dotted}\t", f" {dotted}", f"{dotted}:22")


def samples(random_: random.Random, count: int) -> Iterator[IPv4Address | IPv6Address]:
    """Yield addresses of every closed network: its ends, and some in between."""
    for network in CLOSED:
        yield from (network[0], network[-1])
        for _number in range(count):
            yield network[random_.randrange(network.num_addresses)]


def attack(net: Net, rounds: int) -> int:
    """Try everything and return how many addresses were tried."""
    random_, tried = random.Random(4), 0
    net.names["club.example"] = [[PUBLIC]]
    for address in samples(random_, rounds):
        literal = f"[{address}]" if address.version == 6 else str(address)
        hosts = list(written(address)) if isinstance(address, IPv4Address) else [literal]
        scheme = random_.choice(["http", "https", "HTTP"])
        net.names["turns.example"] = [[PUBLIC], [str(address)]]  # public when looked at, closed when connected to
        net.names["mixed.example"] = [[PUBLIC, str(address)]]
        net.names["plain.example"] = [[str(address)]]
        net.redirects[PUBLIC] = f"{random_.choice(['http:', ''])}//{random_.choice(hosts)}/"
        names = ["turns.example", "mixed.example", "plain.example", "club.example"]
        for host in (*hosts, *names):
            ask(f"{scheme}://{host}/calendar.ics")
            tried += 1
    return tried


FAULTS = ("nothing is looked at", "the name is looked up twice", "only the first is looked at")


def breaches_with(fault: str) -> list[str]:
    """Plant a fault and return where we connected to then."""
    with pytest.MonkeyPatch.context() as patch, Net(patch) as net:
        if fault == "nothing is looked at":
            patch.setattr(egress, "is_public", lambda address: True)
        elif fault == "the name is looked up twice":
            look_up = egress._look_up
            patch.setattr(egress, "_look_up", lambda parts: (look_up(parts), [parts.hostname])[1])
        else:
            patch.setattr(egress, "all", lambda found: any(found), raising=False)
            net.names["mixed.example"] = [["127.0.0.1", PUBLIC]]
            ask("http://mixed.example/")
        attack(net, 1)
        return net.breaches()


def test_nothing_that_is_not_public_is_ever_connected_to(net: Net) -> None:
    tried = attack(net, size("addresses", small=2, full=40))
    assert tried > 1500
    assert net.breaches() == []
    assert len(net.connected) > 100  # and it is no door that is always shut
    caught = [fault for fault in FAULTS if breaches_with(fault)]
    assert caught == list(FAULTS)
    tell(
        "egress",
        f"{tried:,} forms of addresses, redirects and names that turn, 0 connections",
        planted=", ".join(caught),
    )


def test_public_addresses_are_connected_to(net: Net) -> None:
    for address in (PUBLIC, "[2a00:1450:400e:80d::200e]", "8.8.8.8:8080"):
        assert ask(f"http://{address}/")
    assert len(net.connected) == 3
