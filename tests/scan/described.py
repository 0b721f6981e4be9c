"""Welcome described as scanners want it: an OpenAPI document, made from its doors and from the forms on its pages.

Each part of an address and each field says which values are real, and that anything else may come instead.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from tests.authz import World, doors, path_of
from tests.nonsense import Form
from welcome.accounts.access import Policy, policy_of

#: How a door may answer; every other status is a finding.
ANSWERS = (200, 204, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429)
FILES = {"static", "security.static"}
Values = dict[str, dict[str, None]]  #: what is real, by name, in the order in which it was met


@dataclass
class Door:
    """What is known of one route and method."""

    rule: Rule
    method: str
    parts: Values = field(default_factory=lambda: defaultdict(dict))
    asked: Values = field(default_factory=lambda: defaultdict(dict))
    sent: Values = field(default_factory=lambda: defaultdict(dict))
    has_file: bool = False


def describe(app: Flask, things: dict[str, str], pages: Iterable[str], forms: Iterable[Form]) -> dict[str, Any]:
    """Return the document, from addresses of pages (links too) and the forms that are on them."""
    known = {(rule.rule, method): Door(rule, method) for rule, method in doors(app) if rule.endpoint not in FILES}
    world = World(things=defaultdict(lambda: "nothing", things))
    for door in known.values():
        _learn(app, known, path_of(door.rule, world)[0], door.method)
    for page in pages:
        _learn(app, known, page, "GET")
    for form in forms:
        filled = _learn(app, known, form.action, form.method)
        if filled:
            filled.has_file |= form.has_file
            fields = filled.sent if form.method == "POST" else filled.asked
            for name, text in [*form.usual, *((name, text) for name, texts in form.choices.items() for text in texts)]:
                fields[name][text] = None
    paths: dict[str, Any] = defaultdict(dict)
    for door in known.values():
        paths[re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", door.rule.rule)][door.method.lower()] = _operation(app, door)
    return {"openapi": "3.0.3", "info": {"title": "Welcome", "version": "1"}, "paths": paths}


def _learn(app: Flask, known: dict[tuple[str, str], Door], address: str, method: str) -> Door | None:
    """Note what an address shows about its door."""
    asked = urlsplit(address)
    try:
        rule, parts = app.url_map.bind("localhost").match(asked.path, method=method, return_rule=True)
    except (HTTPException, RequestRedirect):
        return None  # another site, or no door of ours
    door = known.get((rule.rule, method))
    if door:
        for name, text in parts.items():
            door.parts[name][str(text)] = None
        for name, text in parse_qsl(asked.query, keep_blank_values=True):
            door.asked[name][text] = None
    return door


def _operation(app: Flask, door: Door) -> dict[str, Any]:
    policy = policy_of(app, door.rule.endpoint)
    parts = [{"name": name, "in": "path", "required": True, **_value(texts, shortest=1)} for name, texts in
             door.parts.items()]  # fmt: skip
    asked = [{"name": name, "in": "query", **_value(texts)} for name, texts in door.asked.items()]
    operation: dict[str, Any] = {
        "operationId": f"{door.method} {door.rule.endpoint} {door.rule.rule}",
        "tags": ["public" if policy is Policy.PUBLIC else "members"],
        "parameters": parts + asked,
        "responses": {str(status): {"description": "as it should be"} for status in ANSWERS},
    }
    if door.sent:
        fields = {name: _value(texts)["schema"] for name, texts in door.sent.items()}
        kinds = [*["multipart/form-data"][: door.has_file], "application/x-www-form-urlencoded"]
        content = {kind: {"schema": {"type": "object", "properties": fields}} for kind in kinds}
        operation["requestBody"] = {"content": content}
    return operation


def _value(texts: dict[str, None], shortest: int = 0) -> dict[str, Any]:
    """Say which values are real, and that any other text may come; the first is what a reader would send."""
    real = [text for text in texts if len(text) >= shortest]
    schema = {"type": "string", "minLength": shortest, "anyOf": [{"enum": real}, {}], "default": real[0]}
    return {"schema": schema, "example": real[0]}
