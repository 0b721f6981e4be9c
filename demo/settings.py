"""What the demo runs with on this machine: its ports, its secret, and its settings."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe

from welcome.post.devices import make_key as make_push_key

LOOPBACK = "127.0.0.1"
VAR = Path("var")
#: What listens where; each can be moved by an environment variable of this name.
PORTS = {"PORT": 8000, "MAIL_PORT": 8025, "SMTP_PORT": 2525}


class CannotRunError(Exception):
    """The demo cannot run here; the message says why and what to do."""


def read_ports() -> dict[str, int]:
    """Read which ports to use, and make sure that they are free."""
    ports = {}
    for name, usual in PORTS.items():
        text = os.environ.get(name, str(usual))
        if not (text.isdecimal() and 0 < int(text) < 65536):
            raise CannotRunError(f"{name} must be a number between 1 and 65535, not {text!r}.")
        ports[name] = int(text)
        if not is_free(ports[name]):
            raise CannotRunError(
                f"Port {text} is in use by another program (Welcome itself, perhaps, in another terminal). "
                f"Choose another: {name}={int(text) + 10} make run"
            )
    return ports


def is_free(port: int) -> bool:
    """See whether a port of this machine can be listened on."""
    with socket.socket() as probe:
        # As the servers do, so that a port is not called taken for the minute after a restart.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_settings(ports: dict[str, int]) -> dict[str, str]:
    """Choose the settings of the demo; what the environment says about address and database wins."""
    settings = {
        "ENVIRONMENT": "demo",
        "PUBLIC_URL": os.environ.get("PUBLIC_URL", f"http://localhost:{ports['PORT']}"),
        "DATABASE_URL": os.environ.get("DATABASE_URL", "sqlite:///var/welcome.db"),
        "SMTP_HOST": LOOPBACK,
        "SMTP_PORT": str(ports["SMTP_PORT"]),
        "SMTP_SECURITY": "none",
        "SMTP_USER": "",
        "MAIL_FROM": "welcome@welcome.example",
        "QUIET_HOURS": "",  # who tries the demo at night wants to see its letters
    }
    if not {"SECRET_KEY", "SECRET_KEY_FILE"} & set(os.environ):
        settings["SECRET_KEY_FILE"] = str(keep_secret(VAR / "secret_key"))
    if not {"PUSH_KEY", "PUSH_KEY_FILE"} & set(os.environ):
        settings["PUSH_KEY_FILE"] = str(keep_secret(VAR / "push_key", make_push_key))
    return settings


def keep_secret(file: Path, make: Callable[[], str] = lambda: token_urlsafe(48)) -> Path:
    """Make a secret key once, which only its owner can read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(make(), "ascii")
    return file
