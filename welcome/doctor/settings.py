"""Settings that the start lets pass, and that would still fail people."""

import shlex
from collections.abc import Mapping
from ipaddress import ip_address
from itertools import pairwise
from urllib.parse import urlsplit

from limits import parse_many
from limits.storage import storage_from_string
from sqlalchemy import make_url

from welcome.doctor.finding import Check, Finding, Findings, Instance
from welcome.home.emergency import COUNTRIES
from welcome.i18n import LOCALES
from welcome.post import signing, smtp

FEWEST_SIGNS = 10
SMTP_SECONDS = 5
#: Names that lead nowhere in the world (RFC 2606, RFC 6761, RFC 6762).
NOWHERE = ("localhost", "example", "invalid", "test", "local", "internal", "example.com", "example.org", "example.net")
SEALED = ("require", "verify-ca", "verify-full")
LIMITS = ("LIMIT_SIGN_IN", "LIMIT_SIGN_UP")


def environment(instance: Instance) -> Findings:
    """Say what production would refuse to start with."""
    for fault in instance.config["PRODUCTION_FAULTS"]:
        yield instance.found(fault)
    if instance.environ.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"}:
        yield instance.found("FLASK_DEBUG is set: a fault would show our code to strangers. Remove it.")


def secret(instance: Instance) -> Findings:
    """A long key that repeats itself is a short one."""
    if len(set(instance.config["SECRET_KEY"])) < FEWEST_SIGNS:
        yield instance.found(
            "SECRET_KEY is easy to guess: make one with python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )


def address(instance: Instance) -> Findings:
    """People must reach the address that letters carry."""
    host = urlsplit(instance.config["PUBLIC_URL"]).hostname or ""
    if is_nowhere(host):
        yield instance.found(f"PUBLIC_URL leads to {host}, which nobody else can reach: give the site's own name.")


def sender(instance: Instance) -> Findings:
    """Mail servers drop letters from names that do not exist."""
    for name in ("MAIL_FROM", "DISCREET_MAIL_FROM"):
        domain = instance.config[name].rpartition("@")[2].strip("<> ").lower()
        if domain and is_nowhere(domain):
            yield instance.found(f"{name} is at {domain}, which is nowhere: use an address of a domain of yours.")


def controller(instance: Instance) -> Findings:
    """People must be told who is responsible for what is kept of them (article 13 GDPR)."""
    for name in ("CONTROLLER", "PRIVACY_CONTACT"):
        if not instance.config[name]:
            yield instance.found(
                f"{name} is not set: the privacy page does not say who is responsible, or whom to ask."
            )


def is_nowhere(host: str) -> bool:
    """Return whether a name cannot be reached from elsewhere."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        is_reserved = any(host == name or host.endswith(f".{name}") for name in NOWHERE)
        return is_reserved or "." not in host


def mail_server(instance: Instance) -> Findings:
    """Greet the mail server as the postman would, without a letter."""
    server = smtp.server_of(instance.config)
    is_here = server.host in {"localhost", "127.0.0.1", "::1"}
    if server.user and server.security == "none" and not is_here:
        yield instance.found("SMTP_SECURITY is none, so the SMTP_PASSWORD travels in the open: use starttls or tls.")
    try:
        smtp.greet(server, instance.config["MAIL_FROM"], seconds=SMTP_SECONDS)
    except smtp.Unreachable as fault:
        yield Finding(f"{server.host}:{server.port} takes no letters ({fault}): look at the SMTP_ settings and at it.")


def signature(instance: Instance) -> Findings:
    """Mailboxes believe a letter that its domain has signed."""
    signer = signing.signer_of(instance.config)
    if signer is None:
        yield Finding("DKIM_KEY is not set: your mail server must sign letters then.", is_wrong=False)
        return
    neutral = instance.config["DISCREET_MAIL_FROM"].rpartition("@")[2]
    for domain in dict.fromkeys((signer.domain, neutral or signer.domain)):
        if not signing.is_published(signer.of(domain)):
            name = f"{signer.selector}._domainkey.{domain}"
            yield instance.found(f"The DNS has no key at {name} that fits DKIM_KEY: flask dkim-key says which.")


def proxy(instance: Instance) -> Findings:
    """Behind a proxy everybody would seem to come from it, and share one limit."""
    is_https = instance.config["PUBLIC_URL"].startswith("https://")
    if is_https and instance.config["TRUSTED_PROXIES"] == 0:
        yield instance.found(
            "TRUSTED_PROXIES is 0, but https needs a proxy in front: all visitors would count as one. Set it to 1."
        )


def second_keys(instance: Instance) -> Findings:
    """A password of staff opens more than one account."""
    if not instance.config["STAFF_NEEDS_KEY"]:
        yield instance.found("STAFF_SECOND_KEY is off: a guessed password of an admin opens everything. Remove it.")


def throttles(instance: Instance) -> Findings:
    """Guessing passwords must stay slow, whichever process answers."""
    storage = instance.config["RATELIMIT_STORAGE"]
    workers = count_workers(instance.environ)
    if storage.startswith("memory:") and workers > 1:
        yield instance.found(
            f"RATELIMIT_STORAGE is memory://, and {workers} web processes would each count for themselves: "
            "use redis://..., or one process with more threads."
        )
    elif not storage.startswith("memory:") and not storage_from_string(storage).check():
        yield Finding(
            f"RATELIMIT_STORAGE {urlsplit(storage).hostname} does not answer: signing in would fail. Start it."
        )
    for name in LIMITS:
        if not instance.config[name]:
            yield instance.found(f"{name} is empty: passwords could be guessed all night. Remove it or set a limit.")
            continue
        try:
            parse_many(instance.config[name])
        except ValueError:
            yield Finding(f"{name} {instance.config[name]!r} is no limit: write it like 10 per minute; 100 per hour.")


def count_workers(environ: Mapping[str, str]) -> int:
    """Return how many web processes gunicorn would start."""
    words = shlex.split(environ.get("GUNICORN_CMD_ARGS", ""))
    for word, following in pairwise([*words, ""]):
        name, _, value = word.partition("=")
        if name in {"-w", "--workers"} and (value or following).isdecimal():
            return int(value or following)
    told = environ.get("WEB_CONCURRENCY", "1")
    return int(told) if told.isdecimal() else 1


def readers(instance: Instance) -> Findings:
    """Who asks for no language that we offer, and who must leave this page quickly, need these."""
    if instance.config["DEFAULT_LOCALE"] not in LOCALES:
        yield Finding(f"DEFAULT_LOCALE {instance.config['DEFAULT_LOCALE']!r} is not offered: {', '.join(LOCALES)}.")
    if (country := instance.config["COUNTRY"]) not in COUNTRIES:
        yield Finding(f"COUNTRY {country} has no emergency numbers here: those that Europe shares are shown.")
    if not instance.config["QUICK_EXIT_URL"].startswith("https://"):
        yield Finding("QUICK_EXIT_URL must start with https://: whoever leaves in a hurry must arrive somewhere.")


def database_line(instance: Instance) -> Findings:
    """What members write must not cross a network in the open."""
    url = make_url(instance.config["SQLALCHEMY_DATABASE_URI"])
    is_far = url.get_backend_name() == "postgresql" and url.host not in {None, "", "localhost", "127.0.0.1", "::1"}
    if is_far and url.query.get("sslmode") not in SEALED:
        yield instance.found(f"The way to the database at {url.host} is open: add ?sslmode=verify-full.")


CHECKS: dict[str, Check] = {
    "database line": database_line,
    "environment": environment,
    "secret key": secret,
    "public address": address,
    "sender": sender,
    "controller": controller,
    "mail server": mail_server,
    "signature": signature,
    "proxy": proxy,
    "second keys": second_keys,
    "throttles": throttles,
    "readers": readers,
}
