"""The operator's log of a run in which much happens: an event is a line, and nothing that people say stands in it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.test_tls import listener
from tests.end_to_end.tools import PASSWORD, Connection, Program, enter, guest, make_room, register, said

SAID = "walls have ears"
SECRET = "open sesame"
TEXT = "2026-01-31T12:00:00+0000 [chatd#critical] forged"


class LogTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp()).absolute()
        self.directory.mkdir()
        self.secrets = {PASSWORD, SAID, SECRET, TEXT}

    def run_of(self, *options: str) -> list[str]:
        """The lines of its log."""
        config = self.directory / "chatd.toml"
        config.write_text(f'[server]\nmotd = "{SAID}"\n')
        command = server.twistd("--nodaemon", "--pidfile=", *options, "chatd", "--config", str(config))
        line = server.listeners([server.LOOPBACK, listener(self)])
        self.process = subprocess.Popen(
            [*command, "--data", str(self.directory / "data"), *line],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=server.environment(),
        )
        assert self.process.stdout is not None
        for end in (self.process.stdout.close, self.process.wait, self.process.kill):
            self.addCleanup(end)
        log: list[str] = []
        for line_of_log in self.process.stdout:
            log.append(line_of_log.removesuffix("\n"))
            if "there is no operator" in line_of_log:
                break
        plain, tls = map(int, re.findall(r"listening: (?:tcp|ssl) 127\.0\.0\.1:(\d+)", "\n".join(log)))
        self.much_happens(plain, tls, config)
        self.process.terminate()
        rest, _ = self.process.communicate(timeout=DEADLINE)
        return [*log, *rest.removesuffix("\n").split("\n")]

    def much_happens(self, plain: int, tls: int, config: Path) -> None:
        make_room(self, plain, "lab")
        ann = enter(register(Connection(self, plain), "ann"), "lab")
        ann.answer(SAID, f"ann: {SAID}")
        ann.answer(TEXT, f"ann: {TEXT}")
        wrong = Connection(self, plain)
        wrong.send("login ann", SECRET, f"login {SECRET}", PASSWORD, "login ann", SECRET)
        wrong.rest()
        bob = guest(Program(self, "openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{tls}"), "bob")
        bob.answer(f"/msg ann {SAID}", "a guest writes only")
        ticket = ann.answer("/send x.bin 3", "echo put ").partition("echo put ")[2][:32]
        self.secrets.add(ticket)
        said("nc", "-N", "127.0.0.1", str(plain), lines=f"put {ticket}\nabc")
        said("nc", "-N", "127.0.0.1", str(plain), lines=f"put {ticket}\nabc")
        said("nc", "-N", "127.0.0.1", str(tls), lines=f"{SAID}\n")
        said(
            "nc",
            "-N",
            "127.0.0.1",
            str(plain),
            lines=b"GET /" + SECRET.encode() + b" HTTP/1.1\r\n\r\n\xff\xfe\x1b]0;x\x07\n",
        )
        config.write_text(f'[server]\nmotd = "{SECRET}"\n[rooms]\nmax = 7\n')
        os.kill(self.process.pid, signal.SIGHUP)
        # A signal comes when it comes.
        self.assertTrue(any(SECRET in ann.answer("/motd", "-- ") for _ in range(1000)))

    def check_secrets(self, log: list[str]) -> None:
        for secret in self.secrets:
            self.assertEqual([line for line in log if secret in line], [], secret)
        self.assertTrue(all(line.isprintable() or line.startswith("\t") for line in log), log)

    def test_as_text(self) -> None:
        log = self.run_of()
        self.check_secrets(log)
        for line in log:
            self.assertRegex(line, r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d{4} \[[\w.#-]+\] |\A\t")
        self.assertTrue(any("[rooms] max is 7 now" in line for line in log))

    def test_as_json(self) -> None:
        log = self.run_of("--logger", "chatd.logs.json_lines")
        self.check_secrets(log)
        events = [json.loads(line) for line in log]
        self.assertTrue({"time", "level", "from", "text"} <= events[0].keys())
        (told,) = (event for event in events if "[rooms] max is 7 now" in event["text"])
        self.assertEqual((told["level"], told["from"]), ("info", "chatd.life.Life"))
        self.assertEqual({event["level"] for event in events} - {"info", "warn"}, set())
