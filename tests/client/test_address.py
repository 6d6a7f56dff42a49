"""Where the server is."""

from __future__ import annotations

from pathlib import Path

from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.testing import MemoryReactor
from twisted.trial.unittest import SynchronousTestCase

from chatd.client.address import Address, endpoint, parse
from chatd.client.tls import trust


class ParseTests(SynchronousTestCase):
    def assert_parsed(self, text: str, host: str, port: int) -> None:
        self.assertEqual(parse(text), Address(host, port))

    def test_a_host_has_the_usual_port(self) -> None:
        self.assert_parsed("example.org", "example.org", 9000)

    def test_a_port_follows_a_colon(self) -> None:
        self.assert_parsed("example.org:9001", "example.org", 9001)

    def test_tls_is_asked_for_by_its_port_or_by_name(self) -> None:
        for text in ("example.org:9443", "tls://example.org", "tls://example.org:9443/"):
            self.assertEqual(parse(text), Address("example.org", 9443, tls=True))
        self.assertEqual(parse("tls://[::1]:9001"), Address("::1", 9001, tls=True))
        self.assertEqual(parse("tcp://example.org:9443"), Address("example.org", 9443))
        self.assertEqual(parse("tcp://example.org", tls=True), Address("example.org", 9000))

    def test_the_usual_port_is_that_of_what_is_wanted(self) -> None:
        self.assertEqual(parse("example.org", tls=True), Address("example.org", 9443, tls=True))
        self.assertEqual(parse("::1", tls=True), Address("::1", 9443, tls=True))

    def test_a_port_alone_is_on_this_machine(self) -> None:
        self.assert_parsed(":9001", "127.0.0.1", 9001)

    def test_ipv6_stands_in_brackets_or_bare(self) -> None:
        self.assert_parsed("[::1]:9001", "::1", 9001)
        self.assert_parsed("[::1]", "::1", 9000)
        self.assert_parsed("::1", "::1", 9000)

    def test_a_unix_socket_has_a_path(self) -> None:
        self.assertEqual(parse("unix:/run/chat:d").path, "/run/chat:d")

    def test_what_is_no_address_is_said_to_be_none(self) -> None:
        for text in (
            "unix:",
            "a b",
            "[::1",
            "[::1]9000",
            "host/x",
            "host:",
            "host:0",
            "host:65536",
            "host:x",
            "host:²",
            "http://host",
            "tls://",
        ):
            self.assertRaises(ValueError, parse, text)

    def test_an_address_is_shown_as_it_is_written(self) -> None:
        for text in ("example.org:9000", "[::1]:9001", "unix:/run/chatd"):
            self.assertEqual(str(parse(text)), text)


class EndpointTests(SynchronousTestCase):
    def test_a_host_is_connected_to(self) -> None:
        self.assertIn("127.0.0.1", repr(endpoint(MemoryReactor(), Address())))

    def test_a_path_is_connected_to(self) -> None:
        self.assertIsInstance(endpoint(MemoryReactor(), parse("unix:/run/chatd")), UNIXClientEndpoint)

    def test_a_file_without_certificates_is_refused(self) -> None:
        file = Path(self.mktemp())
        file.write_text("no certificate")
        self.assertRaises(ValueError, trust, file)
