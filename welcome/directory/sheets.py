"""The guide as a spreadsheet: the same columns out and in, and no cell that a spreadsheet would run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

COLUMNS = (
    *("kind", "key", "organisation", "name", "about", "themes", "steps", "languages", "area", "address", "opening"),
    *("phone", "website", "links", "hours", "level", "ends_on", "step_free", "public", "checked_on"),
)
MOST_ROWS = 5_000
#: What spreadsheets take for a formula; a mark before it is taken off again when the file comes back.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
MARKED = re.compile(r"'+[=+\-@\t\r]")

Row = Mapping[str, str]


class NoSheet(Refusal):
    """What was sent is no table, or not one of the guide."""

    message = _l(
        "This is not a table of the guide. Save it as CSV (UTF-8); its first line names the columns: %(columns)s"
    )


class TooManyRows(Refusal):
    """A region has not so much."""

    message = _l("The table has more than %(most)s rows. Please send it in parts.")


def defused(text: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{text}" if FORMULA.match(text) else text


def as_meant(cell: str) -> str:
    """Return what was in a cell before it was defused."""
    return cell[1:] if MARKED.match(cell) else cell


def write(rows: Iterable[Sequence[str]], columns: Sequence[str] = COLUMNS) -> str:
    """Write a table, with the mark by which spreadsheets know UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return "\ufeff" + written.getvalue()


def read(content: bytes) -> list[tuple[int, Row]]:
    """Read a table as numbered rows; with commas or, as in half of Europe, with semicolons."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _no_sheet() from problem
    head = text.partition("\n")[0]
    lines = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", restval=""
    )
    try:
        if not {"kind", "name"} <= set(lines.fieldnames or ()):
            raise _no_sheet()
        rows: list[tuple[int, Row]] = [
            (lines.line_num, {name: as_meant((cell or "").strip()) for name, cell in row.items() if name in COLUMNS})
            for row in lines
        ]
    except csv.Error as problem:
        raise _no_sheet() from problem
    if len(rows) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    return rows


def _no_sheet() -> NoSheet:
    return NoSheet(columns=", ".join(COLUMNS))
