"""One line for each campaign: its figure, and that the fault planted beside it was caught."""

import os
from pathlib import Path

#: Where the lines of ``make campaigns`` are kept, for docs/campaigns.md.
KEPT = Path(__file__).parents[2] / "var" / "campaigns.txt"


def tell(campaign: str, figure: str, *, planted: str) -> None:
    """Say what a campaign came to; call it last, when all of it was as it should be."""
    line = f"{campaign}: {figure}; planted fault caught: {planted}"
    print(f"\n{line}")
    if os.environ.get("WELCOME_CAMPAIGN") == "full":
        KEPT.parent.mkdir(exist_ok=True)
        with KEPT.open("a", encoding="utf-8") as kept:
            kept.write(f"{line}\n")
