"""The machine's clock jumps forward and back under a running scheduler: what is due is done at once, also after."""

from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGTERM

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from tests.campaigns import figures
from tests.jobs.fleet import fleet, piece, wait_until
from tests.mail import MailServer
from welcome.agenda.models import Due

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
HOUR = timedelta(hours=1)


@pytest.mark.skipif(LIBRARY is None, reason="There is no libfaketime on this machine.")
def test_what_is_due_is_done_when_the_clock_jumps(make_database, tmp_path, monkeypatch):
    offset, mail = tmp_path / "offset", MailServer()
    offset.write_text("+0\n", encoding="ascii")
    with ExitStack() as stack:
        database = stack.enter_context(make_database("fleet"))
        faked = {"LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": offset, "FAKETIME_NO_CACHE": 1}
        for name, value in {**faked, "FAKETIME_DONT_FAKE_MONOTONIC": 1}.items():
            monkeypatch.setenv(name, str(value))
        ships = stack.enter_context(fleet(database, mail, 30, members=40, is_planned=False))
        start = datetime.now(UTC)

        def tell(first, due_at):
            wait_until(lambda: is_written(piece(first, due_at)), "the row to be written")

        def is_written(row):
            with suppress(OperationalError), ships.engine.begin() as connection:  # busy
                return connection.execute(sa.insert(Due), row).rowcount == 1

        stubborn = ships.start("stubborn scheduler")
        tell(1, start - HOUR)
        wait_until(lambda: len(mail.taken) == 10, "the first ten")
        tell(11, start + 3 * HOUR / 2)
        offset.write_text("+2h\n", encoding="ascii")
        wait_until(lambda: len(mail.taken) == 20, "what is due after a jump of two hours")
        offset.write_text("-2h\n", encoding="ascii")
        tell(21, start - 3 * HOUR)
        with pytest.raises(AssertionError):
            wait_until(lambda: len(mail.taken) == 30, "the fault to be seen", 4)
        ships.tell(stubborn, SIGTERM)  # the library keeps its clock under a lock that must not die with a process
        ships.wait_for(stubborn)
        ships.start("scheduler")
        wait_until(lambda: len(mail.taken) == 30, "a scheduler that was started after the jump")
        offset.write_text("-5h\n", encoding="ascii")
        tell(31, start - 6 * HOUR)
        wait_until(lambda: len(mail.taken) == 40, "what is due after the clock was set back under it")
    assert len({letter["Message-ID"] for letter in mail.letters}) == 40
    figures.tell(
        "clock jumps",
        "+2, -4 and -3 hours under a running scheduler: 40 of 40 sent once",
        planted="a timetable that does not see that the clock was set back sends nothing",
    )
