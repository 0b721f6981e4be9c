"""The rules of the house: each looks at sources, as {module name: source}, and names every breach it finds.

A rule reads the syntax tree alone, so it sees an import under TYPE_CHECKING and one inside a function too.
"""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

House = dict[str, str]

FLOORS = (
    ("app", "cli", "scheduler", "backup", "doctor"),
    ("home",),
    ("insights",),
    ("moderation",),
    ("announcements",),
    ("pairings",),
    ("visits",),
    ("calendars",),
    ("events",),
    ("conversations",),
    ("profiles",),
    ("directory",),
    ("accounts",),
    ("agenda",),
    ("post",),
    ("error_pages",),
    ("web",),
    ("headers",),
    ("egress",),
    ("style", "syndication"),
    ("validation", "texts"),
    ("i18n", "terms"),
    ("leases",),
    ("database",),
    ("matching.__main__",),
    ("matching.terminal",),
    ("matching.rounds", "matching.circles", "matching.suggestions"),
    ("matching.pairs",),
    ("matching.people", "matching.solving"),
    ("matching",),
    ("errors",),
    ("leadership", "turns"),
    ("clock",),
)
HEIGHT = {room: len(FLOORS) - i for i, floor in enumerate(FLOORS) for room in floor}
ENGINE = sys.stdlib_module_names | {"numpy", "scipy", "sklearn", "joblib", "numba", "ortools"}
LATE = ("sklearn", "ortools", "numba", "pywebpush", "requests", "welcome.matching")
NETWORK = (
    *(
        "socket",
        "socketserver",
        "smtplib",
        "ftplib",
        "http.client",
        "http.server",
        "urllib.request",
        "asyncio",
    ),
    *("requests", "httpx", "urllib3", "aiohttp", "aiosmtpd", "pywebpush"),
)
SOCKETS_LIVE_IN = ("welcome.post.smtp", "welcome.post.push", "welcome.egress")
CONFIG_IS_FOR = ("wsgi", "migrations", "tests", "demo", "bench")
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "base", "core", "misc"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
TRANSACTIONS = {"commit", "begin", "begin_nested"}
LONGEST = 400


def floors(house: House) -> Iterator[str]:
    """A module imports its own room and lower floors only, and every room has its floor."""
    for module, target, line in _imports(house):
        here, there = _room(module), _room(target)
        if target.split(".")[0] in {"demo", "bench", "tests", "wsgi"} and module.startswith("welcome"):
            yield f"{module}:{line} imports {target}, which stands outside"
        if here and there and here != there and HEIGHT.get(there, 99) > HEIGHT.get(here, 0):
            yield f"{module}:{line} climbs to {target}"
    yield from (f"{module} stands on no floor" for module in house if _room(module) not in {"", *HEIGHT})


def circles(house: House) -> Iterator[str]:
    """No module needs itself, by however many steps."""
    graph: dict[str, set[str]] = {module: set() for module in house}
    for module, target, _ in _imports(house):
        if target in house:
            graph[module].add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        yield " -> ".join(circle.args[1])


def purity(house: House) -> Iterator[str]:
    """The engine room has no window onto the web, and a rule decides on plain values."""
    for module, target, line in _imports(house):
        top = target.split(".")[0]
        if module.startswith("welcome.matching"):
            if not target.startswith("welcome.matching") and target != "welcome" and top not in ENGINE:
                yield f"{module}:{line} takes {target} into the engine room"
        elif _part(module) == "rules" and (_is_web(top) or top == "sqlalchemy" or _part(target) == "service"):
            yield f"{module}:{line} decides with {target}"
        elif _part(module) in {"models", "service", "jobs"} and _is_web(top):
            yield f"{module}:{line} works with {target}"


