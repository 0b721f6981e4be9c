"""Kill one announcement's process at every call that writes: what was said yes to arrives, and once behind the relay.

A process plans the announcement, says so, does it and sends it. ``strace`` kills it when it enters its first call of
the system that writes, syncs or sends, then another one at its second, and so on, until one comes through.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.campaigns.doors import behind_relay
from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.jobs.fleet import fleet, wait_until

CALLS = "fsync,fdatasync,write,pwrite64,sendto,sendmsg"
LEASE_SECONDS = 0.4
MOST = 300
NEVER = 60_000


def status_of(child, name):
    found = re.search(rf"^{name}:\s+(\S+)", Path(f"/proc/{child}/status").read_text(encoding="ascii"), re.MULTILINE)
    return found and found[1]


def may_trace():
    return shutil.which("strace") is not None and not subprocess.run(["strace", "-o", os.devnull, "true"]).returncode


def walk(ships, number, folder, *, what="path", killed_at=NEVER, calls=CALLS):
    """Let a process go the whole way, and kill it at one of its calls; return the calls that it made."""
    child, trace = ships.start(f"{what} {number}"), folder / f"{number}.trace"
    wait_until(lambda: status_of(child, "State") == "T", "it to stop")
    inject = f"inject={calls}:signal=KILL:when={killed_at}"
    command = ["strace", "-qq", "-f", "-s", "12", "-o", str(trace), "-e", f"trace={calls}", "-e", inject]
    with subprocess.Popen([*command, "-p", str(child)], stderr=subprocess.DEVNULL):
        wait_until(lambda: status_of(child, "TracerPid") != "0", "strace")
        os.kill(child, signal.SIGCONT)
        ships.wait_for(child)
    return re.findall(r"^\d+ +(\w+)\((.*)$", trace.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.skipif(not may_trace(), reason="There is no strace on this machine, or it may not trace.")
def test_killed_at_any_call_nothing_acknowledged_is_lost(make_database, tmp_path, monkeypatch):
    said = tmp_path / "said"
    said.mkdir()
    monkeypatch.setenv("ACKNOWLEDGED", str(said))
    monkeypatch.setenv("MEMBERS_A_PIECE", "1")
    with ExitStack() as stack:
        door, upstream = stack.enter_context(behind_relay(tmp_path))
        database = stack.enter_context(make_database("fleet"))
        ships = stack.enter_context(fleet(database, door, LEASE_SECONDS, members=MOST, is_planned=False))
        upstream.delay = 0

        def arrivals(number, **how):
            """Kill at a call, let others do the rest; return whether it was said yes to, and how often it came."""
            before, at_door = upstream.taken.total(), door.entered.total()
            walk(ships, number, tmp_path, **how)
            time.sleep(LEASE_SECONDS)
            ships.wait_for(ships.start("rest"))
            is_said = any(said.glob(f"{number}-*"))
            return is_said, upstream.taken.total() - before, door.entered.total() - at_door

        calls = walk(ships, MOST, tmp_path)
        assert upstream.taken.total() == 1
        every = range(1, len(calls) + 1)
        chosen = every[:: max(1, len(every) // size("calls", small=4, full=MOST))]
        found = [arrivals(number, killed_at=number) for number in chosen]
        fault = {"what": "careless path", "calls": "sendto"}
        sent = walk(ships, MOST - 1, tmp_path, **fault)
        at_rcpt = next(at for at, (_, words) in enumerate(sent, 1) if "rcpt TO" in words)
        planted = arrivals(MOST - 2, killed_at=at_rcpt, **fault)
    assert {got for is_said, got, _ in found if is_said} == {1}
    assert max(got for _, got, _ in found) == 1
    assert planted[:2] == (True, 0)
    tell("syscall", describe(calls, found), planted="marked before it is sent and killed while it is, it never came")


def describe(calls, found):
    acknowledged = sum(is_said for is_said, _, _ in found)
    names = ", ".join(f"{number} {name}" for name, number in Counter(name for name, _ in calls).most_common())
    repeats = sum(max(0, asked - 1) for _, _, asked in found)
    return (
        f"killed at {len(found)} of {len(calls)} calls ({names}): {acknowledged} acknowledged, 0 lost, 0 doubled "
        f"behind the relay, {repeats} repeats without it"
    )
