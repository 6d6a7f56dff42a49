"""Lengths of time as people write them: ``30s``, ``10m``, ``2h``, ``1d``."""

from __future__ import annotations

import re

DURATION = r"\A[1-9][0-9]{0,4}[smhd]\Z"
"""What they look like, as a regular expression."""

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_duration(text: str) -> float:
    """The seconds that ``text`` stands for: a whole number and ``s``, ``m``, ``h`` or ``d``.

    :raises ValueError: it is not written so
    """
    if not re.fullmatch(DURATION, text):
        raise ValueError(f"expected a whole number and s, m, h or d, got {text!r}")
    return int(text[:-1]) * _SECONDS[text[-1]]
