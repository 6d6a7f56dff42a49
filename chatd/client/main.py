"""``chatc``: reads what is asked for, and runs the program in the way that this needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial

import msgspec
import platformdirs

from chatd.client import ways
from chatd.client.options import read
from chatd.client.outcome import Status
from chatd.client.profiles import ConfigError, load
from chatd.client.program import STDIN, STDOUT, Program


def main(arguments: Sequence[str] | None = None) -> int:
    """The program ``chatc``; its exit status, see :class:`chatd.client.outcome.Status`."""
    person = os.isatty(STDIN)
    try:
        config = load(platformdirs.user_config_path("chatc", appauthor=False) / "config.toml")
    except ConfigError as error:
        sys.stderr.write(f"chatc: {error}\n")
        return int(Status.USAGE)
    options = read(sys.argv[1:] if arguments is None else arguments, terminal=person, config=config)
    if not os.isatty(STDOUT) or os.environ.get("TERM") in (None, "", "dumb"):
        options = msgspec.structs.replace(options, plain=True)
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

    try:
        program = Program(reactor, options, person and not options.is_errand)
    except (UnicodeError, ValueError) as error:
        sys.stderr.write(f"chatc: {options.address}: {error}\n")
        return int(Status.USAGE)
    return program.run(partial(ways.begin, program))
