"""The door to the outside: what it asks, what it takes, and how long it listens."""

import socket
from collections.abc import Callable, Iterator
from time import monotonic, sleep

import pytest

from tests.internet import Server, always, internet
from welcome import egress

OK = 'HTTP/1.1 200 OK\r\nETag: "7"\r\nContent-Length: 5\r\n\r\nwhole'


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Server], list[str]]]:
    """Let every name lead to one server."""
    with internet(monkeypatch) as serve:
        yield serve


def fetch(address: str = "http://club.example/a b?c=ü", seconds: float = 5, **headers: str) -> egress.Answer:
    return egress.fetch(address, most_bytes=1000, headers=headers, seconds=seconds)


def test_it_asks_as_it_was_told_and_brings_the_answer(serve) -> None:
    asked = serve(always(OK))
    answer = fetch(**{"If-None-Match": '"6"'})
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"whole", '"7"')
    first, *headers = asked[0].split("\r\n")
    assert first == "GET /a%20b?c=%C3%BC HTTP/1.1"
    assert {"Host: club.example", 'If-None-Match: "6"', "Accept-Encoding: identity"} <= set(headers)


def test_nothing_new_is_an_answer(serve) -> None:
    serve(always("HTTP/1.1 304 Not Modified\r\n\r\n"))
    assert (fetch().status, fetch().body) == (304, b"")


def redirecting(times: int, to: str = "http://club.example/") -> Server:
    left = [times]

    def answer(_asked: str, line: socket.socket) -> None:
        left[0] -= 1
        line.sendall((f"HTTP/1.1 301 Moved\r\nLocation: {to}\r\n\r\n" if left[0] >= 0 else OK).encode())

    return answer


def test_it_follows_three_redirects_and_no_more(serve) -> None:
    assert len(serve(redirecting(3))) == 0
    assert fetch().body == b"whole"
    asked = serve(redirecting(99))
    with pytest.raises(egress.TooManyRedirects):
        fetch()
    assert len(asked) == 4


REFUSED = {
    "an error": ("HTTP/1.1 404 Not Found\r\n\r\n", egress.AnsweredNo),
    "said to be too large": (f"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n{'x' * 1001}", egress.AnswerTooLarge),
    "too large without a word": (f"HTTP/1.1 200 OK\r\n\r\n{'x' * 5000}", egress.AnswerTooLarge),
    "cut off": ("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf", egress.NoAnswer),
    "a cut piece": ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf", egress.NoAnswer),
    "no web server": ("220 mail.example ESMTP\r\n", egress.NoAnswer),
    "nothing": ("", egress.NoAnswer),
    "endless headers": ("HTTP/1.1 200 OK\r\n" + "X: y\r\n" * 500, egress.NoAnswer),
    "another scheme": ("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n", egress.AddressNotUnderstood),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_answer_is_refused(serve, name: str) -> None:
    said, refusal = REFUSED[name]
    serve(always(said))
    with pytest.raises(refusal):
        fetch()


@pytest.mark.parametrize("head", ["", "HTTP/1.1 200 OK\r\n\r\n"])
def test_it_does_not_listen_for_ever_to_one_who_speaks_slowly(serve, head: str) -> None:
    def drip(_asked: str, line: socket.socket) -> None:
        try:
            line.sendall(head.encode())
            for _letter in range(100):
                line.sendall(b"x")
                sleep(0.05)
        except OSError:
            return

    serve(drip)
    began = monotonic()
    with pytest.raises(egress.NoAnswer):
        fetch(seconds=0.4)
    assert monotonic() - began < 3


def test_a_secure_address_speaks_securely_or_not_at_all(serve) -> None:
    serve(always(OK))
    with pytest.raises(egress.NoAnswer):
        fetch("https://club.example/")


@pytest.mark.parametrize(
    "address",
    ["", "club.example", "ftp://club.example/", "http://", "http://me@club.example/", "http://a..b/", "http://[::1/"]
    + ["http://club.example:99999/", "javascript:alert(1)", "http://club.example/\r\nX: y", "http://c/" + "x" * 2000],
)  # fmt: skip
def test_what_is_no_web_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(egress.AddressNotUnderstood):
        fetch(address)


@pytest.mark.parametrize("address", ["http://club.example:22/", "http://127.1/", "http://[::ffff:10.0.0.1]/"])
def test_what_is_not_public_is_not_asked(address: str) -> None:
    with pytest.raises(egress.AddressNotPublic):
        fetch(address)
