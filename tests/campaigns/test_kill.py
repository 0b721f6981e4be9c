"""Kill everything that carries announcements, at random: nothing is lost, and behind the relay nothing comes twice.

Each announcement goes through a web process that plans it, a scheduler that does it and a postman that sends it. All of
them are killed as by a power cut. What reaches the relay is what an ordinary mail server would have got; what leaves it
is what the operator's server gets.
"""

from contextlib import ExitStack
from threading import Thread

from tests.campaigns.doors import behind_relay
from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.jobs.fleet import fleet, wait_until
from welcome.post.models import Notice, Outcome

MEMBERS = size("announcements", small=60, full=10_000)
KILLS = size("kills", small=12, full=1_000)
LEASE_SECONDS = 4.0
PATIENCE_SECONDS = 7_200
CREW = ("scheduler", "scheduler", "postman", "postman", "web", "web")


def run(make_database, folder, *, is_careless=False, kills=KILLS, members=MEMBERS):
    """Announce to everybody while everything is killed; return who got it at the door, behind it, and the kills."""
    crew = [f"careless {what}" if is_careless else what for what in CREW]
    with ExitStack() as stack:
        door, upstream = stack.enter_context(behind_relay(folder))
        door.hesitates = 0.2 * is_careless  # between the mark and the sending
        database = stack.enter_context(make_database("fleet"))
        ships = stack.enter_context(fleet(database, door, LEASE_SECONDS, members=members, is_planned=False))
        for what in crew:
            ships.start(what)
        settled = (lambda: ships.count(Notice.done_at.is_not(None))) if is_careless else door.entered.total
        planning = Thread(target=ships.plan_over_http, args=(settled,))
        planning.start()
        ships.kill_at_random(kills, 1, settled)
        planning.join()
        wait_until(ships.is_done, "all letters", PATIENCE_SECONDS)
        assert ships.count(Notice.outcome == Outcome.SENT) == members
    return door.entered, upstream.taken, ships.kills


def test_under_kills_nothing_is_lost_and_behind_the_relay_nothing_comes_twice(make_database, tmp_path):
    entered, taken, kills = run(make_database, tmp_path)
    repeats = entered.total() - MEMBERS
    assert len(taken) == len(entered) == MEMBERS
    assert set(taken.values()) == {1}
    assert repeats <= kills
    assert repeats or kills < 100, "marking after sending was not seen to double: nothing was proven"
    figure = f"{MEMBERS} announcements, {kills} kills: 0 lost, 0 doubled behind the relay"
    tell("kill", figure, planted=f"marked after it is sent, {repeats} repeats without the relay")


def test_marking_before_sending_loses(make_database, tmp_path):
    members = size("control", small=60, full=600)
    _entered, taken, kills = run(make_database, tmp_path, is_careless=True, kills=members // 3, members=members)
    lost = members - len(taken)
    assert lost
    figure = f"{members} announcements, {kills} kills, marked before they are sent"
    tell("kill, the control", figure, planted=f"{lost} lost")
