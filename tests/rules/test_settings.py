"""Settings: all faults at once, secrets from files, no start in production with what everybody knows."""

from pathlib import Path

import pytest

from config import DEFAULT_SECRET, SettingsError, from_environ

PRODUCTION = {
    "ENVIRONMENT": "production",
    "PUBLIC_URL": "https://welcome.example.org",
    "SECRET_KEY": "k" * 32,
    "MAIL_FROM": "hello@welcome.example.org",
}


def faults_of(environ: dict[str, str]) -> str:
    """Return every fault that is reported for these settings."""
    with pytest.raises(SettingsError) as refusal:
        from_environ(environ)
    return str(refusal.value)


def test_it_starts_without_any_setting_in_development() -> None:
    assert from_environ({}).environment == "development"


def test_it_starts_in_production_when_all_is_said() -> None:
    settings = from_environ(PRODUCTION)
    assert settings.is_production
    assert settings.host == "welcome.example.org"


def test_it_reports_all_faults_at_once() -> None:
    faults = faults_of(
        {
            "PUBLIC_URL": "welcome",
            "SMTP_PORT": "x",
            "DATABASE_URL": "mysql://a",
            "DEFAULT_TIMEZONE": "Mars",
            "QUIET_HOURS": "9-5",
            "DISCREET_MAIL_FROM": "post",
            "PRIVACY_CONTACT": "the office",
        }
    )
    for name in (
        "DISCREET_MAIL_FROM",
        "PRIVACY_CONTACT",
        "QUIET_HOURS",
        "PUBLIC_URL",
        "SMTP_PORT",
        "DATABASE_URL",
        "DEFAULT_TIMEZONE",
    ):
        assert name in faults


@pytest.mark.parametrize("missing", ["PUBLIC_URL", "SECRET_KEY", "MAIL_FROM"])
def test_it_refuses_production_without(missing: str) -> None:
    assert missing in faults_of({name: value for name, value in PRODUCTION.items() if name != missing})


@pytest.mark.parametrize("secret", [DEFAULT_SECRET, "short"])
def test_it_refuses_production_with_a_secret_that_can_be_known(secret: str) -> None:
    assert "SECRET_KEY" in faults_of({**PRODUCTION, "SECRET_KEY": secret})


def test_it_reads_a_secret_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("f" * 40 + "\n")
    environ = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    assert from_environ({**environ, "SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "f" * 40


def test_it_names_a_secret_file_that_cannot_be_read() -> None:
    assert "SECRET_KEY_FILE" in faults_of({"SECRET_KEY_FILE": "/nowhere/at/all"})


def test_it_refuses_a_secret_that_is_given_twice(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("f" * 40)
    assert "keep one" in faults_of({"SECRET_KEY": "x" * 40, "SECRET_KEY_FILE": str(tmp_path / "key")})


def test_it_shows_no_secret_when_printed() -> None:
    assert "k" * 32 not in repr(from_environ(PRODUCTION))


@pytest.mark.parametrize("hours", ["", "21:30-08:00", "13:00-15:00", "20:00-10:00"])
def test_quiet_hours_are_a_night_or_none(hours: str) -> None:
    assert from_environ({"QUIET_HOURS": hours}).quiet_hours == hours


@pytest.mark.parametrize("hours", ["late", "24:00-08:00", "9:00-10:00", "20:00-10:01", "08:00-07:00"])
def test_it_refuses_quiet_hours_that_nobody_meant(hours: str) -> None:
    assert "QUIET_HOURS" in faults_of({"QUIET_HOURS": hours})
