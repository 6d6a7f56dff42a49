"""What is refused, as a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refusal, Refused


def refusal(case: SynchronousTestCase, do: Callable[..., Any], *arguments: Any) -> Refused:
    """What the user is told where ``do`` refuses; it fails the test where that does not."""
    error: Refusal = case.assertRaises(Refusal, do, *arguments)
    return error.answer
