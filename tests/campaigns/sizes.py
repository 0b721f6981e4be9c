"""How large a campaign is: a few seconds in ``make test``, the whole proof in ``make campaigns``.

One size can be set by itself: ``WELCOME_CAMPAIGN_KILLS=50 make campaigns``.
"""

import os


def size(name: str, *, small: int, full: int) -> int:
    """Return how many of something a campaign takes."""
    usual = full if os.environ.get("WELCOME_CAMPAIGN") == "full" else small
    return int(os.environ.get(f"WELCOME_CAMPAIGN_{name.upper()}", usual))
