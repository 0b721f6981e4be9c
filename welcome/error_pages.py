"""What readers are told when something is refused or fails, and what the log keeps of it."""

from flask import Flask, Response, current_app, flash, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from welcome.database import db
from welcome.errors import Refusal
from welcome.i18n import gettext, lazy_gettext
from welcome.web import back, render_alone

NOT_UNDERSTOOD = lazy_gettext("We could not understand this request.")
BROKEN = lazy_gettext("It is not your fault. What was saved before is safe. Please try again in a minute.")
AWAY = (
    lazy_gettext("This place cannot reach its records at the moment. We know about it, and it usually takes minutes."),
    lazy_gettext("What was saved before is safe, and letters go out later."),
)
NOT_SAVED = lazy_gettext("What you just sent was not saved. Please go back and send it again in a few minutes.")
SENTENCES = {
    403: lazy_gettext("You may not open this page."),
    404: lazy_gettext("This page does not exist, or it is not open to you."),
    405: lazy_gettext("This page cannot be used in this way."),
    413: lazy_gettext("What you sent is too large."),
    429: lazy_gettext("That was very often in a short time. Please wait a little and try again."),
}


def init_app(app: Flask) -> None:
    """Answer every refusal and fault with a page of ours."""
    app.after_request(_note_refusal)
    app.register_error_handler(Refusal, _say_refusal)
    app.register_error_handler(CSRFError, _say_expired)
    app.register_error_handler(HTTPException, _say_error)
    app.register_error_handler(Exception, _say_fault)


def _note_refusal(response: Response) -> Response:
    """Write down that somebody was refused, for whoever watches the log; nothing of what they typed."""
    is_sign_in = request.blueprint == "security" and request.method == "POST" and response.status_code == 422
    if is_sign_in or response.status_code in {403, 429}:
        what = (response.status_code, request.method, request.endpoint, request.remote_addr)
        current_app.logger.warning("Refused: %s %s %s, from %r", *what)
    return response


def _error_page(status: int, sentence: str) -> tuple[str, int]:
    db.session.rollback()
    return render_template("errors/error.html", status=status, sentence=sentence), status


def _say_refusal(refusal: Exception) -> BaseResponse | tuple[str, int]:
    assert isinstance(refusal, Refusal)  # noqa: S101 (what the registration promises)
    db.session.rollback()
    if request.method == "POST" and refusal.status == Refusal.status:
        flash(str(refusal), "error")
        return redirect(back(), 303)
    return _error_page(refusal.status, str(refusal))


def _say_expired(_problem: Exception) -> tuple[str, int]:
    return _error_page(
        400,
        gettext("This form was open for too long. Please go back, load the page again and send it once more."),
    )


def _say_error(problem: Exception) -> BaseResponse | tuple[str, int, list[tuple[str, str]]]:
    assert isinstance(problem, HTTPException)  # noqa: S101 (what the registration promises)
    if problem.code is None or problem.code < 400:
        return problem.get_response()
    if isinstance(problem, SecurityError):  # asked by a name that is not ours: there is no page to link to
        return Response(str(NOT_UNDERSTOOD), 400, mimetype="text/plain")
    beside = [pair for pair in problem.get_headers() if pair[0] != "Content-Type"]  # such as what is allowed instead
    return *_error_page(problem.code, str(SENTENCES.get(problem.code, NOT_UNDERSTOOD))), beside


def _say_fault(problem: Exception) -> BaseResponse:
    current_app.logger.error("Unhandled fault at %s", request.path, exc_info=problem)
    is_away = _is_away(problem)
    said = [*AWAY, *([NOT_SAVED] if request.method == "POST" else [])] if is_away else [BROKEN]
    answer = Response(render_alone("errors/fault.html", status=503 if is_away else 500, sentences=said))
    answer.status_code = 503 if is_away else 500
    if is_away:
        answer.headers["Retry-After"] = "30"
    return answer


def _is_away(problem: Exception) -> bool:
    """Whether the database, the disk or the network failed, and not our code, as when a mere look wants to write."""
    if isinstance(problem, OperationalError) and "readonly" in str(problem.orig):
        return False
    was_cut_off = getattr(problem, "connection_invalidated", False)
    return was_cut_off or isinstance(problem, OperationalError | TimeoutError | OSError)
