"""Welcome for ``flask --app tests.campaigns.hurried``: work that was dropped is taken up after seconds, not minutes."""

from datetime import timedelta

from welcome.agenda import jobs as agenda
from welcome.post import jobs, settling
from wsgi import app as app

jobs.LEASE = agenda.LEASE = timedelta(seconds=20)
settling.SHORTEST_WAIT = agenda.SHORTEST_WAIT = timedelta(seconds=2)
settling.LONGEST_WAIT = agenda.LONGEST_WAIT = timedelta(seconds=4)
