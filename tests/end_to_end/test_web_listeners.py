"""The web listeners of a real chatd: of every kind, over stops, restarts, reloads and crashes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import time
from contextlib import AbstractContextManager, closing
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase
from websockets.sync.client import ClientConnection, connect, unix_connect

from chatd.outlet import GRACE
from tests.end_to_end import certificates, server
from tests.end_to_end.chatc import ChatcTests
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.sockets import WEB, Object, Peer, address
from tests.end_to_end.test_console import chatctl
from tests.end_to_end.tools import PASSWORD, Connection, guest, nc

PERIOD = 0.02
"""Seconds from one connection to the next."""


def next_of(connection: ClientConnection) -> Object:
    """The next object."""
    told: Object = json.loads(connection.recv(timeout=DEADLINE))
    return told


def where(daemon: server.Daemon) -> list[str]:
    """Its web listeners, as the log tells them."""
    return re.findall(r"web: (\S+ \S+)", daemon.log.so_far())


def port_of(place: str) -> int:
    """Of one of them."""
    return int(place.rpartition(":")[2])


class KindTests(SynchronousTestCase):
    def greeted(self, connecting: AbstractContextManager[ClientConnection]) -> ClientConnection:
        """Somebody who connects is greeted, and is a guest then."""
        connection = self.enterContext(connecting)
        self.assertEqual(next_of(connection)["type"], "greeting")
        connection.send('{"type":"guest","id":1}')
        self.assertEqual([next_of(connection)["type"] for _ in range(2)], ["welcome", "done"])
        return connection

    def test_a_unix_socket_and_ipv6(self) -> None:
        with server.running("--web", "unix:web.sock", "--web", r"tcp6:0:interface=\:\:1") as daemon:
            self.greeted(unix_connect(str(daemon.directory / "web.sock"), uri="ws://chat.example/ws"))
            (_, there) = where(daemon)
            self.assertTrue(there.startswith("tcp6 [::1]:"), there)
            self.greeted(connect(f"ws://[::1]:{port_of(there)}/ws", proxy=None))

    def test_tls_and_a_certificate_that_is_renewed(self) -> None:
        directory = Path(self.mktemp()).absolute()
        directory.mkdir()
        key, certificate = certificates.write(directory)
        endpoint = f"ssl:0:interface=127.0.0.1:privateKey={key}:certKey={certificate}"
        with server.running("--web", endpoint) as daemon:
            (there,) = where(daemon)
            uri = f"wss://localhost:{port_of(there)}/ws"
            before = self.greeted(connect(uri, ssl=ssl.create_default_context(cafile=str(certificate)), proxy=None))
            old = certificate.read_text()
            certificates.write(directory)
            os.kill(daemon.pid, signal.SIGHUP)
            daemon.expect("reload: ")
            after = self.greeted(connect(uri, ssl=ssl.create_default_context(cafile=str(certificate)), proxy=None))
            began = time.monotonic()
            after.close()
            self.assertLess(time.monotonic() - began, GRACE / 2, "it was cut, and not closed")
            with self.assertRaises(ssl.SSLError):
                self.enterContext(connect(uri, ssl=ssl.create_default_context(cadata=old), proxy=None))
            before.send('{"type":"version"}')
            self.assertEqual(next_of(before)["type"], "version")
            daemon.process.terminate()
            self.assertEqual(next_of(before)["reason"], "stopping")

    def test_behind_haproxy(self) -> None:
        with server.running("--web", "haproxy:tcp:0:interface=127.0.0.1") as daemon:
            (there,) = where(daemon)
            plain = socket.create_connection(("127.0.0.1", port_of(there)), DEADLINE)
            self.addCleanup(plain.close)
            plain.sendall(b"PROXY TCP4 203.0.113.9 127.0.0.1 50000 80\r\n")
            connection = self.greeted(connect("ws://chat.example/ws", sock=plain, proxy=None))
            connection.send('{"type":"enter","room":"public"}')
            connection.send('{"type":"say","text":"hello","id":2}')
            while next_of(connection).get("id") != 2:
                pass
            self.assertIn(",203.0.113.9,", (daemon.data / "log.csv").read_text())


class RoomTests(ChatcTests):
    def test_a_program_netcat_and_chatc_see_the_same(self) -> None:
        with server.running(*WEB, "--config", self.config()) as daemon:
            netcat = guest(nc(self, daemon.port), "nell")
            program = Peer(self, daemon).enter("pat")
            client, _ = self.visit(daemon.port, "carl")
            netcat.line("carl entered")
            for number in range(20):
                netcat.send(f"nell {number}")
                program.tell("say", text=f"pat {number}")
                client.sendline(f"carl {number}")
            texts = {f"{name} {number}" for name in ("nell", "pat", "carl") for number in range(20)}
            heard = [program.take("said")["text"] for _ in texts]
            self.assertEqual(set(heard), texts)
            for text in heard:
                # In the same order as the program heard them.
                netcat.line(f" {text}")
                client.expect_exact(f" {text}\r\n")

    def config(self) -> str:
        path = Path(self.mktemp()).absolute()
        path.with_suffix(".toml").write_text("[limits]\nflood = false\n")
        return str(path.with_suffix(".toml"))


class LifeTests(SynchronousTestCase):
    def test_a_deaf_one_holds_up_no_stop(self) -> None:
        with server.running(*WEB) as daemon:
            deaf, closed = self.deaf(daemon), Peer(self, daemon).enter("ann")
            for _ in range(20):
                closed.done("say", text="x" * 4000)
            began = time.monotonic()
            daemon.process.terminate()
            self.assertEqual(closed.closed(), 1001)
            daemon.process.wait(DEADLINE)
            self.assertLess(time.monotonic() - began, 5)
            self.assertNotEqual(deaf.fileno(), -1)

    def deaf(self, daemon: server.Daemon) -> socket.socket:
        """One who asks for much and reads none of it."""
        deaf = socket.create_connection(("127.0.0.1", port_of(where(daemon)[0])), DEADLINE)
        self.addCleanup(deaf.close)
        peer = self.enterContext(connect(address(daemon), sock=deaf, proxy=None, max_queue=1, close_timeout=0.1))
        for request in ('{"type":"guest"}', '{"type":"enter","room":"public"}'):
            peer.send(request)
        for _ in range(90):
            peer.send('{"type":"help"}')
        return deaf

    def test_of_many_who_connect_while_it_restarts_none_is_refused(self) -> None:
        with server.running(*WEB) as daemon:
            place = where(daemon)[0]
            peer = Peer(self, daemon).enter("ann")
            began = time.monotonic()
            for number in range(100):
                if number == 10:
                    os.kill(daemon.pid, signal.SIGUSR2)
                with closing(socket.create_connection(("127.0.0.1", port_of(place)), DEADLINE)):
                    time.sleep(max(0.0, began + number * PERIOD - time.monotonic()))
            self.assertEqual(peer.take("closing")["reason"], "restarting")
            self.assertEqual(peer.closed(), 1001)
            daemon.log.line("web: ")
            self.assertEqual(where(daemon), [place, place])
            Peer(self, daemon)

    def test_after_a_crash_a_session_goes_on_with_every_message_once_and_in_order(self) -> None:
        daemon = server.Daemon("--web", f"tcp:{self.free()}:interface=127.0.0.1")
        self.addCleanup(daemon.finish)
        talker, reader = Peer(self, daemon), Peer(self, daemon)
        codes: list[str] = []
        for peer, name in ((talker, "tom"), (reader, "ria")):
            peer.tell("register", name=name, password=PASSWORD)
            codes.append(str(peer.take("welcome")["resume"]))
            peer.done("enter", room="public")
        for number in range(40):
            talker.done("say", text=str(number))
        heard = [reader.take("said") for _ in range(15)]
        daemon.kill()
        daemon.start()
        again = Peer(self, daemon)
        again.tell("resume", code=codes[1], seen={"public": heard[-1]["seq"], "@me": 0}, id="back")
        while (told := again.next()).get("id") != "back":
            if told["type"] == "said":
                heard.append(told)
        self.assertEqual([told["text"] for told in heard], [str(number) for number in range(40)])
        self.assertEqual([told["seq"] for told in heard], sorted({told["seq"] for told in heard}))
        self.assertTrue(all(told["replayed"] for told in heard[15:]))

    def free(self) -> int:
        """A port that nobody has."""
        with socket.create_server(("127.0.0.1", 0)) as one:
            return int(one.getsockname()[1])

    def test_the_log_holds_no_secret(self) -> None:
        with server.running(*WEB) as daemon:
            peer = Peer(self, daemon)
            peer.done("register", name="ann", password="a secret of ann")
            peer.ask("login", name="ann", password="a secret of ann")
            code = peer.ask("resume")["code"]
            peer.ask("resume", code=code, seen={})
            for wrong in (b'{"type":"login","password":"a secret', b"\xffa secret", b"GET /a secret"):
                with closing(socket.create_connection(("127.0.0.1", port_of(where(daemon)[0])), DEADLINE)) as raw:
                    raw.sendall(wrong + b"\r\n\r\n")
                    raw.recv(100)
            peer.socket.send(b'{"type":"login","password":"a secret')
            self.assertEqual(peer.next()["error"], "bad-json")
            daemon.stop()
            for text in (daemon.log.so_far(), (daemon.data / "log.csv").read_text()):
                self.assertNotIn("a secret", text)
                self.assertNotIn(str(code), text)


class ConsoleTests(SynchronousTestCase):
    def test_whoever_came_by_the_web_is_seen_and_sent_away(self) -> None:
        with server.running(*WEB) as daemon:
            peer = Peer(self, daemon).enter("ann")

            def told(*words: str) -> str:
                return chatctl(daemon, *words).stdout

            self.assertIn("ann (guest); web from 127.0.0.1", told("sessions"))
            self.assertIn("ann (guest); active, 1 session; in public", told("users"))
            told("kick", "ann")
            self.assertEqual(peer.closed(), 1000)
            self.assertNotIn("ann", told("users"))
            Connection(self, daemon.port).line("chatd")
