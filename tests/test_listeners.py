"""Listening sockets: left from one start to the next, and with certificates that change."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from chatd.listeners import ENVIRONMENT, CannotListen, Listeners, inherited
from tests.end_to_end import certificates


class AdoptingReactor(MemoryReactorClock):
    """Notes which sockets it is to go on with."""

    def __init__(self) -> None:
        super().__init__()
        self.adopted: list[tuple[Any, int]] = []

    def adoptStreamPort(self, fileDescriptor: int, addressFamily: int, factory: Any) -> Any:  # noqa: N802, N803
        with socket.socket(fileno=os.dup(fileDescriptor)) as given:
            self.adopted.append((given.getsockname(), addressFamily))
        return self.listenTCP(self.adopted[-1][0][1], factory)


class InheritanceTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.reactor = AdoptingReactor()

    def left(self) -> int:
        """A socket that listens, as one that a process has left to itself."""
        return socket.create_server(("127.0.0.1", 0)).detach()

    def test_what_was_left_is_for_this_process_alone(self) -> None:
        for pid, expected in ((os.getpid(), {"line tcp:0": [7]}), (os.getpid() + 1, {})):
            environment = {ENVIRONMENT: json.dumps({"pid": pid, "sockets": {"line tcp:0": [7]}}), "HOME": "/"}
            self.assertEqual(inherited(environment), expected)
            self.assertEqual(environment, {"HOME": "/"})
        self.assertEqual(inherited({}), {})

    def test_an_endpoint_goes_on_with_its_socket_whatever_its_kind(self) -> None:
        self.addCleanup(self.flushWarnings)  # Twisted asks pyOpenSSL in a way that this has grown out of
        key, certificate = certificates.write(self.directory())
        specs: tuple[str, ...] = ("tcp:0", f"ssl:0:privateKey={key}:certKey={certificate}", "haproxy:tcp:0")
        specs += ("systemd:domain=INET:index=0", "haproxy:systemd:domain=INET:name=line")
        for spec in specs:
            descriptor = self.left()
            listeners = Listeners(self.reactor, {f"line {spec}": [descriptor]})
            listeners.open("line", spec, Factory())
            self.assertRaises(OSError, os.fstat, descriptor)
        self.assertEqual([family for _, family in self.reactor.adopted], [socket.AF_INET] * len(specs))

    def test_two_of_the_same_words_have_one_each_and_a_third_a_new_one(self) -> None:
        descriptors = [self.left(), self.left()]
        listeners = Listeners(self.reactor, {"line tcp:0": descriptors})
        for _ in range(3):
            listeners.open("line", "tcp:0", Factory())
        self.assertEqual(len(self.reactor.adopted), 2)
        self.assertEqual(len(self.reactor.tcpServers), 3)

    def test_what_systemd_was_to_hand_over_and_has_not(self) -> None:
        for spec in ("systemd:domain=INET:index=0", "haproxy:systemd:domain=INET:name=line"):
            error = self.assertRaises(CannotListen, Listeners(self.reactor, {}).open, "line", spec, Factory())
            self.assertEqual(str(error), f"--line {spec}: systemd has handed over no such socket")

    def test_what_nobody_asks_for_is_closed_before_others_are_opened(self) -> None:
        descriptor = self.left()
        listeners = Listeners(self.reactor, {"line tcp:1": [descriptor]})
        listeners.expect([("line", "tcp:2"), ("metrics", "tcp:1")])
        self.assertRaises(OSError, os.fstat, descriptor)

    def directory(self) -> Path:
        directory = Path(self.mktemp())
        directory.mkdir()
        return directory


class CertificateTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.addCleanup(self.flushWarnings)  # Twisted asks pyOpenSSL in a way that this has grown out of
        self.directory = Path(self.mktemp())
        self.directory.mkdir()
        self.key, self.certificate = certificates.write(self.directory)
        self.reactor = MemoryReactorClock()
        self.listeners = Listeners(self.reactor, {})
        spec = f"ssl:9443:privateKey={self.key}:certKey={self.certificate}"
        opened = self.listeners.open("line", spec, Factory()).certificate
        assert opened is not None
        self.opened = opened
        self.listeners.open("line", "tcp:9000", Factory())

    def test_the_same_is_not_renewed(self) -> None:
        self.assertEqual(self.listeners.renewals(), [])

    def test_another_is_used_from_then_on(self) -> None:
        before = self.opened.getContext()
        certificates.write(self.directory)
        (renew,) = self.listeners.renewals()
        self.assertIs(self.opened.getContext(), before)
        self.assertRegex(
            renew(), r"\Anew connections to ssl .*:9443 get the certificate that is valid until 20\d\d-\d\d-\d\d\Z"
        )
        self.assertIsNot(self.opened.getContext(), before)

    def test_one_that_cannot_be_used_changes_nothing(self) -> None:
        before = self.opened.getContext()
        other = self.directory / "other"
        other.mkdir()
        key, _ = certificates.write(other)
        for content in (b"", b"nonsense", key.read_bytes()):
            self.key.write_bytes(content)
            error = self.assertRaises(CannotListen, self.listeners.renewals)
            self.assertRegex(str(error), r"\A--line ssl:9443:[^\n]*\Z")
        self.key.unlink()
        self.assertIn("No such file or directory", str(self.assertRaises(CannotListen, self.listeners.renewals)))
        self.assertIs(self.opened.getContext(), before)
