"""The demo finds its place on any machine, or says in one sentence why it cannot."""

import os
import socket

import pytest

from demo.settings import PORTS, CannotRunError, choose_settings, keep_secret, read_ports


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_it_refuses_a_taken_port_and_says_what_to_do(monkeypatch, taken_port):
    monkeypatch.setenv("PORT", str(taken_port))
    with pytest.raises(CannotRunError, match=rf"Port {taken_port} is in use.*PORT=\d+ make run"):
        read_ports()


@pytest.mark.parametrize("text", ["", "http", "0", "70000", "-1"])
def test_it_refuses_what_is_no_port(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(CannotRunError, match="PORT must be a number"):
        read_ports()


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path):
    file = keep_secret(tmp_path / "var" / "secret_key")
    secret = file.read_text()
    assert len(secret) >= 32
    assert file.stat().st_mode & 0o077 == 0
    assert keep_secret(file).read_text() == secret


def test_it_never_runs_as_production_nor_sends_mail_out(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {"ENVIRONMENT": "production", "SMTP_HOST": "mail.example.org"})
    settings = choose_settings(PORTS)
    assert (settings["ENVIRONMENT"], settings["SMTP_HOST"]) == ("demo", "127.0.0.1")


def test_a_database_that_is_named_is_used(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///city")
    assert choose_settings(PORTS)["DATABASE_URL"] == "postgresql:///city"
