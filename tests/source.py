"""The source of chatd and of its tests, read but not run, for the tests that hold its laws."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]


class Module(NamedTuple):
    """A parsed file; a package's ``__init__.py`` bears the name of the package."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def unit(self) -> str:
        """What the layers are made of: the part of the name behind ``chatd.``."""
        return self.name.split(".")[1] if "." in self.name else ""

    def place(self, node: ast.stmt | ast.expr | ast.excepthandler) -> str:
        """Where it stands, for a person who reads a failure."""
        return f"{self.path.relative_to(ROOT)}:{node.lineno}"


class Import(NamedTuple):
    """One imported module or name, in full."""

    at: ast.Import | ast.ImportFrom
    name: str


def modules(folder: str) -> list[Module]:
    """All of them below a folder of the checkout."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path, ast.parse(path.read_text(), str(path))))
    return found


def imports(module: Module) -> Iterator[Import]:
    """Every import, wherever it stands; those for types alone count as well."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(node, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)


def unit_of(name: str) -> str:
    """The unit that an imported name belongs to; empty where it is none of ours, or the package's own version."""
    parts = name.split(".")
    return parts[1] if parts[0] == "chatd" and len(parts) > 1 and parts[1] != "__version__" else ""


def importing(modules: list[Module], forbidden: Callable[[Module, str], bool]) -> list[str]:
    """The imports that are forbidden to the module they stand in, for a person who reads a failure."""
    return [
        f"{module.place(at)} imports {name}"
        for module in modules
        for at, name in imports(module)
        if forbidden(module, name)
    ]


def calls(module: Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call of an attribute of something: the call, the last name of the something, the attribute."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield node, getattr(owner, "id", getattr(owner, "attr", "")), node.func.attr


OURS = modules("chatd")
CLIENT = [module for module in OURS if module.unit == "client"]
SERVER = [module for module in OURS if module.unit != "client"]
PURE = [module for module in OURS if module.unit in ("chat", "wire")]
TESTS = modules("tests")
