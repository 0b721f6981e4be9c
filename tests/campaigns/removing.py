"""Take a check out of the house on purpose, to see whether somebody notices."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any


class _Careless(ast.NodeTransformer):
    """Drop ``if ...: raise ...`` and calls of ``require...``."""

    dropped = 0

    def visit_If(self, node: ast.If) -> Any:
        if len(node.body) == 1 and isinstance(node.body[0], ast.Raise) and not node.orelse:
            self.dropped += 1
            return None
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> Any:
        called = node.value.func if isinstance(node.value, ast.Call) else None
        if isinstance(called, ast.Name) and called.id.startswith(("require", "check_")):
            self.dropped += 1
            return None
        return node


def without_checks(function: Callable[..., Any]) -> CodeType:
    """Return the code of a function in which nothing is checked any more."""
    assert isinstance(function, FunctionType)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    careless = _Careless()
    changed = ast.fix_missing_locations(careless.visit(tree))
    assert careless.dropped, f"{function.__qualname__} checks nothing"
    (made,) = changed.body
    made.decorator_list = []
    names: dict[str, Any] = {}
    source = compile(ast.Module([made], type_ignores=[]), function.__code__.co_filename, "exec")
    exec(source, function.__globals__, names)  # noqa: S102 (our own code, with a hole in it)
    code: CodeType = names[made.name].__code__
    return code
