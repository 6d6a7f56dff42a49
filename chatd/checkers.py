"""Who is let in: the checkers that the configuration asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from twisted.cred.strcred import makeChecker

from chatd.auth import CsvChecker
from chatd.config import ConfigError


def made(specs: Iterable[str]) -> list[Any]:
    """The checkers of these ``--auth`` strings; that of the accounts in the data directory where there are none.

    :raises ConfigError: one cannot be made
    """
    return [_made(spec) for spec in specs] or [CsvChecker()]


def _made(spec: str) -> Any:
    try:
        return makeChecker(spec)
    except Exception as error:
        # A checker may raise whatever it likes about its argument.
        raise ConfigError(f"--auth {spec.partition(':')[0]}: {type(error).__name__}: {error}") from None


def accounts_file(checkers: Sequence[Any]) -> str:
    """The file that has the accounts, as the checker for it says.

    :raises ConfigError: there is more than one
    """
    files = {checker.path or "users.csv" for checker in checkers if isinstance(checker, CsvChecker)}
    if len(files) > 1:
        raise ConfigError("--auth csv can be given once only")
    return files.pop() if files else "users.csv"
