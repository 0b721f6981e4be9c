"""Hand notices to the browsers' own servers, which pass them on unread: with ``smtp`` the post's only sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from welcome.post.models import PushSubscription
from welcome.post.smtp import Deferred, Refused

TIMEOUT_SECONDS = 10
KEPT_SECONDS = 24 * 60 * 60  #: for a device that is switched off
GONE = {404, 410}
LATER = {408, 425, 429}


class Gone(Exception):
    """The device does not show notices any more."""


@dataclass(frozen=True, slots=True)
class Pusher:
    """A way to show notices on devices: our key, and whom a push service may write to about us."""

    key: str
    contact: str

    def send(self, device: PushSubscription, shown: Mapping[str, str]) -> None:
        """Let one device show something, or raise Gone, Deferred or Refused."""
        # It takes aiohttp and more along, which web processes never need.
        from pywebpush import WebPushException, webpush

        # As above.
        from requests import RequestException, Session

        line = Session()
        line.max_redirects = 0  # a redirect could lead anywhere
        keys = {"p256dh": device.p256dh, "auth": device.auth}
        try:
            webpush(
                {"endpoint": device.endpoint, "keys": keys},
                json.dumps(dict(shown)),
                vapid_private_key=self.key,
                vapid_claims={"sub": f"mailto:{self.contact}"},
                ttl=KEPT_SECONDS,
                timeout=TIMEOUT_SECONDS,
                requests_session=line,
            )
        except WebPushException as refusal:
            raise _verdict(refusal.status_code, str(refusal.message)) from refusal
        except RequestException as fault:
            raise Deferred(f"{type(fault).__name__}: {fault}") from fault
        finally:
            line.close()


def _verdict(status: int | None, said: str) -> Exception:
    if status in GONE:
        return Gone(said)
    is_final = status is not None and 400 <= status < 500 and status not in LATER
    return Refused(said) if is_final else Deferred(said)


def pusher_of(config: Mapping[str, Any]) -> Pusher | None:
    """Return how notices reach devices; without a key they do not."""
    return Pusher(config["PUSH_KEY"], config["MAIL_FROM"]) if config["PUSH_KEY"] else None
