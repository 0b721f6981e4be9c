"""Behind the relay a letter arrives once, however often postmen die and send it again."""

import sqlite3
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP, SMTPDataError, SMTPRecipientsRefused

import pytest

from deploy import relay
from deploy.relay import Journal, Relay, passing_to
from tests.mail import MailServer, free_port, serve
from welcome.post.smtp import Server

ROOT = Path(__file__).parents[1]


@pytest.fixture
def journal(tmp_path):
    kept = Journal(tmp_path / "relay.db")
    yield kept
    kept.close()


@pytest.fixture
def mail():
    return MailServer()


def letter(number=1, to="carol@welcome.example", words="Hello"):
    message = EmailMessage()
    message["From"], message["To"] = "hello@welcome.example", to
    message["Message-ID"] = f"<{number}@welcome.example>"
    message.set_content(words)
    return message


def send(port, message) -> None:
    with SMTP("127.0.0.1", port) as line:
        line.send_message(message)


def test_the_same_letter_goes_on_once(journal, mail):
    with serve(mail) as upstream, serve(Relay(journal, passing_to(Server("127.0.0.1", upstream)))) as port:
        for message in (letter(1), letter(1, words="composed again"), letter(2), letter(1, to="bob@welcome.example")):
            send(port, message)
    assert [to for to, _ in mail.taken] == [
        ["carol@welcome.example"],
        ["carol@welcome.example"],
        ["bob@welcome.example"],
    ]
    assert b"composed again" not in b"".join(content for _, content in mail.taken)


def test_without_the_journal_it_would_go_on_twice(journal, mail, monkeypatch):
    monkeypatch.setattr(Journal, "has", lambda *_: False)
    with serve(mail) as upstream, serve(Relay(journal, passing_to(Server("127.0.0.1", upstream)))) as port:
        for _ in range(2):
            send(port, letter(1))
    assert len(mail.taken) == 2


def test_it_remembers_across_a_restart(tmp_path, mail):
    file = tmp_path / "relay.db"
    with serve(mail) as upstream:
        for _ in range(2):
            kept = Journal(file)
            with serve(Relay(kept, passing_to(Server("127.0.0.1", upstream)))) as port:
                send(port, letter(1))
            kept.close()
    assert len(mail.taken) == 1


def test_the_yes_is_on_the_disk_before_it_is_said(tmp_path, mail):
    kept, seen = Journal(tmp_path / "relay.db"), []

    class Watched(Relay):
        async def handle_DATA(self, server, session, envelope):
            answer = await super().handle_DATA(server, session, envelope)
            with sqlite3.connect(tmp_path / "relay.db") as other:
                seen.append((answer, other.execute("SELECT count(*) FROM taken").fetchone()[0]))
            other.close()
            return answer

    with serve(mail) as upstream, serve(Watched(kept, passing_to(Server("127.0.0.1", upstream)))) as port:
        send(port, letter(1))
    kept.close()
    assert seen == [(relay.TAKEN, 1)]


@pytest.mark.parametrize("answer", ["550 5.1.1 nobody here", "451 4.7.1 later"])
def test_what_the_mail_server_answers_goes_back_and_the_letter_may_come_again(journal, mail, answer):
    mail.answers["carol@welcome.example"] = answer
    with serve(mail) as upstream, serve(Relay(journal, passing_to(Server("127.0.0.1", upstream)))) as port:
        with pytest.raises((SMTPDataError, SMTPRecipientsRefused), match=answer[:3]):
            send(port, letter(1))
        mail.answers.clear()
        send(port, letter(1))
    assert len(mail.taken) == 1


def test_while_the_mail_server_is_down_letters_wait_with_the_postman(journal, mail):
    upstream = free_port()
    with serve(Relay(journal, passing_to(Server("127.0.0.1", upstream)))) as port:
        with pytest.raises(SMTPDataError, match="451"):
            send(port, letter(1))
        with serve(mail, upstream):
            send(port, letter(1))
    assert len(mail.taken) == 1


def test_a_letter_without_a_name_is_known_by_its_bytes(journal, mail):
    message = letter(1)
    del message["Message-ID"]
    with serve(mail) as upstream, serve(Relay(journal, passing_to(Server("127.0.0.1", upstream)))) as port:
        for _ in range(2):
            send(port, message)
    assert len(mail.taken) == 1


def test_the_program_runs_and_stops(tmp_path, mail):
    with serve(mail) as upstream:
        port = free_port()
        words = ["--journal", str(tmp_path / "r.db"), "--to", f"127.0.0.1:{upstream}", "--listen", f"127.0.0.1:{port}"]
        program = subprocess.Popen(
            [sys.executable, "-m", "deploy.relay", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert program.stdout
        assert "each once" in program.stdout.readline()
        send(port, letter(1))
        program.terminate()
        program.communicate()
        assert program.returncode == 0
    assert len(mail.taken) == 1
