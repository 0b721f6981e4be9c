"""A browser's own server on loopback, and devices that can really read what it passes on."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import urandom
from threading import Thread
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Device:
    """What a browser keeps: a private key and a secret that never leave it."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: urandom(16))

    def subscription(self, server: "PushServer") -> dict[str, str]:
        """Say what the browser hands to the page."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": f"{server.url}/{self.name}", "p256dh": encode(point), "auth": encode(self.secret)}

    def read(self, server: "PushServer") -> list[dict[str, Any]]:
        """Decrypt what arrived."""
        mine = [body for path, _, body in server.taken if path == f"/{self.name}"]
        return [json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret)) for body in mine]


@dataclass
class PushServer:
    """Takes notices; ``answers`` says what it replies instead of 201, by device."""

    url: str = ""
    answers: dict[str, int] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def claims(self) -> dict[str, Any]:
        """Read what the last request says about who sends it (VAPID)."""
        token = self.taken[-1][1]["authorization"].split("t=")[1].split(",")[0]
        part = token.split(".")[1]
        return dict(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))))


@contextmanager
def serve_push() -> Iterator[PushServer]:
    """Listen until the block ends."""
    push = PushServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = push.answers.get(self.path.strip("/"), 201)
            if status == 201:
                push.taken.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    push.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield push
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
