"""Listeners that are not just TCP over IPv4: Unix sockets, IPv6, and behind a proxy."""

from __future__ import annotations

import stat
from socket import AF_INET6, create_server

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import Program, guest, nc, register, said


class UnixSocketTests(SynchronousTestCase):
    def test_people_and_scripts_talk_through_it_to_the_others(self) -> None:
        daemon = self.enterContext(server.running(line=["unix:chat.sock", server.LOOPBACK]))
        path = str(daemon.directory / "chat.sock")
        self.assertEqual(daemon.listening[0], f"unix {path}")
        far = guest(nc(self, daemon.port_of(1)), "far")
        near = guest(Program(self, "nc", "-N", "-U", path), "near")
        far.line("near entered")
        near.answer("hello", "near: hello")
        far.line("near: hello")
        answer = said("nc", "-N", "-U", path, lines="guest bot\npublic\ngood day\n")
        self.assertTrue(answer.endswith("00 goodbye\n"), answer)
        far.line("bot: good day")

    def test_its_mode_is_the_one_that_was_asked_for_whatever_the_umask(self) -> None:
        daemon = self.enterContext(server.running(line=["unix:chat.sock:mode=600", "unix:team.sock:mode=660"], umask=0))
        modes = [stat.S_IMODE((daemon.directory / name).stat().st_mode) for name in ("chat.sock", "team.sock")]
        self.assertEqual([oct(mode) for mode in modes], ["0o600", "0o660"])

    def test_it_is_there_again_after_a_kill_and_gone_after_a_stop(self) -> None:
        daemon = self.enterContext(server.running(line=["unix:chat.sock"]))
        daemon.kill()
        self.assertTrue((daemon.directory / "chat.sock").exists())
        daemon.start()
        guest(Program(self, "nc", "-N", "-U", str(daemon.directory / "chat.sock")), "back")
        daemon.stop()
        self.assertFalse((daemon.directory / "chat.sock").exists())


class IPv6Tests(SynchronousTestCase):
    def setUp(self) -> None:
        try:
            create_server(("::1", 0), family=AF_INET6).close()
        except OSError as error:
            raise SkipTest(f"this machine has no IPv6 on its loopback interface: {error}") from None

    def test_netcat_sees_the_menu(self) -> None:
        daemon = self.enterContext(server.running(line=[r"tcp6:0:interface=\:\:1"]))
        self.assertTrue(daemon.listening[0].startswith("tcp6 [::1]:"), daemon.listening)
        self.assertIn("11 choose:\n", said("nc", "-N", "::1", str(daemon.port), lines=""))

    def test_a_listener_for_everybody_takes_both_kinds_and_notes_their_addresses(self) -> None:
        daemon = self.enterContext(server.running(line=["tcp6:0"]))
        self.assertIn("open to others and not encrypted", daemon.log.so_far())
        for number, host in enumerate(["::1", "127.0.0.1"]):
            answer = said("nc", "-N", host, str(daemon.port), lines=f"guest g{number}\npublic\nhello\n")
            self.assertIn(f"g{number}: hello\n", answer)
        rows = (daemon.data / "log.csv").read_text().split("\n")
        addresses = [address for row in rows for address in ("::1", "127.0.0.1") if f",{address},hello" in row]
        self.assertEqual(addresses, ["::1", "127.0.0.1"])


class ProxyTests(SynchronousTestCase):
    def test_the_address_that_the_proxy_tells_is_noted_and_commands_lead_to_the_proxy(self) -> None:
        daemon = self.enterContext(server.running(line=[server.LOOPBACK, "haproxy:tcp:0:interface=127.0.0.1"]))
        person = nc(self, daemon.port_of(1))
        person.send_bytes(b"PROXY TCP4 198.51.100.9 203.0.113.1 50000 9000\r\n")
        register(person, "alice").answer("public", "you are in")
        person.answer("hello", "alice: hello")
        self.assertTrue(person.answer("/send x.bin 1", "echo put ").endswith("| nc -N 203.0.113.1 9000"))
        self.assertIn("said,public,2,alice,198.51.100.9,hello", (daemon.data / "log.csv").read_text())
