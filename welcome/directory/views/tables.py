"""The guide as a table: to keep, to work on, and to take over again."""

from flask import Response as FlaskResponse
from flask import render_template

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory import exchange, sheets
from welcome.directory.forms.exchanging import SheetForm
from welcome.directory.views.blueprint import bp
from welcome.errors import Refusal


@bp.get("/guide.csv")
@access(Policy.PUBLIC)
def table() -> FlaskResponse:
    """Give the whole guide as a table: everything in it is public."""
    headers = {"Content-Disposition": 'attachment; filename="guide.csv"', "X-Robots-Tag": "noindex"}
    return FlaskResponse(exchange.export(db.session()), mimetype="text/csv", headers=headers)


@bp.route("/desk/guide/table", methods=["GET", "POST"])
@access(Policy.ADMIN)
def take_over() -> str | tuple[str, int]:
    """Take a table over; at first only to see what would change."""
    form, result = SheetForm(), None
    if form.validate_on_submit():
        is_trial = bool(form.is_trial.data)
        try:
            rows = sheets.read(form.file.data.read())
            with writing() as session:
                result = exchange.take_over(session, rows, now=now(), is_trial=is_trial)
        except Refusal as refusal:
            form.file.errors = [*form.file.errors, str(refusal)]
    else:
        form.is_trial.data = form.is_trial.data if form.is_submitted() else True
    words = {"form": form, "result": result, "columns": sheets.COLUMNS}
    return render_template("directory/table.html", **words), 422 if form.errors else 200
