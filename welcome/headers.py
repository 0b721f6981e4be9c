"""How answers are sent: the headers that every one of them bears, which of them other sites may show, and packing."""

import gzip
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Of pages that other sites may show inside their own: the same for everybody, without forms and scripts.
FRAMED = {
    **{name: value for name, value in HEADERS.items() if name != "X-Frame-Options"},
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; "
    "frame-ancestors *; base-uri 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300",
}
A_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Let every answer bear its headers, and be packed."""
    app.after_request(_add_headers)
    app.after_request(_pack)


def framed(view: View) -> View:
    """Let other sites show this page inside their own."""
    view.is_framed = True  # type: ignore[attr-defined]
    return view


def _add_headers(response: Response) -> Response:
    is_framed = getattr(current_app.view_functions.get(request.endpoint or ""), "is_framed", False)
    for name, value in (FRAMED if is_framed else HEADERS).items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.vary.update(("Cookie", "Accept-Language"))
    return response


def _pack(response: Response) -> Response:
    """Send pages packed: they become five times as small, and most readers are on a phone.

    That a packed page can betray its form token to who measures its size (BREACH) needs requests of another site that
    carry our cookies; SameSite=Lax keeps those away.
    """
    takes_it = request.accept_encodings["gzip"] > 0
    if (
        takes_it
        and response.mimetype == "text/html"
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
    ):
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
