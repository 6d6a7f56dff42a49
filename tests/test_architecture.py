"""The laws of the house: which way imports run, what the chat may know, how long things are, what is explained.

Every exception stands here with its reason, and one that is no longer needed fails too. What ruff can see (names,
docstrings, private members of others) it sees by its configuration in pyproject.toml.
"""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.source import CLIENT, OURS, PURE, ROOT, SERVER, TESTS, Module, calls, importing, imports, unit_of

_LAYERS = (
    {"tap", "testing"},
    {"daemon"},
    {"storage"},
    {"metrics", "metrics_site", "console", "life", "website"},
    {"house"},
    {"changes", "checkers", "config_file", "disk", "leading", "listeners", "motd", "pools", "program", "tuning"},
    {"frontends", "stores", "config", "listening", "watchdog", "alarms", "logs", "manager", "sockets"},
    {"dialogue", "furniture"},
    {"session", "sessions", "taking", "hearing", "monitor", "verbs", "transfers", "voice"},
    {"auth", "hashing", "passes", "history", "roomlog", "delivery", "outlet", "intake", "turn"},
    {"wire"},
    {"chat"},
)
"""From the top down: a module imports from layers below its own. A package may import inside itself."""

_BESIDE: dict[tuple[str, str], str] = {
    ("verbs", "session"): "a handler acts for a session",
    ("verbs", "sessions"): "what it does may concern others",
    ("verbs", "transfers"): "it hands out tickets",
    ("session", "transfers"): "a connection can become a transfer instead of a session's",
    ("taking", "session"): "the lines are a session's",
    ("taking", "voice"): "they answer what it has asked",
    ("sessions", "session"): "it holds them all",
    ("sessions", "hearing"): "it asks who hears what is told",
    ("hearing", "session"): "the wishes are those of sessions",
    ("verbs", "hearing"): "a session says what it wishes",
    ("monitor", "sessions"): "it sends them away",
    ("delivery", "outlet"): "it writes to them",
    ("history", "roomlog"): "it is given what the journal is given",
    ("auth", "hashing"): "a checker has passwords hashed",
    ("passes", "auth"): "a code ends with the password of its account",
}
"""Imports within a layer, and why."""

_STORES_KNOW_NOT = {"dialogue", "session", "verbs"}

_OUTSIDE_WORLD = """
    asyncio concurrent ctypes fcntl glob http io logging mmap multiprocessing os pathlib pickle random sched secrets
    select selectors shutil signal socket socketserver sqlite3 ssl subprocess sys tempfile threading time twisted
    urllib zope
"""
"""What neither the chat nor the wire may know: files, sockets, threads, chance, the time, and Twisted."""

_PASSED_IN = {"time", "random", "secrets", "uuid"}
_BRINGS_THEM = {
    "chatd.auth": "a comparison that takes the same time",
    "chatd.hashing": "a dummy hash that nobody can foresee",
    "chatd.client.files": "a partial file's name, which must be nobody else's",
    "chatd.tap": "it gives the daemon the reactor",
    "chatd.daemon": "it gives all parts their clock and their chance",
    "chatd.client.main": "the client's own start",
    "chatd.client.ways": "its new tries to connect are not to come all at once",
}
"""Who may import the reactor and the modules of time and chance; everybody else is given them."""

_LINES_OF_A_MODULE, _LINES_OF_A_TEST_MODULE, _LINES_OF_A_FUNCTION = 300, 400, 40
_LONG_MODULES: dict[str, str] = {"chatd.chat.answers": "values alone, which are looked up and not read through"}
_LONG_FUNCTIONS: dict[str, str] = {}
"""What is longer, and why."""

_OF_THEIR_OWN = {Path(name) for name in ("end_to_end", "behaviour", "hazards", "benchmarks")}
"""Tests of the whole, that are of no one package."""

_SPLITLINES: dict[str, str] = {}
"""``splitlines`` also splits where people may say what looks like an end of line (VT, U+0085, U+2028)."""


class ImportTests(SynchronousTestCase):
    def test_every_module_has_its_place(self) -> None:
        placed = {"", "client"}.union(*_LAYERS)
        self.assertEqual([module.name for module in OURS if module.unit not in placed], [])

    def test_they_run_one_way(self) -> None:
        depth = {unit: number for number, layer in enumerate(_LAYERS) for unit in layer}

        def upward(module: Module, name: str) -> bool:
            source, target = module.unit, unit_of(name)
            if source == target or not {source, target} <= set(depth) or (source, target) in _BESIDE:
                return False
            return depth[source] >= depth[target]

        self.assertEqual(importing(SERVER, upward), [])
        pairs = {(module.unit, unit_of(name)) for module in SERVER for _, name in imports(module)}
        self.assertEqual(set(_BESIDE) - pairs, set(), "an exception that is not needed")

    def test_no_module_needs_itself(self) -> None:
        names = {module.name for module in OURS}
        needs = {
            module.name: {
                name if name in names else name.rpartition(".")[0]
                for _, name in imports(module)
                if name in names or name.rpartition(".")[0] in names
            }
            for module in OURS
        }
        self.assertEqual(set(TopologicalSorter(needs).static_order()), names)

    def test_the_client_knows_the_wire_and_the_chat_alone(self) -> None:
        knows = {"", "client", "wire", "chat"}
        self.assertEqual(importing(CLIENT, lambda module, name: unit_of(name) not in knows), [])

    def test_nobody_but_the_client_knows_the_client(self) -> None:
        self.assertEqual(importing(SERVER, lambda module, name: unit_of(name) == "client"), [])

    def test_the_stores_know_no_sessions(self) -> None:
        stores = [module for module in SERVER if module.unit == "stores"]
        self.assertEqual(importing(stores, lambda module, name: unit_of(name) in _STORES_KNOW_NOT), [])

    def test_modules_are_named_in_full(self) -> None:
        self.assertEqual(importing(OURS + TESTS, lambda module, name: name.startswith(".")), [])

    def test_nobody_imports_what_is_private_to_another(self) -> None:
        def private(module: Module, name: str) -> bool:
            parts = name.split(".")
            return parts[0] in ("chatd", "tests") and any(part[0] == "_" != part[-1] for part in parts)

        self.assertEqual(importing(OURS + TESTS, private), [])


