"""Who writes next to an SQLite file: whoever has waited longest.

SQLite lets those who wait look again and again, ever more seldom, so that whoever comes at the right moment passes
them: in a rush the unlucky wait until their time is up. Here one alone looks, and the others stand in line for that:
the system's own line for a locked file, which also lets go of whoever dies in it.
"""

import fcntl
from pathlib import Path
from sqlite3 import Connection
from time import monotonic

PATIENCE_SECONDS = 15.0
LEAST_SECONDS = 1.0  #: for whoever comes first in line late, behind others for whom it took too long


def begin_in_turn(connection: Connection) -> None:
    """Begin a write transaction when it is one's turn; raises sqlite3.OperationalError when nobody else ends theirs."""
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    if not file:  # in memory
        connection.execute("BEGIN IMMEDIATE")
        return
    since = monotonic()
    with Path(f"{file}.turn").open("w", encoding="ascii") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        left = max(LEAST_SECONDS, PATIENCE_SECONDS - (monotonic() - since))
        connection.execute(f"PRAGMA busy_timeout={1000 * left:.0f}")
        connection.execute("BEGIN IMMEDIATE")
