"""The daemon's life: what a reload changes, and how an end is announced."""

from __future__ import annotations

import signal
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.changes import AT_START
from chatd.chat.answers import Refusal, Refused
from chatd.config import Config, ConfigError
from chatd.life import SAME, Life
from chatd.listeners import Listeners
from chatd.manager import Manager
from chatd.testing import Client, Server
from chatd.website import Website
from tests.frontends.web.programs import Peer
from tests.logs import Told


class Reactor(Clock):
    """Time, and an end that is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = 0
        self.triggers: list[Any] = []

    def stop(self) -> None:
        self.stopped += 1

    def addSystemEventTrigger(self, phase: str, event: str, call: Any) -> None:  # noqa: N802 - Twisted's name
        self.triggers.append((phase, event, call))


class Program:
    """A program whose configuration is what a test says."""

    def __init__(self) -> None:
        self.sections: dict[str, Any] = {}
        self.wrong = ""
        self.started: list[dict[str, str]] = []

    def read(self) -> Config:
        if self.wrong:
            raise ConfigError(self.wrong)
        return msgspec.convert(self.sections, Config)

    def as_its_user(self) -> nullcontext[None]:
        return nullcontext()

    def check(self) -> None:
        if "no-way-back" in self.sections:
            raise ConfigError("no way back")

    def run_again(self, environment: dict[str, str]) -> None:
        self.started.append(environment)
        raise OSError


class LifeTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        directory = Path(self.mktemp())
        directory.mkdir()
        self.server = Server(directory)
        self.reactor, self.program = Reactor(), Program()
        self.log = Told(self, "chatd.life.Life")
        parts = Listeners(self.reactor, {}), Manager({}), self.program
        self.life = Life(self.reactor, Config(), self.server.house, *parts, lambda: 0.0)
        self.addCleanup(self.server.stop)

    def reload(self, **sections: dict[str, Any]) -> list[str]:
        """What is told of it."""
        self.program.sections = sections
        return self.successResultOf(self.life.reload())

    def somebody(self, name: str, *lines: str) -> Client:
        client = self.server.connect()
        client.send(f"guest {name}", *lines)
        client.lines()
        return client

    def answer(self, client: Client, *lines: str) -> str:
        client.send(*lines)
        return "\n".join(client.lines())


class ReloadTests(LifeTestCase):
    def test_of_the_same_tells_so(self) -> None:
        self.assertEqual(self.reload(), [SAME])
        self.assertEqual(self.log.lines, [f"reload: {SAME}"])

    def test_a_file_that_cannot_be_used_changes_nothing_and_says_why(self) -> None:
        self.reload(server={"motd": "old"})
        self.program.wrong = "chatd.toml: [limits] flod: no such key"
        self.refused("chatd.toml: [limits] flod: no such key")
        self.assertIn("chatd.toml: [limits] flod: no such key", self.log.lines[-1])
        self.program.wrong = ""
        missing = {"server": {"motd_file": "nowhere.txt"}, "rooms": {"max": 1}}
        self.program.sections = missing
        self.refused("nowhere.txt: No such file or directory")
        self.assertEqual(self.server.house.hub.most_rooms, 1000)
        self.assertIn("old", self.answer(self.somebody("gus"), "motd"))

    def refused(self, why: str) -> None:
        error: Any = self.failureResultOf(self.life.reload(), Refusal).value
        self.assertEqual(error.answer, Refused("not-reloaded", why))

    def test_a_message_of_the_day_in_a_file_is_read_again_though_the_configuration_is_the_same(self) -> None:
        path = Path(self.mktemp())
        path.write_text("closed on Friday\n")
        self.reload(server={"motd_file": str(path)})
        path.write_text("open again\n")
        self.assertEqual(self.reload(server={"motd_file": str(path)}), ["the message of the day has changed"])
        self.assertIn("open again", self.answer(self.somebody("gus"), "motd"))
        self.assertIn("00 open again", self.server.connect().lines())

    def test_every_key_holds_at_once_or_at_the_next_start(self) -> None:
        keys = {(section, key) for section in Config.__struct_fields__ for key in self.fields(section)}
        waiting = {(section, key) for section, key in keys if {(section, key), (section, "*")} & AT_START}
        shown = {name.partition("_now_")[2] for name in dir(self) if "_now_" in name}
        self.assertEqual({f"{section}_{key}" for section, key in keys - waiting}, shown)

    def fields(self, section: str) -> tuple[str, ...]:
        fields: tuple[str, ...] = getattr(Config(), section).__struct_fields__
        return fields

    def test_now_server_name(self) -> None:
        self.reload(server={"name": "den"})
        self.assertTrue(self.server.connect().lines()[0].startswith("00 den 1."))
        self.assertIn("den runs chatd", self.answer(self.somebody("gus"), "version"))

    def test_now_server_motd(self) -> None:
        self.assertIn("[server] motd has changed", self.reload(server={"motd": "hello"}))
        self.assertIn("00 hello", self.server.connect().lines())

    def test_now_server_motd_file(self) -> None:
        path = Path(self.mktemp())
        path.write_text("from a file")
        self.reload(server={"motd_file": str(path)})
        self.assertIn("00 from a file", self.server.connect().lines())

    def test_now_accounts_register(self) -> None:
        self.reload(accounts={"register": False})
        self.assertIn("accounts are not made here", self.answer(self.server.connect(), "register ann", "pw", "pw"))

    def test_now_accounts_guests(self) -> None:
        here = self.somebody("gus", "public")
        self.reload(accounts={"guests": False})
        self.assertIn("guests are not let in here", self.answer(self.server.connect(), "guest eve"))
        self.assertIn("gus: still here", self.answer(here, "still here"))

    def test_now_accounts_sessions_per_account(self) -> None:
        self.server.connect().send("register ann", "pw", "pw")
        self.reload(accounts={"sessions_per_account": 1})
        self.assertIn("ann has 1 sessions", self.answer(self.server.connect(), "login ann", "pw"))

    def test_now_accounts_register_code(self) -> None:
        self.reload(accounts={"register_code": "sesame"})
        told = self.answer(self.server.connect(), "register ann", "open", "pw", "pw")
        self.assertIn("that is not the code for making accounts", told)

    def test_now_accounts_expire_days(self) -> None:
        ann = self.server.connect()
        ann.send("register ann", "pw", "pw", "quit")
        self.server.advance(3 * 86400)
        self.reload(accounts={"expire_days": 2})
        self.server.house.clean_up()
        self.server.turn()
        self.assertIsNone(self.server.accounts.get("ann"))

    def test_now_rooms_max(self) -> None:
        ann = self.server.connect()
        ann.send("register ann", "pw", "pw")
        self.reload(rooms={"max": 1})
        self.assertIn("there are 1 rooms already", self.answer(ann, "create lab"))

    def test_now_presence_inactive_after(self) -> None:
        gus, _ = self.somebody("gus", "public"), self.somebody("eve", "public")
        self.reload(presence={"inactive_after": 10})
        self.server.advance(20)
        self.assertIn("eve (guest, inactive)", self.answer(gus, "/who"))

    def test_now_presence_disconnect_after(self) -> None:
        gus = self.somebody("gus", "public")
        self.reload(presence={"disconnect_after": 10})
        self.server.advance(20)
        self.assertTrue(gus.closed)

    def test_now_limits_flood(self) -> None:
        self.reload(limits={"flood": False})
        answers = self.answer(self.somebody("gus", "public"), *["/version"] * 300)
        self.assertEqual(answers.count("runs chatd"), 300)

    def test_now_limits_connections_per_address(self) -> None:
        here = self.somebody("gus")
        self.reload(limits={"connections_per_address": 1})
        self.assertIn("too many connections come from your address", self.answer(self.server.connect()))
        self.assertIn("gus", self.answer(here, "who"))

    def test_now_limits_logins_per_minute(self) -> None:
        self.answer(self.server.connect(), "login ann", "pw")
        self.reload(limits={"logins_per_minute": 1})
        self.assertIn("wrong name or password", self.answer(self.server.connect(), "login ann", "pw"))
        self.assertIn("too many people log in", self.answer(self.server.connect(), "login ann", "pw"))

    def test_now_limits_registrations_per_hour(self) -> None:
        self.reload(limits={"registrations_per_hour": 1})
        self.answer(self.server.connect(), "register ann", "pw", "pw")
        self.assertIn("too many accounts", self.answer(self.server.connect(), "register bob", "pw", "pw"))

    def test_now_limits_idle_login_seconds(self) -> None:
        self.check_seconds("idle_login_seconds", "nothing came from you for 10 s")

    def test_now_limits_login_seconds(self) -> None:
        self.check_seconds("login_seconds", "you had not logged in for 10 s")

    def check_seconds(self, key: str, told: str) -> None:
        client = self.server.connect()
        self.reload(limits={key: 10})
        self.server.advance(11)
        self.server.house.door.sweep()
        self.assertIn(told, self.answer(client))

    def test_now_limits_line_bytes(self) -> None:
        before = self.somebody("gus", "public")
        self.reload(limits={"line_bytes": 64})
        self.assertIn("longer than 64 bytes", self.answer(self.somebody("eve", "public"), "x" * 65))
        self.assertIn("gus: xx", self.answer(before, "x" * 65))

    def test_now_limits_queue_bytes(self) -> None:
        self.reload(limits={"queue_bytes": 16384})
        self.assertEqual(self.server.house.line.queue_bytes, 16384)

    def test_now_web_origins(self) -> None:
        site = Website(self.server.house).site
        headers = {"Origin": "https://intranet.example"}
        self.assertIn(" 403 ", Peer(self.server, site).begin(headers=headers))
        self.reload(web={"origins": ["https://intranet.example"]})
        self.assertIn(" 101 ", Peer(self.server, site).begin(headers=headers))

    def test_now_web_proxies(self) -> None:
        site = Website(self.server.house).site
        self.reload(web={"proxies": ["198.51.100.7"]})
        peer = Peer(self.server, site, "198.51.100.7")
        peer.begin(headers={"X-Forwarded-For": "203.0.113.9"})
        self.assertEqual(peer.session.address, "203.0.113.9")

    def test_now_files_max_bytes(self) -> None:
        self.check_quota("max_bytes", "a file has at most 10 bytes")

    def test_now_files_room_quota(self) -> None:
        self.check_quota("room_quota", "among the files of public (at most 10 B)")

    def test_now_files_user_quota(self) -> None:
        self.check_quota("user_quota", "among your files (at most 10 B)")

    def test_now_files_keep(self) -> None:
        self.reload(files={"keep": "1h"})
        self.assertEqual(self.server.house.transfers.quotas.keep, 3_600_000)

    def check_quota(self, key: str, told: str) -> None:
        ann = self.server.connect()
        ann.send("register ann", "pw", "pw", "public")
        ann.lines()
        self.reload(files={key: 10})
        self.assertIn(told, self.answer(ann, "/send a.txt 11"))


class EndTests(LifeTestCase):
    def told(self, client: Client) -> list[str]:
        return [line for line in client.lines() if "stops in" in line]

    def test_a_stop_at_once_is_one(self) -> None:
        self.life.stop(0, "new disks")
        self.assertEqual(self.reactor.stopped, 1)
        self.assertEqual(self.life.end(), "new disks")

    def test_a_later_one_is_announced_at_once_and_from_time_to_time(self) -> None:
        gus = self.somebody("gus", "public")
        self.life.stop(700, "new disks")
        self.server.turn()
        told: dict[int, list[str]] = {}
        for second in range(701):
            lines = self.told(gus)
            if lines:
                told[second] = lines
            self.reactor.advance(1)
            self.server.turn()
        self.assertEqual(
            told,
            {
                0: ["111 -- the server stops in 700 seconds: new disks"],
                100: ["111 -- the server stops in 10 minutes: new disks"],
                400: ["111 -- the server stops in 5 minutes: new disks"],
                640: ["111 -- the server stops in 1 minute: new disks"],
                690: ["111 -- the server stops in 10 seconds: new disks"],
            },
        )
        self.assertEqual(self.reactor.stopped, 1)

    def test_another_one_takes_its_place(self) -> None:
        self.life.stop(100, "")
        self.life.stop(1000, "")
        self.reactor.pump([1] * 999)
        self.assertEqual(self.reactor.stopped, 0)
        self.reactor.advance(1)
        self.assertEqual(self.reactor.stopped, 1)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_a_signal_before_its_time_ends_the_waiting(self) -> None:
        self.life.stop(100, "")
        self.life.end()
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_a_connection_that_is_at_its_first_words_is_not_spoken_to(self) -> None:
        stranger = self.server.connect()
        stranger.lines()
        self.life.stop(100, "")
        self.server.turn()
        self.assertEqual(stranger.lines(), [])

    def test_a_restart_starts_again_when_all_is_over(self) -> None:
        self.patch(signal, "signal", lambda number, handler: None)
        self.life.restart("")
        self.life.end()
        ((phase, event, call),) = self.reactor.triggers
        self.assertEqual((phase, event), ("after", "shutdown"))
        call()
        self.assertEqual(len(self.program.started), 1)
        self.assertEqual(self.log.lines[-1], "chatd could not start again")

    def test_not_where_it_was_stopped_meanwhile(self) -> None:
        self.life.restart("")
        self.life.end()
        self.life.stop(0, "")
        self.reactor.triggers[0][2]()
        self.assertEqual((self.program.started, self.reactor.stopped), ([], 1))

    def test_one_that_would_fail_is_refused(self) -> None:
        self.program.wrong = "chatd.toml: not TOML"
        error = self.assertRaises(Refusal, self.life.restart, "")
        self.assertEqual(error.answer, Refused("not-restarted", "chatd.toml: not TOML"))
        self.assertEqual((self.reactor.stopped, self.life.restarts), (0, False))

    def test_an_endpoint_that_there_cannot_be_is_seen_before_it_is_begun(self) -> None:
        for spec, why in (("nonsense:1", "nonsense"), ("ssl:1:privateKey=nowhere.pem", "nowhere.pem: No such file")):
            self.program.sections = {"listen": {"line": ["tcp:1", spec]}}
            error: Any = self.assertRaises(Refusal, self.life.restart, "")
            self.assertIn(why, error.answer.about)
        self.assertEqual(self.reactor.stopped, 0)
        self.program.sections = {"listen": {"line": ["tcp:1", "unix:chat.sock", "haproxy:tcp:2"]}}
        self.patch(signal, "signal", lambda number, handler: None)
        self.life.restart("")
        self.assertEqual(self.reactor.stopped, 1)

    def test_of_two_in_one_moment_the_first_holds(self) -> None:
        self.life.restart("")
        self.assertRaises(Refusal, self.life.restart, "")
        self.life.stop(0, "")
        self.assertEqual((self.reactor.stopped, self.life.restarts), (1, False))

    def test_none_is_begun_while_it_stops(self) -> None:
        self.life.stop(0, "")
        self.life.end()
        self.assertRaises(Refusal, self.life.restart, "")
