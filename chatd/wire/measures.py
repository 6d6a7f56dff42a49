"""Numbers for people: how many, how large, how long."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """``1 line``, ``2 lines``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def sized(size: int) -> str:
    """A number of bytes for people, in powers of 1024 (IEC 80000-13): ``812 B``, ``1.4 KiB``."""
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if value < 1024 or unit == "TiB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError("unreachable")


def lasting(seconds: int) -> str:
    """A length of time for people, in whole minutes: ``5 min``, ``2 h 5 min``, ``3 d 2 h``."""
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"
