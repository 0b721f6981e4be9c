"""A real mail server on loopback that keeps what it takes, and refuses what a test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from socket import socket
from typing import Any

from aiosmtpd.controller import Controller
from jinja2 import ChoiceLoader, DictLoader


@dataclass
class MailServer:
    """Takes letters; ``answers`` says what it replies instead, by recipient."""

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"

    @property
    def letters(self) -> list[EmailMessage]:
        """The letters, parsed strictly."""
        strict = SMTP.clone(raise_on_defect=True)
        return [message_from_bytes(content, policy=strict) for _, content in self.taken]


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(mail: Any, port: int | None = None) -> Iterator[int]:
    """Listen until the block ends; give the port."""
    chosen = port or free_port()
    controller = Controller(mail, hostname="127.0.0.1", port=chosen)
    controller.start()
    try:
        yield chosen
    finally:
        controller.stop()


def with_templates(app: Any, kind: str, subject: str, text: str, html: str) -> None:
    """Give the application the templates of one letter that only a test knows."""
    own = DictLoader(
        {f"mail/{kind}/subject.txt": subject, f"mail/{kind}/body.txt": text, f"mail/{kind}/body.html": html}
    )
    app.jinja_env.loader = ChoiceLoader([own, app.jinja_env.loader])
