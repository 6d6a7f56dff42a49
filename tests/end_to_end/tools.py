"""The programs that people talk to chatd with, driven as they drive them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar
from unittest import SkipTest

import pexpect
from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end.reading import DEADLINE, Reading

PASSWORD = "an ample pass phrase"


def requires(program: str) -> str:
    """Where ``program`` is.

    :raises SkipTest: it is not installed; where CI is true, that is a failure
    """
    path = shutil.which(program)
    if path is not None and program == "nc" and not _is_openbsd_netcat(path):
        path, program = None, "nc of OpenBSD, which has -N,"
    if path is None:
        reason = f"the program {program} is not installed"
        if os.environ.get("CI") == "true":
            raise AssertionError(reason)
        raise SkipTest(reason)
    return path


@cache
def _is_openbsd_netcat(path: str) -> bool:
    usage = subprocess.run([path, "-h"], capture_output=True, text=True, check=False)
    return re.search(r"\[-\w*N", usage.stdout + usage.stderr) is not None


class Program:
    """A program that is talked to through pipes; it is ended after the test.

    :param arguments: its name, which must be installed, and what it is started with
    """

    def __init__(self, test: SynchronousTestCase, *arguments: str, cwd: Path | None = None) -> None:
        self.process = subprocess.Popen(
            [requires(arguments[0]), *arguments[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            bufsize=0,
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._input = self.process.stdin
        self._output = self.process.stdout
        self._reading = Reading(self._output.fileno(), " ".join(arguments))
        self.line, self.rest, self.so_far = self._reading.line, self._reading.rest, self._reading.so_far
        test.addCleanup(self._end)

    def send_bytes(self, data: bytes) -> None:
        """Type ``data``."""
        view = memoryview(data)
        while view:
            view = view[self._input.write(view) :]

    def send(self, *lines: str) -> None:
        """Type ``lines``."""
        self.send_bytes("".join(f"{line}\n" for line in lines).encode())

    def answer(self, line: str, expected: str) -> str:
        """Type ``line``; the next line that holds ``expected``."""
        self.send(line)
        return self.line(expected)

    def end_input(self) -> None:
        """There is nothing more to type."""
        self._input.close()

    def wait(self) -> int:
        """What it exits with."""
        return self.process.wait(DEADLINE)

    def _end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._input.close()
        self._output.close()


class Connection:
    """A bare TCP connection, for what no program lets one do: to say which bytes go in which piece."""

    def __init__(self, test: SynchronousTestCase, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), DEADLINE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reading = Reading(self._socket.fileno(), "the connection")
        self.line, self.rest, self.so_far = reading.line, reading.rest, reading.so_far
        self.send_bytes = self._socket.sendall
        self.close = self._socket.close
        test.addCleanup(self.close)

    def send(self, *lines: str) -> None:
        """Send ``lines`` in one piece."""
        self.send_bytes("".join(f"{line}\n" for line in lines).encode())

    def answer(self, line: str, expected: str) -> str:
        """Send ``line``; the next line that holds ``expected``."""
        self.send(line)
        return self.line(expected)


def nc(test: SynchronousTestCase, port: int, host: str = "127.0.0.1") -> Program:
    """netcat, connected."""
    return Program(test, "nc", "-N", host, str(port))


P = TypeVar("P", Program, Connection)


def register(person: P, name: str) -> P:
    """Make the account ``name``, and be logged in."""
    person.send(f"register {name}", PASSWORD, PASSWORD)
    person.line(f"welcome, {name}")
    return person


def guest(person: P, name: str, room: str = "public") -> P:
    """Look around as the guest ``name``, in ``room``."""
    person.answer(f"guest {name}", f"welcome, {name}")
    return enter(person, room)


def enter(person: P, room: str) -> P:
    """Go into ``room``."""
    person.answer(f"enter {room}", f"[{room}] -- you are in")
    return person


def make_room(test: SynchronousTestCase, port: int, room: str) -> None:
    """Let there be ``room``, and the account ``room`` with ``-bot`` behind it."""
    maker = register(Connection(test, port), f"{room}-bot")
    maker.answer(f"create {room}", f"the room {room} is made")
    maker.answer("quit", "goodbye")
    maker.close()


def said(*arguments: str, lines: str | bytes, cwd: Path | None = None) -> str:
    """Run a program with ``lines`` as its whole input; what it wrote."""
    data = lines if isinstance(lines, bytes) else lines.encode()
    done = subprocess.run(
        [requires(arguments[0]), *arguments[1:]],
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=2 * DEADLINE,
        cwd=cwd,
        check=False,
    )
    return done.stdout.decode(errors="replace").replace("\r\n", "\n")


def alone(text: str) -> str:
    """What was said in a row of the journal, without its place in a paste."""
    return re.sub(r"^block=\d+ line=\d+ lines=\d+ ", "", text)


def terminal(test: SynchronousTestCase, *arguments: str) -> Any:
    """A program under a pseudo-terminal, as a person has it; it is ended after the test.

    :return: a ``pexpect.spawn``
    """
    child = pexpect.spawn(
        requires(arguments[0]),
        list(arguments[1:]),
        encoding="utf-8",
        timeout=DEADLINE,
        dimensions=(40, 200),
        # A suite that is run by nohup leaves it ignored.
        preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),
    )
    child.delaybeforesend = None
    child.delayafterclose = child.delayafterterminate = 0.01
    test.addCleanup(child.close, True)
    return child
