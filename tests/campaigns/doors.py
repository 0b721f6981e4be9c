"""Two mail servers in a row: the relay, which counts what an ordinary server would have taken, and one behind it."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.relay import HAD_IT, TAKEN, Journal, Relay, id_of, passing_to
from tests.mail import serve
from welcome.post.smtp import Server


class Upstream:
    """The operator's mail server: slow before and after it takes a letter, so that kills come in between."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.delay = 0.02

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        await asyncio.sleep(random.uniform(0, self.delay))
        self.taken[id_of(envelope.content, envelope.rcpt_tos)] += 1
        await asyncio.sleep(random.uniform(0, self.delay))
        return "250 OK"


class Door(Relay):
    """The relay, counting what a server without its journal would have taken."""

    def __init__(self, journal: Journal, upstream: int) -> None:
        super().__init__(journal, passing_to(Server("127.0.0.1", upstream)))
        self.entered: Counter[str] = Counter()
        self.hesitates = 0.0

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Let a postman wait who has a letter in hand."""
        await asyncio.sleep(self.hesitates)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if answer in (TAKEN, HAD_IT):
            self.entered[id_of(envelope.content, envelope.rcpt_tos)] += 1
        return answer


@contextmanager
def behind_relay(folder: Path) -> Iterator[tuple[Door, Upstream]]:
    """Set both up; letters are to go to the first."""
    journal, upstream = Journal(folder / "relay.db"), Upstream()
    with serve(upstream) as port:
        yield Door(journal, port), upstream
    journal.close()
