"""A mail catcher: a real SMTP server that delivers nothing, and a page on which its letters can be read.

It lets anybody see on one machine what Welcome writes to whom. It listens on this machine only.
"""

import argparse
import signal
import sys
from pathlib import Path
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, Response, abort, render_template, request
from werkzeug.serving import WSGIRequestHandler, make_server

from demo.mailbox import Mailbox, parts_of
from welcome import clock

LOOPBACK = "127.0.0.1"
PER_PAGE = 100
LARGEST = 20 * 1024 * 1024
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
# A letter may style itself and open its links in a new tab, and do nothing else.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox"
)


class Slot:
    """Takes letters in from SMTP."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the letter before saying that it is kept."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self.mailbox.keep(content, to=envelope.rcpt_tos, at=clock.now())
        return "250 Kept"


def open_smtp(mailbox: Mailbox, port: int) -> Controller:
    """Start to take letters; the caller stops it."""
    controller = Controller(Slot(mailbox), hostname=LOOPBACK, port=port, enable_SMTPUTF8=True, data_size_limit=LARGEST)
    controller.start()
    return controller


def create_page(mailbox: Mailbox) -> Flask:
    """Make the small web application that shows the letters."""
    app = Flask("demo", template_folder="templates", static_folder="static")
    app.config["TRUSTED_HOSTS"] = ["localhost", LOOPBACK]
    app.jinja_env.policies["urlize.rel"] = "noopener noreferrer"

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @app.get("/")
    def letters() -> str:
        to, page = request.args.get("to", ""), max(request.args.get("page", 1, int), 1)
        found = mailbox.find(to)
        shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
        more = len(found) > page * PER_PAGE
        return render_template("letters.html", letters=shown, total=len(found), to=to, page=page, more=more)

    @app.get("/letters/<letter_id>")
    def letter(letter_id: str) -> str:
        entry = mailbox.find_entry(letter_id) or abort(404)
        message = mailbox.read(entry)
        parts = parts_of(message)
        text = next((part for part in parts if part.kind == "text/plain" and not part.name), None)
        html = next((n for n, part in enumerate(parts) if part.kind == "text/html" and not part.name), None)
        files = [(n, part) for n, part in enumerate(parts) if part.name or not part.kind.startswith("text/")]
        headers = [(name, str(value)) for name, value in message.items()]
        return render_template("letter.html", entry=entry, text=text, html=html, files=files, headers=headers)

    @app.get("/letters/<letter_id>/parts/<int:number>")
    def part(letter_id: str, number: int) -> Response:
        entry = mailbox.find_entry(letter_id) or abort(404)
        parts = parts_of(mailbox.read(entry))
        part = parts[number] if number < len(parts) else abort(404)
        if part.kind == "text/html" and not part.name:
            page = b'<!doctype html><base target="_blank">' + part.content
            headers = {"Content-Security-Policy": LETTER_POLICY, "Cache-Control": "no-store"}
            return Response(page, content_type="text/html; charset=utf-8", headers=headers)
        response = Response(part.content, mimetype=part.kind)
        response.headers.set("Content-Disposition", "attachment", filename=part.name or f"part-{number}")
        return response

    return app


class Quiet(WSGIRequestHandler):
    """Answers without a line in the log for every picture."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def main() -> int:
    """Catch letters until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp-port", type=int, default=2525)
    parser.add_argument("--web-port", type=int, default=8025)
    parser.add_argument("--folder", type=Path, default=Path("var/mail"))
    options = parser.parse_args()
    mailbox = Mailbox(options.folder)
    try:
        smtp = open_smtp(mailbox, options.smtp_port)
    except OSError as problem:
        print(
            f"The mail catcher cannot listen on port {options.smtp_port}: {problem.strerror}.",
            file=sys.stderr,
        )
        return 1
    web = make_server(LOOPBACK, options.web_port, create_page(mailbox), threaded=True, request_handler=Quiet)
    # A server is stopped from another thread than the one it runs in.
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: Thread(target=web.shutdown).start())
    web.serve_forever()
    smtp.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
