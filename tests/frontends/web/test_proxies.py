"""Whose address a request bears."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from chatd.frontends.web.proxies import Proxies, Visitor

PROXY = "192.0.2.1"


class ProxiesTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.proxies = Proxies([PROXY, "10.0.0.0/8", "2001:db8::/32", "unix"])

    def address(self, *told: str, peer: str = PROXY) -> str:
        return self.proxies.visitor(peer, Headers({"X-Forwarded-For": list(told)}), False).address

    def test_nobody_else_is_believed(self) -> None:
        headers = Headers(
            {
                "Host": ["chat.example"],
                "X-Forwarded-For": ["203.0.113.5"],
                "X-Forwarded-Proto": ["https"],
                "X-Forwarded-Host": ["other.example"],
            }
        )
        for proxies, peer in ((self.proxies, "192.0.2.2"), (Proxies(), PROXY), (Proxies(), "unix")):
            self.assertEqual(proxies.visitor(peer, headers, False), Visitor(peer, False, "chat.example"))
        for peer in (PROXY, "10.9.8.7", "2001:db8::1", "unix"):
            self.assertEqual(self.proxies.visitor(peer, headers, False), Visitor("203.0.113.5", True, "other.example"))

    def test_it_is_the_right_most_that_is_not_trusted(self) -> None:
        self.assertEqual(self.address("203.0.113.5"), "203.0.113.5")
        self.assertEqual(self.address("198.51.100.66, 203.0.113.5"), "203.0.113.5")
        self.assertEqual(self.address("198.51.100.66, 203.0.113.5,10.1.2.3 , 2001:db8::7"), "203.0.113.5")
        self.assertEqual(self.address("198.51.100.66", "203.0.113.5"), "203.0.113.5")
        self.assertEqual(self.address("10.1.1.1, 10.1.1.2"), "10.1.1.1")
        self.assertEqual(self.address(), PROXY)

    def test_garbage_ends_it_and_is_never_an_address(self) -> None:
        for garbage in ("", "unknown", "_hidden", "1.2.3", "127.1", "1.2.3.4:80", "evil\x1b[m", "999.1.1.1", "unix"):
            self.assertEqual(self.address(garbage), PROXY)
            self.assertEqual(self.address(f"203.0.113.5, {garbage}"), PROXY)
            self.assertEqual(self.address(f"203.0.113.5, {garbage}, 10.0.0.2"), "10.0.0.2")
        self.assertEqual(self.address("203.0.113.5" + ", 10.0.0.2" * 5000), "10.0.0.2")

    def test_one_address_has_one_form(self) -> None:
        self.assertEqual(self.address("2001:0DC8:0:0::5"), "2001:dc8::5")
        self.assertEqual(self.address("::ffff:203.0.113.5"), "203.0.113.5")

    def test_a_scheme_and_a_host_are_believed_where_they_are_some(self) -> None:
        def visitor(proto: str, host: str) -> Visitor:
            told = Headers({"Host": ["inner:8080"], "X-Forwarded-Proto": [proto], "X-Forwarded-Host": [host]})
            return self.proxies.visitor(PROXY, told, False)

        self.assertEqual(visitor("HTTPS", "[2001:db8::1]:8443").origin, "https://[2001:db8::1]:8443")
        self.assertEqual(visitor("http", "Chat.Example:80").origin, "http://chat.example:80")
        for proto, host in (("ws", "a b"), ("", ""), ("https://", "x/y"), ("s", "user@host"), ("-", "a" * 300)):
            self.assertEqual(visitor(proto, host), Visitor(PROXY, False, "inner:8080"))

    def test_what_is_no_address_cannot_be_trusted(self) -> None:
        for name in ("", "localhost", "10.0.0.1/8", "*", "1.2.3.4/99"):
            with self.assertRaises(ValueError):
                Proxies([name])

    def test_an_address_of_one_link_is_an_address(self) -> None:
        self.assertFalse(self.proxies.trusts("fe80::1%eth0"))
