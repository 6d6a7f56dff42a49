"""Many behind one address, with real connections: a class that logs in, and who is one too many."""

from __future__ import annotations

import json
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.door import SPARE
from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.test_console import chatctl
from tests.end_to_end.tools import Connection, guest

PUPILS, TYPOS = 40, 10
PATIENCE = 30.0
"""Seconds that a class may wait."""


class ClassTests(SynchronousTestCase):
    def test_forty_behind_one_address_are_in_though_ten_mistype_first(self) -> None:
        daemon = self.enterContext(server.running())
        rows = "\n".join(["name", *(f"pupil{number}" for number in range(PUPILS)), ""])
        made = chatctl(daemon, "--json", "adduser", "--from", "-", given=rows)
        self.assertEqual(made.returncode, 0, made.stderr)
        told = [json.loads(line) for line in made.stdout.split("\n") if "account-made" in line]
        accounts = {account["name"]: account["password"] for account in told}
        self.assertEqual(len(accounts), PUPILS)
        begun = time.monotonic()
        pupils = [Connection(self, daemon.port) for _ in accounts]
        for number, (pupil, (name, password)) in enumerate(zip(pupils, accounts.items(), strict=True)):
            if number < TYPOS:
                pupil.send(f"login {name}", password[:-1])
            pupil.send(f"login {name}", password, "enter public")
        for pupil, name in zip(pupils, accounts, strict=True):
            pupil.line(f"welcome, {name}", PATIENCE - (time.monotonic() - begun))
        print(f"{PUPILS} logins, {TYPOS} of them mistyped first: {time.monotonic() - begun:.1f} s")
        pupils[0].answer("we are all here", "pupil0: we are all here")
        pupils[-1].line("pupil0: we are all here")
        used = chatctl(daemon, "status").stdout
        self.assertIn(f"connections_per_address: {PUPILS} of 200 (127.0.0.1)", used)
        self.assertIn(f"{PUPILS} ok, {TYPOS} wrong-password", used)


class BoundTests(SynchronousTestCase):
    def setUp(self) -> None:
        config = Path(self.mktemp() + ".toml").absolute()
        limits = "connections_per_address = 3\nlogins_per_minute = 2\nregistrations_per_hour = 1\n"
        config.write_text(f"[limits]\n{limits}idle_login_seconds = 2\n")
        self.daemon = self.enterContext(server.running("--config", str(config)))

    def connect(self) -> Connection:
        return Connection(self, self.daemon.port)

    def test_one_too_many_gives_files_and_no_more_and_far_too_many_go(self) -> None:
        first = guest(self.connect(), "gus")
        others = [guest(self.connect(), f"gus{number}") for number in range(2)]
        fourth = self.connect()
        fourth.line("only put TICKET and get TICKET work here")
        fourth.answer("guest more", "you are disconnected: too many connections")
        fourth.close()
        many = [self.connect() for _ in range(SPARE)]
        for one in many:
            one.line("only put TICKET")
        self.assertIn("too many connections come from your address; try again later", self.connect().rest())
        for one in (*many, others[0]):
            one.close()
        first.answer("still here", "gus: still here")
        guest(self.connect(), "late")

    def test_who_says_nothing_or_tries_too_often_is_told_and_the_others_go_on(self) -> None:
        gus = guest(self.connect(), "gus")
        silent = self.connect()
        busy = self.connect()
        for name in ("alice", "bob", "carol"):
            busy.send(f"login {name}", "guess")
        busy.line("busy: too many people log in from your address; try again in 30 s", DEADLINE)
        self.assertIn("nothing came from you for 2 s, and you had not logged in", silent.rest())
        gus.answer("still here", "gus: still here")
