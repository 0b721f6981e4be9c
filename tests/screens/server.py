"""A Welcome that offers the disguised language too; no other Welcome knows it."""

from contextlib import ExitStack
from importlib import import_module

from tests import pseudo

disguise = ExitStack()
disguise.enter_context(pseudo.offered())
app = import_module("wsgi").app  # only now: rooms note the offered languages when they are imported
