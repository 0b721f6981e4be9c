"""The programs of `make run` live and stop together."""

import sys
import time

import pytest

from demo.children import Child, ChildDiedError, Children

SLEEPS = "import time; time.sleep(60)"
IS_STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready'); time.sleep(60)"
DIES = "print('no such table: member'); raise SystemExit(3)"


@pytest.fixture
def run(tmp_path):
    started = []

    def run(**programs):
        children = [
            Child(name, [sys.executable, "-c", code], tmp_path / f"{name}.log") for name, code in programs.items()
        ]
        started.append(Children(children))
        started[-1].start({"COLOUR": "green"})
        return started[-1]

    yield run
    for children in started:
        children.stop(0)


def is_running(child):
    return child.process.poll() is None


def test_it_stops_them_all(run):
    children = run(web=SLEEPS, scheduler=SLEEPS)
    children.stop(10)
    assert not any(is_running(child) for child in children.children)


def test_it_ends_one_that_does_not_listen(run):
    children = run(web=IS_STUBBORN)
    children.wait_until(lambda: "ready" in children.children[0].log.read_text())
    begun = time.monotonic()
    children.stop(0.3)
    assert not is_running(children.children[0])
    assert time.monotonic() - begun < 10


def test_it_reports_one_that_has_died_with_its_last_words(run):
    children = run(web=SLEEPS, scheduler=DIES)
    with pytest.raises(ChildDiedError, match=r"scheduler .*exit code 3[\s\S]*no such table"):
        children.wait_until(lambda: False)


def test_it_hands_on_the_settings(run):
    children = run(web="import os; print(os.environ['COLOUR'], flush=True); import time; time.sleep(60)")
    children.wait_until(lambda: "green" in children.children[0].log.read_text())
