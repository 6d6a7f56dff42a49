"""pytest runs the tests where trial runs them: in a directory of their own, which is gone afterwards."""

from __future__ import annotations

import os
import tempfile
from typing import Any


def pytest_sessionstart(session: Any) -> None:
    """For ``mktemp()`` makes its files in the working directory, which would be the checkout."""
    if session.config.getoption("numprocesses", None):
        return  # those who run the tests have one each
    directory = tempfile.TemporaryDirectory(prefix="chatd-tests-", ignore_cleanup_errors=True)
    before = os.getcwd()
    os.chdir(directory.name)
    session.config.add_cleanup(directory.cleanup)
    session.config.add_cleanup(lambda: os.chdir(before))
