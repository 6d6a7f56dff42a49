"""Many who come at once, stand about, or guess: they are sent away, and nobody who is in, or wants in, is harmed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from argon2 import PasswordHasher
from twisted.protocols.haproxy._wrapper import HAProxyWrappingFactory

from chatd.frontends.door import LEAVING, SPARE, SPARE_SECONDS
from chatd.frontends.proxied import wait_for_header
from chatd.hashing import MOST_HASHES
from chatd.testing import Client, MemoryTransport
from tests.accounts import Threads
from tests.behaviour.scene import PASSWORD, Stage

HERE, ELSEWHERE = "198.51.100.1", "198.51.100.2"
TOO_MANY = "00 you are disconnected: too many connections come from your address; try again later"
WRONG = "00 wrong name or password"


class CrowdTestCase(Stage):
    def begin(self, **limits: Any) -> None:
        self.start({"limits": limits})

    def register(self, *names: str) -> None:
        for name in names:
            client = self.server.connect(ELSEWHERE)
            client.send(f"register {name}", PASSWORD, PASSWORD, "quit")
            self.assertIn(f"00 welcome, {name}", client.lines())
            client.lose()

    def login(self, name: str, password: str = PASSWORD, address: str = HERE) -> list[str]:
        """What somebody is told who logs in, and goes again."""
        client = self.server.connect(address)
        client.received()
        client.send(f"login {name}", password, "quit")
        client.lose()
        return client.lines()

    def pass_time(self, seconds: float, step: float = 5) -> None:
        """Let time go by, and the door look at all connections now and then."""
        for _ in range(round(seconds / step)):
            self.server.advance(step)
            self.server.house.door.sweep()
            self.server.turn()


class IdleTests(CrowdTestCase):
    def last(self, client: Client) -> str:
        return client.lines()[-1]

    def test_thousands_that_say_nothing_are_closed_and_nobody_else(self) -> None:
        self.begin(connections_per_address=0)
        self.register("alice")
        alice, guest = self.server.connect(), self.server.connect()
        alice.send("login alice", PASSWORD)
        guest.send("guest")
        idle = [self.server.connect() for _ in range(5000)]
        self.pass_time(55)
        self.assertFalse(any(client.closed for client in idle))
        self.pass_time(5)
        self.assertTrue(all(client.closed for client in idle))
        wanted = "00 you are disconnected: nothing came from you for 60 s, and you had not logged in"
        self.assertEqual({self.last(client) for client in idle}, {wanted})
        self.pass_time(600)
        self.assertEqual([alice.closed, guest.closed], [False, False])
        self.assertIn("00 welcome, alice", self.login("alice"))

    def test_bytes_that_make_no_line_are_no_sign_of_life(self) -> None:
        self.begin()
        client = self.server.connect()
        for _ in range(12):
            client.send_bytes(b"x")
            self.pass_time(5)
        self.assertTrue(client.closed)

    def test_whoever_says_something_has_longer_but_not_for_ever(self) -> None:
        self.begin()
        client = self.server.connect()
        for _ in range(29):
            client.send("help")
            self.pass_time(10)
        self.assertFalse(client.closed)
        client.send("help")
        self.pass_time(10)
        self.assertEqual(self.last(client), "00 you are disconnected: you had not logged in for 300 s")

    def test_the_time_begins_anew_with_a_logout(self) -> None:
        self.begin()
        client = self.server.connect()
        client.send("guest")
        self.pass_time(600)
        client.send("logout")
        self.pass_time(55)
        self.assertFalse(client.closed)
        self.pass_time(10)
        self.assertTrue(client.closed)

    def test_a_password_prompt_does_not_last_longer(self) -> None:
        self.begin()
        client = self.server.connect()
        client.send("login alice")
        self.pass_time(65)
        self.assertTrue(client.closed)

    def test_a_transfer_needs_no_login(self) -> None:
        self.begin(connections_per_address=2)
        self.register("alice")
        alice = self.server.connect(HERE)
        alice.send("login alice", PASSWORD, "public", "/send notes.txt 24")
        ticket = next(line for line in alice.lines() if "put " in line).partition("put ")[2][:32]
        transfer = self.server.connect(HERE)
        transfer.send(f"put {ticket}")
        other = self.server.connect(HERE)
        self.assertFalse(other.closed, "the transfer takes up nobody's place")
        for _ in range(24):
            self.pass_time(25)
            self.assertFalse(transfer.closed, transfer.lines())
            transfer.send_bytes(b"x")
        self.assertIn("00 stored", "\n".join(transfer.lines()))


class ConnectionTests(CrowdTestCase):
    def test_far_too_many_get_one_line_and_are_closed(self) -> None:
        self.begin(connections_per_address=3)
        clients = [self.server.connect(HERE) for _ in range(3 + SPARE + 1)]
        self.assertEqual([client.closed for client in clients[-2:]], [False, True])
        self.assertEqual(clients[-1].lines(), [TOO_MANY])
        self.assertFalse(self.server.connect(ELSEWHERE).closed)
        clients[0].lose()
        self.assertIn("11 choose:", self.server.connect(HERE).lines())

    def test_one_too_many_may_do_nothing_but_give_and_fetch_files(self) -> None:
        self.begin(connections_per_address=1)
        self.server.connect(HERE)
        for word in ("guest", "login alice", "help", "", "1"):
            client = self.server.connect(HERE)
            told = "00 too many connections come from your address; only put TICKET and get TICKET work here"
            self.assertEqual(client.lines(), [told, "11 choose:"])
            client.send(word, "guest gus")
            self.assertEqual(client.lines(), [TOO_MANY])
            self.assertTrue(client.closed)
            client.lose()
        silent = self.server.connect(HERE)
        self.pass_time(SPARE_SECONDS)
        self.assertEqual(silent.lines()[-1], TOO_MANY)

    def test_files_are_given_and_fetched_while_all_are_here(self) -> None:
        self.begin(connections_per_address=2)
        self.register("alice")
        alice = self.server.connect(HERE)
        alice.send("login alice", PASSWORD, "public", "/send notes.txt 5")
        self.server.connect(HERE)
        ticket = next(line for line in alice.lines() if "put " in line).partition("put ")[2][:32]
        transfer = self.server.connect(HERE)
        transfer.send(f"put {ticket}", "hell")
        self.assertIn("00 stored", "\n".join(transfer.lines()))
        alice.send("/get 1")
        ticket = next(line for line in alice.lines() if "echo get " in line).partition("get ")[2][:32]
        fetching = self.server.connect(HERE)
        fetching.send(f"get {ticket}")
        self.assertTrue(fetching.received().endswith(b"hell\n"))
        self.assertEqual(self.server.house.door.refusals, 0)
        wrong = self.server.connect(HERE)
        wrong.send("get 0123", "guest gus")
        self.assertEqual(wrong.lines()[-2:], ["11 choose:", TOO_MANY])

    def test_what_it_sends_is_not_looked_at_and_its_end_harms_nobody(self) -> None:
        self.begin(connections_per_address=1)
        self.server.connect(HERE)
        for _ in range(SPARE):
            self.server.connect(HERE)
        second = self.server.connect(HERE)
        second.received()
        second.send("guest mallory", "public", "hello")
        second.end_input()
        second.lose()
        self.assertEqual(second.received(), b"")

    def test_behind_a_proxy_whoever_comes_by_it_is_counted(self) -> None:
        self.begin(connections_per_address=1)
        port = SimpleNamespace(factory=HAProxyWrappingFactory(self.server.house.line))
        wait_for_header(port, self.server.clock)
        told = [self.through(port.factory, source) for source in ("203.0.113.1", "203.0.113.2", "203.0.113.1")]
        self.assertEqual(["too many connections" in text for text in told], [False, False, True])

    def through(self, factory: Any, source: str) -> str:
        """What is told to somebody who comes from ``source`` by a proxy, and asks who is here."""
        protocol, transport = factory.buildProtocol(None), MemoryTransport(HERE)
        protocol.makeConnection(transport)
        protocol.dataReceived(f"PROXY TCP4 {source} 192.0.2.1 50000 9000\r\nguest\n".encode())
        self.server.turn()
        return transport.written.decode()

    def test_one_that_does_not_go_is_cut(self) -> None:
        self.begin(connections_per_address=1)
        for _ in range(1 + SPARE):
            self.server.connect(HERE)
        second = self.server.connect(HERE, reading=False)
        self.pass_time(LEAVING)
        self.assertTrue(second.transport.aborted)

    def test_an_address_of_ipv6_is_its_first_half(self) -> None:
        self.begin(connections_per_address=1)
        self.server.connect("2001:db8::1")
        self.assertEqual(len(self.server.connect("2001:db8::2").lines()), 2, "it may show a ticket, and no more")
        self.assertGreater(len(self.server.connect("2001:db8:0:1::1").lines()), 2)

    def test_nothing_is_left_of_thousands_that_come_and_go(self) -> None:
        self.begin()
        house = self.server.house
        for number in range(5000):
            self.server.connect(f"10.{number >> 8}.{number & 255}.1").lose()
        self.server.clients.clear()
        self.assertEqual((len(house.line.open), house.door.known), (0, 0))


class RateTests(CrowdTestCase):
    def test_above_the_rate_one_is_told_when_to_try_again_and_nothing_is_hashed(self) -> None:
        self.begin(logins_per_minute=3)
        self.register("alice")
        before = self.server.house.pool.done
        for _ in range(3):
            self.assertIn("00 welcome, alice", self.login("alice"))
        told = self.login("alice")
        self.assertIn("00 busy: too many people log in from your address; try again in 20 s", told)
        self.assertEqual(self.server.house.pool.done - before, 3)
        self.assertIn("00 welcome, alice", self.login("alice", address=ELSEWHERE))
        self.server.advance(20)
        self.assertIn("00 welcome, alice", self.login("alice"))

    def test_without_rules_about_rates_there_is_none(self) -> None:
        self.begin(flood=False, logins_per_minute=1)
        self.register("alice")
        for _ in range(10):
            self.assertIn("00 welcome, alice", self.login("alice"))

    def test_so_it_is_for_registrations(self) -> None:
        self.begin(registrations_per_hour=2)
        self.register("alice", "bob")
        client = self.server.connect(ELSEWHERE)
        client.send("register carol", PASSWORD, PASSWORD, "quit")
        self.assertIn("00 busy: too many accounts are made from your address; try again in 1800 s", client.lines())
        self.assertEqual(self.server.house.pool.done, 2)

    def test_a_class_behind_one_address_is_in_at_once_with_ten_typing_errors(self) -> None:
        self.begin()
        names = [f"pupil{number}" for number in range(40)]
        self.register(*names)
        before = self.server.house.pool.done
        for number, name in enumerate(names):
            if number < 10:
                self.assertIn(WRONG, self.login(name, "typo"))
            self.assertIn(f"00 welcome, {name}", self.login(name))
        self.assertEqual(self.server.clock.seconds(), 0)
        self.assertEqual(self.server.house.pool.done - before, 50)


class GuessingTests(CrowdTestCase):
    def setUp(self) -> None:
        self.begin()
        self.register("alice")

    def test_a_guesser_waits_and_the_owner_elsewhere_does_not(self) -> None:
        for _ in range(5):
            self.assertIn(WRONG, self.login("alice", "guess"))
        before = self.server.house.pool.done
        self.assertIn("00 too many wrong passwords; try again in 1 s", self.login("alice", PASSWORD))
        self.assertEqual(self.server.house.pool.done, before)
        self.assertIn("00 welcome, alice", self.login("alice", address=ELSEWHERE))
        self.server.advance(1)
        self.assertIn("00 welcome, alice", self.login("alice"))

    def test_names_that_nobody_has_are_treated_alike(self) -> None:
        self.assertEqual(*(self.all_that_is_told(name) for name in ("alice", "nobody")))

    def all_that_is_told(self, name: str) -> tuple[list[list[str]], int]:
        before = self.server.house.pool.done
        told = [self.login(name, "guess") for _ in range(8)]
        return told, self.server.house.pool.done - before

    def test_a_session_left_open_is_no_shorter_way(self) -> None:
        client = self.server.connect(HERE)
        client.send("login alice", PASSWORD)
        for _ in range(6):
            client.send("unregister", "guess")
        self.assertIn("00 too many wrong passwords; try again in 1 s", client.lines())

    def test_so_it_is_for_the_passwords_of_rooms(self) -> None:
        alice = self.server.connect(ELSEWHERE)
        alice.send("login alice", PASSWORD, "create lab", "enter lab", "/access password", "open sesame")
        gus, hal = self.server.connect(HERE), self.server.connect(HERE)
        gus.send("guest gus", *(line for _ in range(5) for line in ("enter lab", "guess")))
        self.assertEqual(sum("that is not the password of lab" in line for line in gus.lines()), 5)
        before = self.server.house.pool.done
        gus.send("enter lab", "open sesame")
        self.assertIn("00 too many wrong passwords; try again in 1 s", gus.lines())
        self.assertEqual(self.server.house.pool.done, before)
        hal.send("guest hal", "enter lab open sesame", "enter lab", "open sesame")
        self.assertIn("you are in", "\n".join(hal.lines()), "others from there are not kept out")
        self.server.advance(1)
        gus.send("enter lab", "open sesame")
        self.assertIn("you are in", "\n".join(gus.lines()))

    def test_a_hidden_room_is_guessed_at_like_one_that_is_not_there(self) -> None:
        alice = self.server.connect(ELSEWHERE)
        words = "/access password", "open sesame", "/access hidden on"
        alice.send("login alice", PASSWORD, "create lab", "enter lab", *words)
        told = []
        for room, address in (("lab", HERE), ("den", "198.51.100.3")):
            client = self.server.connect(address)
            client.send(f"guest of-{room}")
            client.received()
            client.send(*(f"enter {room} guess" for _ in range(7)))
            told.append([line.replace(room, "it") for line in client.lines()])
        self.assertEqual(told[0], told[1])
        self.assertIn("00 too many wrong passwords; try again in 1 s", told[0])


class HashTests(CrowdTestCase):
    def setUp(self) -> None:
        self.threads = Threads()
        self.start({"limits": {"flood": False, "connections_per_address": 0}}, in_thread=self.threads)
        self.register("alice")
        self.threads.later = True

    def guessing(self, number: int) -> list[Client]:
        clients = [self.server.connect() for _ in range(number)]
        for who, client in enumerate(clients):
            client.received()
            client.send(f"login user{who}", "guess")
        return clients

    def work(self) -> None:
        while len(self.threads):
            self.threads.work()
            self.server.turn()

    def test_of_five_hundred_logins_at_once_so_many_wait_and_the_rest_is_told(self) -> None:
        clients = self.guessing(500)
        self.assertEqual(len(self.threads), MOST_HASHES)
        busy = [client for client in clients if any("try again in a moment" in line for line in client.lines())]
        self.assertEqual(len(busy), 500 - MOST_HASHES)
        self.work()
        self.assertEqual(self.server.house.pool.waiting, 0)

    def test_nothing_is_hashed_for_who_is_gone(self) -> None:
        hashed: list[object] = []
        self.patch(PasswordHasher, "verify", lambda *of: hashed.append(of))
        for client in self.guessing(100):
            client.lose()
        self.work()
        self.assertEqual(hashed, [])
        self.assertEqual(self.server.house.guard.results["gone"], 100)

    def test_but_what_was_said_behind_the_password_is_carried_out(self) -> None:
        self.server.connect()
        bob = self.server.connect()
        bob.send("guest bob", "public")
        client = self.server.connect()
        client.send("login alice", PASSWORD, "public", "I was here")
        client.lose()
        self.work()
        self.assertIn("alice: I was here", bob.lines()[-2])
