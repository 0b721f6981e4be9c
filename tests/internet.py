"""An internet of our own: every name leads to one server, which is a function. Nothing leaves this process."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

Server = Callable[[str, socket.socket], None]  #: is given the question and the line to answer on
PUBLIC = "93.184.215.14"


@contextmanager
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Server], list[str]]]:
    """Let servers be put up, one after the other; each returns the list of what it is asked."""
    threads: list[Thread] = []

    def serve(server: Server) -> list[str]:
        asked: list[str] = []

        def answer(line: socket.socket) -> None:
            with line:
                asked.append(line.recv(65536).decode("latin-1"))
                server(asked[-1], line)

        def connect(target: tuple[str, int], timeout: float | None = None) -> socket.socket:
            ours, theirs = socket.socketpair()
            ours.settimeout(timeout)
            threads.append(Thread(target=answer, args=[theirs]))
            threads[-1].start()
            return ours

        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, 80))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
        monkeypatch.setattr(socket, "create_connection", connect)
        return asked

    yield serve
    for thread in threads:
        thread.join()


def always(said: str) -> Server:
    """Answer everything with the same words."""
    return lambda _asked, line: line.sendall(said.encode())
