"""However many web processes, schedulers and postmen there are: everything once, and a dead leader is soon replaced."""

import time
from contextlib import ExitStack
from itertools import product

from tests.campaigns.doors import behind_relay
from tests.campaigns.sizes import size
from tests.jobs.fleet import fleet, wait_until
from welcome.post.models import Notice, Outcome

LEASE_SECONDS = 10.0
MEMBERS = size("members", small=40, full=120)
CREWS = list(product(range(1, 9), range(1, 4), range(1, 5)))  #: web processes, schedulers, postmen
TRIED = size("crews", small=1, full=len(CREWS))
CHOSEN = [(2, 2, 2)] if TRIED == 1 else CREWS[:: len(CREWS) // TRIED][:TRIED]


def run(make_database, folder, webs, schedulers, postmen):
    """Announce to everybody while the leader dies; return the repeats, who got it, and how soon another led."""
    with ExitStack() as stack:
        door, upstream = stack.enter_context(behind_relay(folder))
        database = stack.enter_context(make_database("fleet"))
        ships = stack.enter_context(fleet(database, door, LEASE_SECONDS, members=MEMBERS, is_planned=False))
        upstream.delay = 0.005
        leader = ships.start("scheduler")
        for what in ["web"] * webs + ["postman"] * postmen:
            ships.start(what)
        ships.plan_over_http(lambda: MEMBERS, last=MEMBERS // 2)
        wait_until(lambda: ships.count() == MEMBERS // 2, "the first to lead")
        for _ in range(schedulers - 1):
            ships.start("scheduler")
        ships.kill(leader)
        died_at = time.monotonic()
        if schedulers == 1:
            ships.start("scheduler")  # as the system would
        ships.plan_over_http(lambda: MEMBERS, first=MEMBERS // 2 + 1)
        wait_until(lambda: ships.count() > MEMBERS // 2, "another to lead")
        led_after = time.monotonic() - died_at
        wait_until(ships.is_done, "all letters")
        assert ships.count(Notice.outcome == Outcome.SENT) == MEMBERS
    return door.entered.total() - MEMBERS, upstream.taken, led_after


def test_everything_once_and_a_dead_leader_is_replaced(make_database, tmp_path):
    repeats, slowest = 0, 0.0
    for number, crew in enumerate(CHOSEN):
        folder = tmp_path / str(number)
        folder.mkdir()
        again, taken, led_after = run(make_database, folder, *crew)
        assert len(taken) == taken.total() == MEMBERS, crew
        assert again <= 1, crew  # what the leader had in hand
        repeats, slowest = repeats + again, max(slowest, led_after)
    print(
        f"leaders: {TRIED} crews of up to {max(CHOSEN)} webs, schedulers and postmen, {TRIED * MEMBERS} letters, "
        f"each once behind the relay, {repeats} repeats without it; {TRIED} dead leaders, replaced in {slowest:.1f} s"
    )
