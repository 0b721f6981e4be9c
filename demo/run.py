"""`make run`: a living city on this machine, its scheduler, and a page with every letter it writes.

1. The database is brought up to date, and a city is built in it if it is empty.
2. Web, scheduler and mail catcher run until Ctrl-C, or until one of them fails.
"""

import http.client
import importlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from demo.children import Child, ChildDiedError, Children
from demo.settings import LOOPBACK, VAR, CannotRunError, choose_settings, read_ports

PATIENCE_SECONDS = 10
FIRST_ANSWER_SECONDS = 60


class StopRequestedError(Exception):
    """Somebody pressed Ctrl-C, closed the terminal, or asked this process to end."""


def main() -> int:
    """Run the demo until told to stop; return the exit code."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _request_stop)
    try:
        return run()
    except StopRequestedError:
        print("\nStopped. The city is kept in var/; `make run` goes on with it, `make fresh` starts over.")
        return 0
    except (CannotRunError, ChildDiedError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def run() -> int:
    """Prepare the city and keep its programs running."""
    begun = time.monotonic()
    ports = read_ports()
    environ = choose_settings(ports)
    prepare(environ)
    children = Children(list_children(ports))
    try:
        children.start(environ)
        deadline = time.monotonic() + FIRST_ANSWER_SECONDS
        children.wait_until(lambda: _answers(ports["PORT"], deadline) and _answers(ports["MAIL_PORT"], deadline))
        _greet(environ["PUBLIC_URL"], ports["MAIL_PORT"], time.monotonic() - begun)
        children.wait_until(lambda: False)
    finally:
        # A second Ctrl-C must not leave a program behind.
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        children.stop(PATIENCE_SECONDS)
    return 0


def prepare(environ: dict[str, str]) -> None:
    """Bring the database up to date, and build a city in it if it is empty."""
    steps = {
        "bring the database up to date": _flask("db", "upgrade"),
        "build the city": [sys.executable, "-m", "demo.city"],
    }
    for purpose, command in steps.items():
        if subprocess.run(command, env={**os.environ, **environ}, check=False).returncode:
            raise CannotRunError(f"Could not {purpose}; the reason stands above. `make fresh` starts over.")


def list_children(ports: dict[str, int]) -> list[Child]:
    """List what runs: two web processes with four threads each, one scheduler, one mail catcher."""
    web = [*_python("gunicorn"), "wsgi:app", "--bind", f"{LOOPBACK}:{ports['PORT']}", "--no-control-socket"]
    web += ["--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--log-level", "warning"]
    mail = [
        *_python("demo.catcher"),
        "--smtp-port",
        str(ports["SMTP_PORT"]),
        "--web-port",
        str(ports["MAIL_PORT"]),
    ]
    commands = {"web": web, "scheduler": _flask("scheduler"), "mail": [*mail, "--folder", str(VAR / "mail")]}
    return [Child(name, command, VAR / "log" / f"{name}.log") for name, command in commands.items()]


def _request_stop(_sign: int, _frame: FrameType | None) -> None:
    raise StopRequestedError


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _flask(*words: str) -> list[str]:
    return [*_python("flask"), "--app", "wsgi", *words]


def _answers(port: int, deadline: float) -> bool:
    """See whether a web server answers, and not with a fault."""
    if time.monotonic() > deadline:
        raise CannotRunError(f"No page came from port {port} within {FIRST_ANSWER_SECONDS} seconds; see var/log/.")
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _greet(address: str, mail_port: int, seconds: float) -> None:
    print(f"\nWelcome is ready (after {seconds:.0f} s).\n")
    print(f"  The city      {address}")
    print(f"  Its letters   http://localhost:{mail_port}")
    print("  What it does  var/log/\n")
    for who, email, password in _sign_ins():
        print(f"  {who:<24} {email:<36} {password}")
    print("\nCtrl-C stops it.", flush=True)


def _sign_ins() -> Sequence[tuple[str, str, str]]:
    """Read whom a visitor can sign in as: (who it is, address, password)."""
    if importlib.util.find_spec("demo.city") is None:
        return ()
    return tuple(importlib.import_module("demo.city").SIGN_INS)


if __name__ == "__main__":
    sys.exit(main())
