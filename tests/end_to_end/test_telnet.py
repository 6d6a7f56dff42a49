"""People on telnet, under a pseudo-terminal, against a real chatd."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import PASSWORD, guest, nc, terminal

ESCAPE = "\x1d"


class TelnetTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self)

    def telnet(self, negotiating: bool = False) -> Any:
        """Connected, at the first prompt; in the form for other ports than 23, telnet negotiates only with a ``-``."""
        client = terminal(self, "telnet", "--", "127.0.0.1", f"{'-' if negotiating else ''}{self.daemon.port}")
        client.expect_exact("11 choose:\r\n")
        return client

    def test_somebody_registers_and_talks(self) -> None:
        other = guest(nc(self, self.daemon.port), "visitor")
        alice = self.telnet()
        alice.sendline("register alice")
        for _ in range(2):
            alice.expect_exact("01 new password")
            alice.sendline(PASSWORD)
        alice.expect_exact("00 welcome, alice\r\n")
        alice.sendline("public")
        alice.expect_exact("you are in")
        alice.sendline("hello from telnet")
        alice.expect(r"111 \[public\] \d\d:\d\d alice: hello from telnet\r\n")
        other.line("alice: hello from telnet")
        other.send("hello yourself")
        alice.expect_exact("visitor: hello yourself\r\n")
        alice.sendline("/quit")
        alice.expect_exact("goodbye")
        alice.expect_exact("Connection closed by foreign host.")

    def test_an_interrupt_forgets_what_was_typed_and_hangs_nothing(self) -> None:
        other = guest(nc(self, self.daemon.port), "witness")
        client = self.telnet()
        client.sendline("guest typist")
        client.expect_exact("welcome, typist")
        client.sendline("public")
        client.expect_exact("you are in")
        client.send("something I did not want to")
        client.sendintr()
        # telnet shows nothing from here on until the server has answered its timing mark.
        client.sendline("say this")
        client.expect_exact("typist: say this")
        self.assertTrue(other.line("typist: ").endswith("typist: say this"))

    def test_all_that_telnet_offers_is_refused_and_nothing_of_it_is_said(self) -> None:
        other = guest(nc(self, self.daemon.port), "neighbour")
        client = self.telnet(negotiating=True)
        client.sendline("guest negotiator")
        client.expect_exact("welcome, negotiator")
        client.sendline("public")
        client.expect_exact("you are in")
        for command in ("send ayt", "send brk", "send ip", "send do echo", "send will naws", "send nop"):
            client.send(ESCAPE)
            client.expect_exact("telnet>")
            client.sendline(command)
            client.sendline(f"after {command}")
            client.expect_exact(f"negotiator: after {command}")
            self.assertTrue(other.line("negotiator: ").endswith(f"negotiator: after {command}"))
