"""People and scripts on TLS, with openssl and ncat, against a real chatd."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import certificates, server
from tests.end_to_end.tools import PASSWORD, Connection, Program, guest, make_room, nc, register, said

PASTE = 500
BURST = 100
"""Lines that a session may send at once; 20 a second are taken of those beyond."""


def listener(test: SynchronousTestCase) -> str:
    """The endpoint string of a TLS listener, with a certificate of its own."""
    directory = Path(test.mktemp()).absolute()
    directory.mkdir(parents=True)
    key, certificate = certificates.write(directory)
    return f"ssl:0:interface=127.0.0.1:privateKey={key}:certKey={certificate}"


class TlsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, line=[server.LOOPBACK, listener(self)])
        self.plain, self.tls = self.daemon.port, self.daemon.port_of(1)

    def openssl(self, *options: str) -> Program:
        return Program(self, "openssl", "s_client", "-connect", f"127.0.0.1:{self.tls}", *options)

    def test_somebody_registers_and_talks_with_those_on_plain_netcat(self) -> None:
        bob = guest(nc(self, self.plain), "bob")
        alice = register(self.openssl("-quiet"), "alice")
        alice.answer("public", "[public] -- you are in")
        bob.line("alice entered")
        alice.answer("hello bob", "alice: hello bob")
        bob.line("alice: hello bob")
        bob.answer("hello alice", "bob: hello alice")
        alice.line("bob: hello alice")
        alice.answer("quit", "alice: quit")
        alice.line("that was said; for the command, type /quit")
        alice.send("/quit")
        self.assertTrue(alice.rest().endswith("00 goodbye\n"))
        self.assertEqual(alice.wait(), 0)

    def test_the_last_words_arrive_each_time(self) -> None:
        for _ in range(20):
            visitor = self.openssl("-quiet")
            visitor.send("guest", "public", "hello", "/quit")
            self.assertTrue(visitor.rest().endswith("00 goodbye\n"), visitor.so_far())

    def test_older_versions_than_1_2_are_refused_by_the_server(self) -> None:
        # The security level would keep openssl from even trying.
        for version in ("-tls1", "-tls1_1"):
            refused = self.openssl(version, "-cipher", "DEFAULT@SECLEVEL=0")
            self.assertIn("alert protocol version", refused.rest())
            self.assertNotEqual(refused.wait(), 0)

    def test_newer_ones_are_not(self) -> None:
        for version in ("-tls1_2", "-tls1_3"):
            self.openssl(version, "-quiet").line("11 choose:")

    def test_a_script_that_ends_its_input_has_everything_said(self) -> None:
        make_room(self, self.plain, "ops")
        ear = guest(nc(self, self.plain), "ear", "ops")
        for number in range(20):
            script = f"login ops-bot\n{PASSWORD}\nenter ops\nhello {number}\n"
            said("ncat", "--ssl", "127.0.0.1", str(self.tls), lines=script)
            self.assertTrue(ear.line("ops-bot: ").endswith(f": hello {number}"))

    def test_also_when_its_lines_have_to_wait(self) -> None:
        make_room(self, self.plain, "log")
        ear = guest(Connection(self, self.plain), "log-ear", "log")
        ear.answer("/format json", "setting")
        lines = [f"line {number}" for number in range(PASTE + BURST + 20)]
        script = "\n".join(["login log-bot", PASSWORD, "enter log", *lines, ""])
        said("ncat", "--ssl", "127.0.0.1", str(self.tls), lines=script)
        for line in lines:
            self.assertIn(f'"text":"{line}"', ear.line('"said"'))
        ear.line('"type":"left"')

    def test_who_speaks_no_tls_there_harms_nobody(self) -> None:
        said("nc", "-N", "127.0.0.1", str(self.tls), lines="guest plain\npublic\nhello\n")
        self.openssl("-quiet").line("11 choose:")