class PurityTests(SynchronousTestCase):
    def test_the_chat_and_the_wire_know_nothing_of_the_outside_world(self) -> None:
        outside = set(_OUTSIDE_WORLD.split())
        self.assertEqual(importing(PURE, lambda module, name: name.split(".")[0] in outside), [])

    def test_they_open_no_file_and_read_no_clock(self) -> None:
        wrong = [
            module.place(node)
            for module in PURE
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("open", "input", "print", "exec", "eval")
        ]
        wrong += [
            module.place(call)
            for module in PURE
            for call, owner, name in calls(module)
            if owner in ("datetime", "date") and name in ("now", "utcnow", "today")
        ]
        self.assertEqual(wrong, [])

    def test_time_chance_and_the_reactor_are_passed_in(self) -> None:
        found = {
            module.name: f"{module.place(at)} imports {name}"
            for module in OURS
            for at, name in imports(module)
            if name.split(".")[0] in _PASSED_IN or name.startswith("twisted.internet.reactor")
        }
        self.assertEqual([text for name, text in found.items() if name not in _BRINGS_THEM], [])
        self.assertEqual(set(_BRINGS_THEM) - set(found), set(), "an exception that is not needed")

    def test_lines_are_split_at_line_feeds_alone(self) -> None:
        found = {
            module.name: module.place(call)
            for module in OURS
            for call, _, name in calls(module)
            if name == "splitlines"
        }
        self.assertEqual([place for name, place in found.items() if name not in _SPLITLINES], [])
        self.assertEqual(set(_SPLITLINES) - set(found), set(), "an exception that is not needed")

    def test_the_dialogue_never_catches_its_own_end(self) -> None:
        wrong = [
            module.place(node)
            for module in OURS
            for node in ast.walk(module.tree)
            if module.unit == "dialogue"
            and isinstance(node, ast.ExceptHandler)
            and (
                node.type is None
                or {"Exception", "BaseException", "CancelledError"}
                & {getattr(part, "id", getattr(part, "attr", "")) for part in ast.walk(node.type)}
            )
        ]
        self.assertEqual(wrong, [])


class SizeTests(SynchronousTestCase):
    def test_a_module_can_be_read_at_one_sitting(self) -> None:
        sizes = {module.name: len(module.path.read_text().splitlines()) for module in OURS + TESTS}
        tests = {module.name for module in TESTS}
        of_tests = {name: size for name, size in sizes.items() if name in tests and size <= _LINES_OF_A_TEST_MODULE}
        self.check(
            {name: size for name, size in sizes.items() if name not in of_tests}, _LINES_OF_A_MODULE, _LONG_MODULES
        )

    def test_a_function_can_be_seen_at_one_glance(self) -> None:
        sizes: dict[str, int] = {}
        for module in OURS + TESTS:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    name = f"{module.name}.{node.name}"
                    sizes[name] = max(sizes.get(name, 0), (node.end_lineno or 0) - node.lineno + 1)
        self.check(sizes, _LINES_OF_A_FUNCTION, _LONG_FUNCTIONS)

    def check(self, sizes: dict[str, int], bound: int, exceptions: dict[str, str]) -> None:
        long = {name: size for name, size in sizes.items() if size > bound}
        self.assertEqual([f"{name}: {size} lines" for name, size in long.items() if name not in exceptions], [])
        self.assertEqual(set(exceptions) - set(long), set(), "an exception that is not needed")


class ExplanationTests(SynchronousTestCase):
    def test_every_module_says_what_it_is(self) -> None:
        silent = [
            module.name
            for module in OURS + TESTS
            if not ast.get_docstring(module.tree) and not (module in TESTS and module.path.name == "__init__.py")
        ]
        self.assertEqual(silent, [])

    def test_a_package_says_what_lives_in_it_and_does_nothing(self) -> None:
        busy = [
            module.name
            for module in OURS
            if module.path.name == "__init__.py" and len(module.tree.body) > (2 if module.name == "chatd" else 1)
        ]
        self.assertEqual(busy, [])


class TestsOfTestsTests(SynchronousTestCase):
    def test_they_mirror_the_package(self) -> None:
        packages = {path.parent.relative_to(ROOT / "chatd") for path in (ROOT / "chatd").rglob("__init__.py")}
        folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("*.py")}
        self.assertEqual(folders - packages - _OF_THEIR_OWN, set())

    def test_pytest_and_trial_run_the_same_ones(self) -> None:
        wrong = importing(TESTS, lambda module, name: "pytest" in name)
        wrong += [
            m.place(node)
            for m in TESTS
            for node in ast.walk(m.tree)
            if isinstance(node, ast.Attribute) and node.attr == "todo"
        ]
        self.assertEqual(wrong, [])

    def test_none_sleeps_but_for_programs_of_others(self) -> None:
        wrong = [
            module.place(call)
            for module in TESTS
            for call, owner, name in calls(module)
            if (owner, name) == ("time", "sleep") and not module.name.startswith("tests.end_to_end")
        ]
        self.assertEqual(wrong, [])
