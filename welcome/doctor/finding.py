"""What is examined, and what is found: one sentence that says what to do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    says: str
    is_wrong: bool = True  #: else it is worth knowing


@dataclass(frozen=True, slots=True)
class Instance:
    """What the doctor looks at."""

    config: Mapping[str, Any]
    environ: Mapping[str, str]
    static: Path
    migrations: Path
    engine: Engine
    is_strict: bool  #: judge it as one that real people use
    now: datetime

    def found(self, says: str) -> Finding:
        """Find what is wrong for real people, and only worth knowing on a developer's machine."""
        return Finding(says, is_wrong=self.is_strict)


Findings = Iterator[Finding]
Check = Callable[[Instance], Findings]


def examine(checks: Mapping[str, Check], instance: Instance) -> Iterator[tuple[str, list[Finding]]]:
    """Run every check; one that breaks is itself a finding, and the others go on."""
    for name, check in checks.items():
        found: list[Finding] = []
        try:
            found.extend(check(instance))
        except Exception as problem:
            first_line = str(problem).partition("\n")[0]
            found.append(Finding(f"This could not be examined: {type(problem).__name__}: {first_line}"))
        yield name, found
