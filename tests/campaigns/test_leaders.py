"""However many web processes, schedulers and postmen there are: everything once, and a dead leader is soon replaced."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import product

from tests.campaigns.doors import behind_relay
from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.jobs.fleet import fleet, wait_until
from welcome.post.models import Notice, Outcome

#: Far longer than a busy machine lets a living postman stand still: who holds a letter beyond it sends it twice, too.
LEASE_SECONDS = 20.0
TOO_SHORT = 0.05
PATIENCE_SECONDS = 300  #: for a letter that a busy door sent back
AT_A_TIME = 4  #: a crew mostly waits, for what the dead leader had in hand
MEMBERS = size("members", small=40, full=120)
CREWS = list(product(range(1, 9), range(1, 4), range(1, 5)))  #: web processes, schedulers, postmen
TRIED = size("crews", small=1, full=len(CREWS))
CHOSEN = [(2, 2, 2)] if TRIED == 1 else random.Random(7).sample(CREWS, TRIED)


def run(make_database, folder, webs, schedulers, postmen, *, lease=LEASE_SECONDS, delay=0.005):
    """Announce to everybody while the leader dies; return the repeats, who got it, and how soon another led."""
    folder.mkdir()
    with ExitStack() as stack:
        door, upstream = stack.enter_context(behind_relay(folder))
        database = stack.enter_context(make_database(f"fleet_{folder.name}"))
        ships = stack.enter_context(fleet(database, door, lease, members=MEMBERS, is_planned=False))
        upstream.delay = delay
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
        wait_until(ships.is_done, "all letters", PATIENCE_SECONDS)
        assert ships.count(Notice.outcome == Outcome.SENT) == MEMBERS
    return door.entered.total() - MEMBERS, upstream.taken, led_after


def test_everything_once_and_a_dead_leader_is_replaced(make_database, tmp_path):
    with (
        make_database("harbour"),  # starts the database server before several ask for it at once
        ThreadPoolExecutor(min(AT_A_TIME, TRIED)) as several,
    ):
        ends = list(several.map(lambda crew: run(make_database, tmp_path / "_".join(map(str, crew)), *crew), CHOSEN))
    for crew, (again, taken, _led_after) in zip(CHOSEN, ends, strict=True):
        assert len(taken) == taken.total() == MEMBERS, crew
        assert again <= 1, crew  # what the leader had in hand
    repeats, slowest = sum(again for again, *_ in ends), max(led_after for *_, led_after in ends)
    doubled, taken, _ = run(make_database, tmp_path / "short", 1, 2, 2, lease=TOO_SHORT, delay=0.2)
    assert doubled > 1
    assert taken.total() == MEMBERS
    figure = (
        f"{TRIED} crews of up to {max(CHOSEN)} webs, schedulers and postmen, {TRIED * MEMBERS} letters, each once "
        f"behind the relay, {repeats} repeats without it; {TRIED} dead leaders, replaced in {slowest:.1f} s"
    )
    tell("leaders", figure, planted=f"a lease that ends before a letter is taken: {doubled} of {MEMBERS} come twice")
