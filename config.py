"""Settings: read from the environment once, checked whole, frozen afterwards.

Every fault is reported at once, so that an operator mends the configuration in one go. A secret may be given in a file:
``SECRET_KEY_FILE=/run/secrets/key`` stands for ``SECRET_KEY``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import click

HERE = Path(__file__).parent
SECRETS = ("SECRET_KEY", "DATABASE_URL", "SMTP_PASSWORD", "DKIM_KEY", "PUSH_KEY")
DEFAULT_SECRET = "development only: anybody can know this key"  # noqa: S105 (refused in production)
SHORTEST_SECRET = 32
LONGEST_QUIET_MINUTES = 14 * 60  #: so that the reminder of the day before comes in time
PUSH_HOSTS = "fcm.googleapis.com push.services.mozilla.com push.apple.com notify.windows.com"
PUSH_KEY = r"[A-Za-z0-9_-]{43}"  #: 32 bytes
QUIET_HOURS = r"(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?"


class SettingsError(click.ClickException):  # so that a command says it in plain words
    """The settings cannot be used; ``faults`` says why, a sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The settings have faults:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator decides. Every field is an environment variable of the same name in capitals."""

    environment: str = "development"  #: production, development, demo or test
    public_url: str = (
        "http://localhost:8000"  #: the one address of this instance; every link in a letter starts with it
    )
    secret_key: str = field(default=DEFAULT_SECRET, repr=False)  #: signs sessions and links; 32 characters or more
    database_url: str = field(default="sqlite:///var/welcome.db", repr=False)  #: sqlite:///file or postgresql://...
    erased_list: str = "var/erased"  #: digests of erased members; keep a copy apart from the backups
    instance_name: str = "Welcome"  #: how this instance calls itself
    default_locale: str = "en"
    default_timezone: str = "Europe/Amsterdam"
    country: str = "NL"  #: whose emergency numbers are shown first; two letters (ISO 3166)
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_security: str = "none"  #: none, starttls or tls
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    mail_from: str = "welcome@localhost"  #: the address that letters come from
    discreet_mail_from: str = ""  #: the address that discreet members' letters come from; empty: MAIL_FROM
    bounce_address: str = ""  #: where letters that come back go, for `flask read-bounces`; empty: to MAIL_FROM
    dkim_selector: str = "welcome"  #: the name under which the key's public half stands in the DNS
    dkim_key: str = field(default="", repr=False)  #: signs letters; `flask dkim-key` makes one; empty: not signed here
    push_key: str = field(default="", repr=False)  #: lets notices be shown on devices; `flask push-key` makes one
    push_hosts: str = PUSH_HOSTS  #: browsers' servers that may pass notices on, with all names below them
    quiet_hours: str = "21:30-08:00"  #: when letters wait, until a member chooses other hours; an empty text: never
    controller: str = ""  #: name and address of who is responsible for people's data, as the privacy page tells them
    privacy_contact: str = ""  #: the e-mail address for questions about data, such as a data protection officer's
    quick_exit_url: str = "https://www.wikipedia.org/"  #: where "leave this page" goes
    staff_second_key: str = "production"  #: when a password alone opens no desk: production (there only), always, never
    trusted_proxies: int = 0  #: how many reverse proxies stand in front
    limit_sign_in: str = "10 per minute; 100 per hour"  #: tries from one address; an empty text sets no limit
    limit_sign_up: str = "5 per minute; 30 per hour"  #: sign-ups, and letters asked for, from one address
    ratelimit_storage: str = "memory://"  #: memory:// for one process, redis://... for several

    @property
    def is_production(self) -> bool:
        """Return whether real people use this instance."""
        return self.environment == "production"

    @property
    def staff_needs_key(self) -> bool:
        """Return whether admins, moderators and coordinators need a second key besides their password."""
        return self.staff_second_key == "always" or (self.staff_second_key == "production" and self.is_production)

    @property
    def host(self) -> str:
        """Return the host of the public address, without its port."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database's address with the driver we use, and SQLite's file below the checkout."""
        if self.database_url.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + self.database_url.split("://", 1)[1]
        file = self.database_url.removeprefix("sqlite:///")
        return f"sqlite:///{(HERE / file).resolve()}"

    @property
    def production_faults(self) -> tuple[str, ...]:
        """Say, a sentence each, why real people must not use this instance yet."""
        usual = Settings.__dataclass_fields__
        checks = [
            (self.is_production, f"ENVIRONMENT is {self.environment}: set it to production."),
            (self.public_url != usual["public_url"].default,
             "PUBLIC_URL is not set: letters would carry links that lead nowhere."),
            (self.public_url.startswith("https://"), "PUBLIC_URL must start with https:// in production."),
            (self.secret_key != DEFAULT_SECRET and len(self.secret_key) >= SHORTEST_SECRET,
             f"SECRET_KEY must be your own, with {SHORTEST_SECRET} characters or more."),
            (self.mail_from != usual["mail_from"].default,
             "MAIL_FROM is not set: letters need a sender that people can recognise."),
        ]  # fmt: skip
        return tuple(sentence for is_right, sentence in checks if not is_right)

    @property
    def erased_file(self) -> str:
        """Return where the list of the erased lies; a relative path begins at the checkout."""
        return str((HERE / self.erased_list).resolve())


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Read and check the settings; raise SettingsError with all faults."""
    faults: list[str] = []
    values = _typed(_with_files(environ, faults), faults)
    settings = Settings(**values)
    faults += _faults_of(settings)
    if faults:
        raise SettingsError(faults)
    return settings


def _with_files(environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    values = dict(environ)
    for name in SECRETS:
        path = environ.get(f"{name}_FILE")
        if path is None:
            continue
        if name in environ:
            faults.append(f"{name} and {name}_FILE are both set: keep one.")
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            faults.append(f"{name}_FILE cannot be read: {problem}.")
    return values


def _typed(environ: Mapping[str, str], faults: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, declared in Settings.__dataclass_fields__.items():
        text = environ.get(name.upper())
        if text is None:
            continue
        if declared.type is not int:
            values[name] = text.rstrip("/") if name == "public_url" else text
        elif text.isdecimal():
            values[name] = int(text)
        else:
            faults.append(f"{name.upper()} must be a whole number, not {text!r}.")
    return values


def _faults_of(settings: Settings) -> list[str]:
    url = urlsplit(settings.public_url)
    checks = [
        (settings.environment in {"production", "development", "demo", "test"},
         "ENVIRONMENT must be production, development, demo or test."),
        (url.scheme in {"http", "https"} and bool(url.hostname) and not url.path and not url.query,
         "PUBLIC_URL must be an address such as https://welcome.example.org, without a path."),
        (settings.database_url.startswith(("sqlite:///", "postgresql://", "postgres://")),
         "DATABASE_URL must start with sqlite:/// or postgresql://."),
        (settings.smtp_security in {"none", "starttls", "tls"}, "SMTP_SECURITY must be none, starttls or tls."),
        (settings.staff_second_key in {"production", "always", "never"},
         "STAFF_SECOND_KEY must be production, always or never."),
        (0 < settings.smtp_port < 65536, "SMTP_PORT must be between 1 and 65535."),
        (not settings.smtp_user or bool(settings.smtp_password), "SMTP_USER is set and SMTP_PASSWORD is not."),
        ("@" in settings.mail_from and not set("\r\n") & set(settings.mail_from),
         "MAIL_FROM must be an e-mail address."),
        (_may_be_address(settings.discreet_mail_from), "DISCREET_MAIL_FROM must be an e-mail address."),
        (_may_be_address(settings.privacy_contact), "PRIVACY_CONTACT must be an e-mail address."),
        (not settings.bounce_address or "@" in settings.bounce_address, "BOUNCE_ADDRESS must be an e-mail address."),
        (not settings.dkim_key or "PRIVATE KEY" in settings.dkim_key,
         "DKIM_KEY must be a private key as `flask dkim-key` makes it."),
        (not settings.push_key or re.fullmatch(PUSH_KEY, settings.push_key) is not None,
         "PUSH_KEY must be a key as `flask push-key` makes it."),
        (_is_a_night(settings.quiet_hours), "QUIET_HOURS must be empty, or such as 21:30-08:00, of 14 hours at most."),
        (re.fullmatch("[A-Z]{2}", settings.country) is not None, "COUNTRY must be two capitals, such as NL."),
        (settings.default_timezone in available_timezones(),
         f"DEFAULT_TIMEZONE {settings.default_timezone!r} is not a time zone such as Europe/Amsterdam."),
    ]  # fmt: skip
    faults = [sentence for is_right, sentence in checks if not is_right]
    return [*faults, *(settings.production_faults if settings.is_production else ())]


def _may_be_address(text: str) -> bool:
    return not text or re.fullmatch(r"[^@\s]+@[^@\s]+", text) is not None


def _is_a_night(text: str) -> bool:
    """Return whether quiet hours can be read and leave enough of the day for letters to come in time."""
    if not re.fullmatch(QUIET_HOURS, text):
        return False
    minutes = [int(part[:2]) * 60 + int(part[3:]) for part in text.split("-") if part]
    return not minutes or (minutes[1] - minutes[0]) % (24 * 60) <= LONGEST_QUIET_MINUTES
