"""What the start tells of listeners."""

from __future__ import annotations

import os
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.trial.unittest import SynchronousTestCase

from chatd.listening import describe, opening_hint


class Port:
    """A listening port of which nothing matters but where it is."""

    def __init__(self, host: IPv4Address | IPv6Address | UNIXAddress) -> None:
        self._host = host

    def getHost(self) -> IPv4Address | IPv6Address | UNIXAddress:
        return self._host


def port(host: str) -> Any:
    """A port on an address, or on a Unix socket where ``host`` is a path."""
    if host.startswith("/"):
        return Port(UNIXAddress(host.encode()))
    return Port(IPv6Address("TCP", host, 9000) if ":" in host else IPv4Address("TCP", host, 9000))


class ListeningTestCase(SynchronousTestCase):
    def hints(self, **ports: str) -> list[str]:
        """What is told of listeners, given as the kind of endpoint and its address."""
        specs = [f"{kind}:9000" for kind in ports]
        return list(opening_hint(specs, map(port, ports.values())))


class PlaceTests(ListeningTestCase):
    def test_an_address_is_told_with_its_kind_and_port(self) -> None:
        self.assertEqual(describe("tcp:9000", port("192.0.2.7")), "tcp 192.0.2.7:9000")
        self.assertEqual(describe("ssl:9000:privateKey=key.pem", port("::")), "ssl [::]:9000")

    def test_a_unix_socket_is_told_by_its_whole_path(self) -> None:
        self.assertEqual(describe("unix:/run/chat", port("/run/chat")), "unix /run/chat")
        there: Any = Port(UNIXAddress(b"chat.sock"))
        self.assertEqual(describe("unix:chat.sock", there), f"unix {os.getcwd()}/chat.sock")


class HintTests(ListeningTestCase):
    def test_where_only_this_machine_can_connect_the_way_out_is_told(self) -> None:
        for hosts in ({"tcp": "127.0.0.1"}, {"tcp": "::1", "unix": "/run/chat"}, {"unix": "/run/chat"}):
            (told,) = self.hints(**hosts)
            self.assertIn("--line tcp:9000 ", told)

    def test_who_can_read_passwords_is_told_of_each_open_port(self) -> None:
        told = self.hints(tcp="0.0.0.0", tcp6="::", unix="/run/chat", systemd="127.0.0.1")
        self.assertEqual([line.partition(" is ")[0] for line in told], ["tcp 0.0.0.0:9000", "tcp6 [::]:9000"])
        self.assertIn("not encrypted", told[0])

    def test_an_encrypted_port_needs_no_warning(self) -> None:
        self.assertEqual(self.hints(ssl="0.0.0.0", tcp="127.0.0.1"), [])

    def test_an_address_that_is_every_address_is_open(self) -> None:
        self.assertEqual(len(self.hints(tcp="")), 1)
