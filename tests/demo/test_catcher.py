"""The mail catcher takes letters by real SMTP, keeps them, and shows them safely."""

import smtplib
import socket
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from demo.catcher import create_page, open_smtp
from demo.mailbox import Mailbox

AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
HTML = "<p>Welkom! <a href='http://localhost:8000/confirm'>Confirm</a></p><script>alert(1)</script>"


@pytest.fixture
def mailbox(tmp_path):
    return Mailbox(tmp_path / "mail")


@pytest.fixture
def page(mailbox):
    return create_page(mailbox).test_client()


@pytest.fixture
def send(mailbox):
    port = find_free_port()
    smtp = open_smtp(mailbox, port)

    def send(letter):
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.send_message(letter)

    yield send
    smtp.stop()


def find_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def letter_to(recipient, subject="Een plek voor jou: café & taal"):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Welcome <welcome@example.org>", recipient, subject
    letter.set_content("Welkom, Carol! مرحبا\nhttp://localhost:8000/confirm/abc\n")
    letter.add_alternative(HTML, subtype="html")
    letter.add_attachment(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text", "calendar", filename="meeting.ics")
    return letter


def test_it_takes_a_letter_and_lists_it(send, page):
    send(letter_to("carol@example.org"))
    listing = page.get("/").text
    assert "Een plek voor jou: café &amp; taal" in listing
    assert "carol@example.org" in listing


def test_it_finds_letters_by_recipient(send, page):
    send(letter_to("carol@example.org", "For Carol"))
    send(letter_to("bob@example.org", "For Bob"))
    found = page.get("/?to=CAROL").text
    assert "For Carol" in found
    assert "For Bob" not in found


def test_it_shows_text_with_links_and_headers(send, page, mailbox):
    send(letter_to("carol@example.org"))
    shown = page.get(f"/letters/{mailbox.find()[0].id}").text
    assert "مرحبا" in shown
    assert 'href="http://localhost:8000/confirm/abc"' in shown
    assert "multipart/mixed" in shown


def test_the_html_of_a_letter_stays_in_its_sandbox(send, page, mailbox):
    send(letter_to("carol@example.org"))
    html = page.get(f"/letters/{mailbox.find()[0].id}/parts/1")
    policy = html.headers["Content-Security-Policy"]
    assert "Welkom!" in html.text
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


def test_an_attachment_is_downloaded_as_it_was_sent(send, page, mailbox):
    send(letter_to("carol@example.org"))
    shown = page.get(f"/letters/{mailbox.find()[0].id}").text
    file = page.get(f"/letters/{mailbox.find()[0].id}/parts/2")
    assert "meeting.ics" in shown
    assert file.data.startswith(b"BEGIN:VCALENDAR")
    assert "attachment" in file.headers["Content-Disposition"]


def test_letters_survive_a_restart(send, mailbox):
    send(letter_to("carol@example.org"))
    assert Mailbox(mailbox.folder).find() == mailbox.find()


def test_a_broken_letter_is_shown_all_the_same(mailbox, page):
    port = find_free_port()
    smtp = open_smtp(mailbox, port)
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail(
            "x@example.org", ["dan@example.org"], b"Content-Type: text/plain; charset=none-such\n\n\xff\xfe!"
        )
    smtp.stop()
    assert page.get(f"/letters/{mailbox.find()[0].id}").status_code == 200


@pytest.mark.parametrize("path", ["/letters/../../etc/passwd", "/letters/nobody", "/letters/nobody/parts/0"])
def test_what_was_never_sent_is_not_found(page, path):
    assert page.get(path).status_code == 404


def test_it_answers_to_this_machine_only(page):
    assert page.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_it_turns_its_pages(mailbox, page, monkeypatch):
    monkeypatch.setattr("demo.catcher.PER_PAGE", 1)
    for name in ("first", "second"):
        mailbox.keep(f"Subject: {name}\n\n.".encode(), to=["dan@example.org"], at=AT)
    assert "second" in page.get("/").text
    assert "first" in page.get("/?page=2").text
