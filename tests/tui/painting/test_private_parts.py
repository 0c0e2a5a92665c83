"""Only `textual_patches.py` and the driver's subclass reach into Textual's private parts."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import omni_tui.tui

ALLOWED = {"omni_tui.tui.painting.textual_patches", "omni_tui.tui.painting.driver"}
# Attributes of named tuples, which aren't private despite their names.
NAMED_TUPLE = {"_replace", "_asdict", "_fields"}
MODULES = [
    module.name
    for module in pkgutil.walk_packages(omni_tui.tui.__path__, "omni_tui.tui.")
    if not module.ispkg
]


@cache
def private_names(textual_class: type) -> frozenset[str]:
    """Return the private methods and attributes that a class of Textual defines."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(textual_class)))
    except (OSError, TypeError):
        return frozenset()
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names.add(node.name)
            case ast.Attribute(value=ast.Name(id="self"), ctx=ast.Store()):
                names.add(node.attr)
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
    return frozenset(name for name in names if is_private(name))


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def private_uses(module_name: str) -> Iterator[str]:
    """Yield each place where a module imports, overrides or reads a private part of Textual."""
    module = importlib.import_module(module_name)
    assert module.__file__ is not None
    tree = ast.parse(Path(module.__file__).read_text())
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(source)) if source.split(".")[0] == "textual":
                if any(map(is_private, [*source.split("."), *(alias.name for alias in node.names)])):
                    yield f"line {node.lineno}: imports from {source}"
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass  # checked below, where the class is known
            case ast.Attribute() if is_private(node.attr) and node.attr not in NAMED_TUPLE:
                yield f"line {node.lineno}: {ast.unparse(node)}"
            case ast.ClassDef():
                yield from _private_uses_in_class(node, getattr(module, node.name, None))


def _private_uses_in_class(node: ast.ClassDef, cls: type | None) -> Iterator[str]:
    bases = [base for base in cls.__mro__ if base.__module__.startswith("textual")] if cls else []
    names = frozenset().union(*map(private_names, bases))
    for part in ast.walk(node):
        match part:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if part.name in names:
                yield f"line {part.lineno}: overrides {node.name}.{part.name}"
            case ast.Attribute(value=ast.Name(id="self")) if part.attr in names:
                yield f"line {part.lineno}: self.{part.attr}"


@pytest.mark.parametrize("module_name", sorted(set(MODULES) - ALLOWED))
def test_no_other_module_uses_private_parts_of_textual(module_name: str) -> None:
    assert list(private_uses(module_name)) == []


@pytest.mark.parametrize("module_name", sorted(ALLOWED))
def test_the_check_finds_uses_of_private_parts(module_name: str) -> None:
    assert list(private_uses(module_name))
