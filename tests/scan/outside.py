"""Let scanners attack a running Welcome: they find nothing in it, and in the same run what is planted for them.

``python -m tests.scan.outside`` runs all, ``python -m tests.scan.outside sqlmap`` one. Each comes as nobody and as a
member who may open every door.
"""

import json
import sys
import time
from urllib.request import urlopen

from tests.campaigns.figures import tell
from tests.scan import scanners
from tests.scan.planted import FETCH, GREETING, PAGE, PLANTED, SEARCH, SENT
from tests.scan.scanners import Finding, Scanner
from tests.scan.standing import Standing, standing

#: What each must find, by the beginning of what it says.
MUST_FIND: dict[Scanner, set[Finding]] = {
    scanners.wapiti_looks: {(GREETING, "Cross Site Request Forgery")},
    scanners.wapiti_attacks: {
        (GREETING, "Reflected Cross Site Scripting"),
        (SEARCH, "SQL Injection"),
        (FETCH, "Server Side Request Forgery"),
    },
    scanners.sqlmap: {(SEARCH, "GET slug")},
    scanners.schemathesis: {(PAGE, "Server error"), (PAGE, "Undocumented status code")},
}
#: What is no fault, with the reason.
EXCUSED: dict[Finding, str] = {
    ("/", "Secure Flag cookie: GET  Secure flag is not set"): "scanners come without TLS; with it each cookie has one",
    ("/door/", "Cross Site Request Forgery: POST  Lack of"): "who has its secret address is nobody who is signed in",
    ("/style", "Cross Site Request Forgery: POST  Lack of"): "a sample of a form, on a page that takes none",
}


def is_among(finding: Finding, known: "set[Finding] | dict[Finding, str]") -> bool:
    """Whether a finding begins as one that is known, in place and in words."""
    return any(finding[0].startswith(path) and finding[1].startswith(what) for path, what in known)


def scan(name: str, scanner: Scanner, there: Standing) -> bool:
    """Let one scanner come as each reader; say what it came to, and whether that is as it should be."""
    began, sent, faults = time.monotonic(), 0, []
    doors: set[str] = set()
    for number, reader in enumerate(there.readers):
        found = set(scanner(there, reader, there.folder / f"{name}-{number}.json"))
        faults += [f"{path}: {what}" for path, what in sorted(found)
                   if not path.startswith(PLANTED) and not is_among((path, what), EXCUSED)]  # fmt: skip
        faults += [f"not found what was planted at {path}: {what}" for path, what in MUST_FIND[scanner]
                   if not any(is_among(one, {(path, what)}) for one in found)]  # fmt: skip
        with urlopen(f"{there.url}{SENT}") as answer:  # noqa: S310 (our own server)
            counted = json.loads(answer.read())
        sent, doors = sent + sum(counted.values()), doors | set(counted)
    taken = time.monotonic() - began
    print("\n".join(f"{name}: {fault}" for fault in faults))
    if not faults:
        tell(f"scan, {name}", f"{sent:,} requests to {len(doors)} doors in {taken:.0f} s, 0 findings",
             planted=", ".join(sorted(what for _, what in MUST_FIND[scanner])))  # fmt: skip
    return not faults


def main() -> int:
    """Run the scanners that were asked for, or all; return 1 for a finding too many or too few."""
    asked = {scanner.__name__: scanner for scanner in MUST_FIND}
    with standing() as there:
        wrong = [name for name in sys.argv[1:] or asked if not scan(name, asked[name], there)]
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
