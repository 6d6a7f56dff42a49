"""A real ``twistd -n chatd`` in a process of its own, on a free port and in a directory that is gone afterwards."""

from __future__ import annotations

import atexit
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

import chatd
from tests.end_to_end.processor import waited
from tests.end_to_end.reading import DEADLINE, Reading

LOOPBACK = "tcp:0:interface=127.0.0.1"

_COMPLAINT = re.compile(r"Unhandled|Traceback|#error\]|#critical\]|the reactor was busy")
# Milliseconds that a machine may take away without telling of it.
_UNSEEN = 250
_BUSY = re.compile(r"the reactor was busy for (\d+) ms")


def twistd(*arguments: str) -> list[str]:
    """The command ``twistd`` of the interpreter that runs the tests."""
    return [sys.executable, str(Path(sys.executable).with_name("twistd")), *arguments]


def listeners(endpoints: Sequence[str]) -> list[str]:
    """The options that ask for them."""
    return [argument for endpoint in endpoints for argument in ("--line", endpoint)]


def environment() -> dict[str, str]:
    """For it: the chatd which these tests belong to is found from every directory."""
    # Compiled modules would be written with the umask of whichever test is first.
    python = {
        "PYTHONPATH": str(Path(chatd.__file__).parents[1]),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return os.environ | python


class Daemon:
    """chatd, started.

    :param options: of ``twistd chatd``, besides those for the data directory and the listeners
    :param line: endpoint strings of the listeners, the first one not encrypted; none for the one of the configuration
    :param umask: it is started with
    :param within: a command that becomes the one whose words follow; DATA stands in it for the data directory
    :param environment: what it has besides the usual
    """

    def __init__(
        self,
        *options: str,
        line: Sequence[str] = (LOOPBACK,),
        umask: int = 0o022,
        within: Sequence[str] = (),
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="chatd-"))
        self.data = self.directory / "data"
        self._options = [*options, "--data", str(self.data)]
        self._line = line
        self._umask = umask
        self._within = [str(self.data) if word == "DATA" else word for word in within]
        self._environment = environment
        try:
            self.start()
        except BaseException:
            self._clean_up()
            raise

    def start(self) -> None:
        """Start it; returns when it listens, and answers."""
        self.process = subprocess.Popen(
            [*self._within, *twistd("--nodaemon", "--pidfile=", "chatd", *self._options, *listeners(self._line))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.directory,
            env={**environment(), **self._environment},
            umask=self._umask,
        )
        assert self.process.stdout is not None
        self.log = Reading(self.process.stdout.fileno(), "chatd")
        self._checked = 0
        self._expected: list[str] = []
        self.listening = [self.log.line("listening: ").partition("listening: ")[2] for _ in self._line or [""]]
        self._answers()
        self._waited = [waited(self.pid)] * 2

    def _answers(self) -> None:
        # A signal that comes before the reactor runs would not be handled by it.
        if self.listening[0].startswith("unix"):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(self.listening[0].removeprefix("unix "))
        else:
            host, _, port = self.listening[0].split()[1].rpartition(":")
            connection = socket.create_connection((host.strip("[]"), int(port)), DEADLINE)
        with connection:
            answers = select.select([connection], [], [], DEADLINE)[0] and connection.recv(1)
            assert answers, self.log.so_far()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self.process.pid

    @property
    def port(self) -> int:
        """Of the first listener."""
        return self.port_of(0)

    def port_of(self, listener: int) -> int:
        """Of the listener of that index."""
        return int(self.listening[listener].rpartition(":")[2])

    def kill(self) -> None:
        """Let it have no time for anything (``kill -9``)."""
        self._waited[1] = waited(self.pid)
        self.process.kill()
        self._ended()

    def stop(self) -> int:
        """Ask it to stop, and wait until it has; what it exits with."""
        self._waited[1] = waited(self.pid)
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def _ended(self) -> int:
        self.log.rest()
        status = self.process.wait(DEADLINE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def restart(self) -> None:
        """Stop it in good order, look at its log, and start it again."""
        self.stop()
        self.check()
        self.start()

    def memory(self, which: str = "VmRSS") -> int:
        """Bytes that it has in memory; with ``VmHWM``, the most it had since :meth:`forget_peak`."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        match = re.search(rf"^{which}:\s+(\d+) kB$", status, re.MULTILINE)
        assert match is not None, status
        return int(match[1]) * 1024

    def forget_peak(self) -> None:
        """Let the most memory it had be what it has now (proc(5), clear_refs)."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def expect(self, text: str) -> str:
        """The next line of its log that holds ``text``, which a test has brought about and is no defect."""
        self.tolerate(text)
        return self.log.line(text)

    def tolerate(self, text: str) -> None:
        """Lines of its log that hold ``text`` are no sign of a defect."""
        self._expected.append(text)

    def check(self) -> None:
        """Look into its log: nothing may stand there that tells of a defect, since the last time that it was asked.

        A turn of the reactor for which there was no time, because others had the processor, is not its fault.

        :raises AssertionError: with the log
        """
        log = self.log.so_far()
        new, self._checked = log[self._checked :], len(log)
        if self.process.poll() is None:
            self._waited[1] = waited(self.pid)
        before, now = self._waited
        self._waited[0] = now
        for line in new.split("\n"):
            busy = _BUSY.search(line)
            starved = busy is not None and float(busy[1]) <= now - before + _UNSEEN
            harmless = starved or any(text in line for text in self._expected)
            assert harmless or not _COMPLAINT.search(line), f"the log of chatd complains: {line}\n{log}"

    def finish(self) -> None:
        """End it, however the test went, and remove its directory.

        :raises AssertionError: where it did not stop, or its log tells of a defect
        """
        try:
            if self.process.poll() is None:
                self.stop()
            self.check()
        finally:
            self._clean_up()

    def _clean_up(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        shutil.rmtree(self.directory, ignore_errors=True)


@contextmanager
def running(*options: str, **how: Any) -> Iterator[Daemon]:
    """A :class:`Daemon` for a while."""
    daemon = Daemon(*options, **how)
    try:
        yield daemon
    finally:
        daemon.finish()


class FailingStart:
    """chatd, started where it cannot be.

    :param directory: it is started in
    """

    def __init__(self, directory: Path, *options: str, line: Sequence[str] = (LOOPBACK,)) -> None:
        self._pid_file = Path(tempfile.mktemp(prefix="chatd-", suffix=".pid"))
        self._process = subprocess.Popen(
            twistd("--nodaemon", f"--pidfile={self._pid_file}", "chatd", *options, *listeners(line)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=directory,
            env=environment(),
        )

    def outcome(self) -> tuple[int, str]:
        """What it exits with, and what it says on its standard error; nothing else stays of it.

        :raises AssertionError: it does not end, its log tells of a defect, or its pid file stays
        """
        try:
            log, error = self._process.communicate(timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise AssertionError(f"it has started:\n{self._process.communicate()}") from None
        assert not _COMPLAINT.search(log + error), log + error
        assert not self._pid_file.exists(), "a pid file stayed"
        return self._process.returncode, error


def end(pid: int) -> None:
    """Ask a process that is no child of this one to stop, and wait until it has; it may be gone already."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(descriptor, sign)
            if select.select([descriptor], [], [], DEADLINE)[0]:
                return
        raise AssertionError(f"process {pid} does not end")
    finally:
        os.close(descriptor)


_shared: list[tuple[type, Daemon]] = []


def shared(test: SynchronousTestCase, *options: str, line: Sequence[str] = (LOOPBACK,)) -> Daemon:
    """The :class:`Daemon` of all tests of a class, which ends when another class asks for its own, or the run is over.

    trial knows no setUpClass, so the first test starts it. Its log is looked into after each test.
    """
    if not _shared or _shared[-1][0] is not type(test):
        finish_shared()
        _shared.append((type(test), Daemon(*options, line=line)))
    daemon = _shared[-1][1]
    test.addCleanup(daemon.check)
    return daemon


def finish_shared() -> None:
    """End the daemon that is shared, if there is one."""
    while _shared:
        _shared.pop()[1].finish()


atexit.register(finish_shared)
