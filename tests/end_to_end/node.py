"""Programs for node, with the library ``ws`` that ``npm ci`` has installed beside them."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end.tools import Program, requires

HERE = Path(__file__).with_name("peers")
_MODULES = HERE / "node_modules"


def node(test: SynchronousTestCase, program: Path, *arguments: str) -> Program:
    """A program that runs.

    :raises SkipTest: there is no node, or npm has not been run; where CI is true, that is a failure
    """
    requires("node")
    if not _MODULES.exists():
        reason = f"npm ci --prefix {HERE} has not been run"
        if os.environ.get("CI") == "true":
            raise AssertionError(reason)
        raise SkipTest(reason)
    return Program(test, "node", str(program), *arguments)


def written(test: SynchronousTestCase, text: str) -> Path:
    """A module of that text which finds the library."""
    directory = Path(test.mktemp()).absolute()
    directory.mkdir(parents=True)
    (directory / "node_modules").symlink_to(_MODULES)
    program = directory / "program.mjs"
    program.write_text(text)
    return program