def hidden_imports(house: House) -> Iterator[str]:
    """An import stands at the top of its file; only a slow library may wait, and then a comment says why."""
    for module, source in house.items():
        lines = source.splitlines()
        for function in ast.walk(ast.parse(source)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            for node in ast.walk(function):
                for target in _targets(node, house):
                    if not (_within(target, LATE) and _has_comment(lines, node)):
                        yield f"{module}:{node.lineno} hides the import of {target}"


def relative_imports(house: House) -> Iterator[str]:
    """An import names its module in full."""
    for module, source in house.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.level:
                yield f"{module}:{node.lineno} imports relatively"


def config(house: House) -> Iterator[str]:
    """Settings are read once, at the door, and handed in; the app alone knows their type."""
    for module, tree in _trees(house, but=CONFIG_IS_FOR):
        types_only = _typing_nodes(tree) if module == "welcome.app" else set()
        for node in set(ast.walk(tree)) - types_only:
            if any(target.split(".")[0] == "config" for target in _targets(node, house)):
                yield f"{module}:{node.lineno} reads config itself"


def clocks(house: House) -> Iterator[str]:
    """Only welcome.clock asks what time it is."""
    for module, tree in _trees(house, but=("welcome.clock",)):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in CLOCKS:
                yield f"{module}:{node.lineno} asks the time by {ast.unparse(node)}"


def sockets(house: House) -> Iterator[str]:
    """Only the channels of the post, and the one door to the outside, speak to another machine."""
    for module, target, line in _imports(house):
        if module.startswith("welcome") and _within(target, NETWORK) and not _within(module, SOCKETS_LIVE_IN):
            yield f"{module}:{line} opens a socket with {target}"


def transactions(house: House) -> Iterator[str]:
    """The write transaction is begun and committed in welcome.database; elsewhere a comment must say why."""
    for module, tree in _trees(house, but=("welcome.database",)):
        lines = house[module].splitlines()
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in TRANSACTIONS and not _has_comment(lines, node):
                yield f"{module}:{node.lineno} calls {ast.unparse(node.func)}()"


def front_doors(house: House) -> Iterator[str]:
    """The pages and forms of a room are its own; only the app, which wires the house, takes them."""
    for module, target, line in _imports(house):
        if _part(target) in {"views", "forms"} and _room(module) not in {_room(target), "app", ""}:
            yield f"{module}:{line} takes {target}"


def thresholds(house: House) -> Iterator[str]:
    """The __init__ of a package is its docstring and nothing else."""
    for module, tree in _trees(house):
        if any(other.startswith(f"{module}.") for other in house) and len(tree.body) > 1:
            yield f"{module}/__init__.py:{tree.body[1].lineno} does something"


def names(house: House) -> Iterator[str]:
    """A module says in its name and in its docstring what it is for."""
    for module, tree in _trees(house):
        if NAMELESS & set(module.split(".")):
            yield f"{module} has a name that says nothing"
        if ast.get_docstring(tree) is None:
            yield f"{module} has no docstring"


def sizes(house: House) -> Iterator[str]:
    """A file that outgrew its subject is split."""
    for module, source in house.items():
        if (length := len(source.splitlines())) > LONGEST:
            yield f"{module} has {length} lines"


RULES = (
    *(floors, circles, purity, hidden_imports, relative_imports, config, clocks, sockets),
    *(transactions, front_doors, thresholds, names, sizes),
)


def _trees(house: House, but: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.Module]]:
    yield from ((module, ast.parse(source)) for module, source in house.items() if not _within(module, but))


def _imports(house: House) -> Iterator[tuple[str, str, int]]:
    for module, tree in _trees(house):
        for node in ast.walk(tree):
            for target in _targets(node, house):
                yield module, target, node.lineno


def _targets(node: ast.AST, house: House) -> Iterator[str]:
    """Name what an import takes; `from room import part` takes the part where that is a module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            known = whole in house or _within(whole, (*NETWORK, *LATE)) or node.module == "welcome"
            yield whole if known else node.module


def _typing_nodes(tree: ast.Module) -> set[ast.AST]:
    """Gather what stands under `if TYPE_CHECKING:` and is never run."""
    guards = [node for node in tree.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    return {node for guard in guards for statement in guard.body for node in ast.walk(statement)}


def _room(module: str) -> str:
    """Name the room; one with floors of its own is named with the part of it."""
    _, room, part, *_ = [*module.split("."), "", ""]
    if not module.startswith("welcome."):
        return ""
    return f"{room}.{part}" if f"{room}.{part}" in HEIGHT else room


def _part(module: str) -> str:
    return ([*module.split("."), "", ""])[2] if module.startswith("welcome.") else ""


def _within(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def _is_web(top: str) -> bool:
    return top in {"flask", "flask_wtf", "wtforms", "werkzeug"}


def _has_comment(lines: list[str], node: ast.AST) -> bool:
    """See whether a comment stands on the line or right above it."""
    at = node.lineno - 1
    return "#" in lines[at] or (at > 0 and lines[at - 1].lstrip().startswith("#"))
