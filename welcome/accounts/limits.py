"""How often one address on the network may try what strangers may do."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter

#: The setting that limits the POST of a route.
LIMITS = {
    "security.login": "LIMIT_SIGN_IN",
    "security.verify": "LIMIT_SIGN_IN",
    "security.two_factor_token_validation": "LIMIT_SIGN_IN",
    "security.mf_recovery": "LIMIT_SIGN_IN",
    "security.wan_signin_response": "LIMIT_SIGN_IN",
    "moderation.appeal": "LIMIT_SIGN_UP",
    "security.register": "LIMIT_SIGN_UP",
    "security.forgot_password": "LIMIT_SIGN_UP",
    "security.send_confirmation": "LIMIT_SIGN_UP",
    "security.change_email": "LIMIT_SIGN_UP",
    "accounts.close": "LIMIT_SIGN_IN",
    "moderation.report": "LIMIT_SIGN_UP",
    "guests.ask": "LIMIT_SIGN_UP",
    "directory.correct": "LIMIT_SIGN_UP",
}


def init_app(app: Flask) -> None:
    """Put the limits around the routes that need them; tests try more often than people do."""
    limiter = Limiter(caller, app=app, storage_uri=app.config["RATELIMIT_STORAGE"])
    limiter.enabled = not app.config["TESTING"]
    for endpoint, setting in LIMITS.items():
        if endpoint in app.view_functions and app.config[setting]:
            limit: Any = limiter.shared_limit(app.config[setting], scope=endpoint, methods=["POST"])
            app.view_functions[endpoint] = limit(app.view_functions[endpoint])


def caller() -> str:
    """Return who is counted: an address, or for IPv6 the network of 64 bits that one household has."""
    address = ip_address(request.remote_addr or "127.0.0.1")
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False))
    return str(address)
