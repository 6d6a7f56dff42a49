"""How chatd starts, and what it says when it cannot: one line, no traceback, nothing left behind."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from twisted.trial.unittest import SynchronousTestCase

from chatd.tap import Options
from tests.end_to_end import certificates, server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import said


class Refused(NamedTuple):
    """A start that fails.

    :param told: a regular expression for the one line that tells why
    """

    told: str
    options: Sequence[str] = ()
    line: Sequence[str] = (server.LOOPBACK,)


class RefusalTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp()).absolute()
        self.directory.mkdir()

    def check(self, *cases: Refused) -> None:
        """Each fails, with one line that tells why."""
        starts = [
            server.FailingStart(self.directory, "--data", f"data{number}", *case.options, line=case.line)
            for number, case in enumerate(cases)
        ]
        for case, (status, error) in [(case, start.outcome()) for case, start in zip(cases, starts, strict=True)]:
            self.assertNotEqual(status, 0, case)
            self.assertRegex(error, rf"\Achatd: {case.told}.*\n\Z")

    def write(self, name: str, content: str | bytes) -> str:
        """The name of a file with ``content``."""
        data = content.encode() if isinstance(content, str) else content
        (self.directory / name).write_bytes(data)
        return name

    def test_options_that_there_are_not(self) -> None:
        self.check(
            Refused("option --nonsense not recognized; twistd chatd --help tells", ["--nonsense"]),
            Refused("option --data requires argument", ["--data"], line=[]),
            Refused("there is nothing to do with 'somewhere'", ["somewhere"], line=[]),
            Refused(".*nonsense", ["--auth", "nonsense:x"]),
        )

    def test_listeners_that_there_cannot_be(self) -> None:
        self.check(
            Refused("--line nonsense:1: .*'nonsense'; write it like tcp:9000", line=["nonsense:1"]),
            Refused("--line tcp:many: ", line=["tcp:many"]),
            Refused("--line tcp:0:interface=192.0.2.1: ", line=[server.LOOPBACK, "tcp:0:interface=192.0.2.1"]),
            Refused("--line unix:no/where/c: no/where/c.*: No such file or directory", line=["unix:no/where/c"]),
        )

    def test_a_port_in_use(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            endpoint = f"tcp:{taken.getsockname()[1]}:interface=127.0.0.1"
            self.check(Refused(f"--line {endpoint}: Address already in use", line=[endpoint]))

    def test_certificates_that_cannot_be_used(self) -> None:
        key, certificate = certificates.write(self.directory)
        (self.directory / "other").mkdir()
        other, _ = certificates.write(self.directory / "other")
        garbage = self.write("garbage.pem", "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n")
        endpoints = {
            f"ssl:0:privateKey={key}:certKey=missing.pem": "missing.pem: No such file or directory",
            f"ssl:0:privateKey={key}:certKey=other": "other: Is a directory",
            f"ssl:0:privateKey={key}:certKey={garbage}": "not a key or certificate in PEM",
            f"ssl:0:privateKey=missing.pem:certKey={certificate}": "missing.pem: No such file or directory",
            f"ssl:0:privateKey={other}:certKey={certificate}": "Certificate public and private keys do not match",
        }
        self.check(*(Refused(f"--line {re.escape(e)}: .*{told}", line=[e]) for e, told in endpoints.items()))

    def test_configurations_with_something_wrong_in_them(self) -> None:
        unknown = self.write("unknown.toml", "[limits]\nflod = true\n")
        wrong = self.write("wrong.json", '{"rooms": {"max": "many"}}')
        torn = self.write("torn.toml", "[limits\n")
        self.check(
            Refused("missing.toml: No such file or directory", ["--config", "missing.toml"]),
            Refused(r"unknown.toml: \[limits\] flod: no such key; did you mean flood\?", ["--config", unknown]),
            Refused(r"wrong.json: \[rooms\] max: expected a whole number", ["--config", wrong]),
            Refused("torn.toml: not TOML: ", ["--config", torn]),
        )

    def test_a_message_of_the_day_that_cannot_be_read(self) -> None:
        latin = self.write("latin.txt", b"gr\xfc\xdfe")
        self.check(
            Refused("missing.txt: No such file or directory", ["--motd", "missing.txt"]),
            Refused("latin.txt: the message of the day is not UTF-8", ["--motd", latin]),
        )

    def test_something_in_the_way_of_the_data(self) -> None:
        file = self.write("file", "")
        for name in ("lock", "users.csv", "log.csv"):
            (self.directory / f"with-{name}" / name).mkdir(parents=True)
        (self.directory / "with-files").mkdir()
        self.write("with-files/files", "")
        self.check(
            Refused("file is not a directory", ["--data", file]),
            Refused("file is not a directory", ["--data", f"{file}/data"]),
            Refused("with-lock/lock: Is a directory", ["--data", "with-lock"]),
            Refused(".*users.csv", ["--data", "with-users.csv"]),
            Refused("with-log.csv/log.csv: Is a directory", ["--data", "with-log.csv"]),
            Refused("with-files/files", ["--data", "with-files"]),
        )

    def test_a_table_of_passwords_that_others_can_read(self) -> None:
        (self.directory / "open").mkdir()
        users = self.write("open/users.csv", "name,password,role,created,last_seen\n")
        (self.directory / users).chmod(0o640)
        told = r"users.csv is open to others than its owner \(mode 0640\), and holds secrets: chmod 600 open/users.csv"
        self.check(Refused(told, ["--data", "open"]))

    def test_a_directory_that_another_one_holds(self) -> None:
        daemon = self.enterContext(server.running())
        told = rf"chatd is already running on {daemon.data} \(process {daemon.pid}\)"
        self.check(Refused(told, ["--data", str(daemon.data)]))
        self.assertIn("11 choose:", said("nc", "-N", "127.0.0.1", str(daemon.port), lines=""))


class OptionTests(SynchronousTestCase):
    def test_help_names_every_option(self) -> None:
        done = subprocess.run(
            server.twistd("-n", "chatd", "--help"), capture_output=True, text=True, env=server.environment(), check=True
        )
        self.assertEqual(done.stderr, "")
        for option in Options().docs:
            self.assertRegex(done.stdout, rf"--{option}\b")

    def test_a_checker_by_name_lets_its_users_in_and_nobody_registers(self) -> None:
        daemon = self.enterContext(server.running("--auth", "memory:bob:pw:eve:secret"))
        lines = "login bob\nwrong\nlogin bob\npw\npublic\nhello\n"
        answer = said("nc", "-N", "127.0.0.1", str(daemon.port), lines=lines)
        self.assertIn("00 wrong name or password\n", answer)
        self.assertIn("00 welcome, bob\n", answer)
        self.assertIn("bob: hello\n", answer)
        answer = said("nc", "-N", "127.0.0.1", str(daemon.port), lines="register carol\npass\npass\n")
        self.assertIn("00 accounts are not made here", answer)

    def test_a_configuration_holds_but_the_command_line_wins(self) -> None:
        sections: dict[str, dict[str, object]] = {
            "server": {"name": "Lab", "motd": "closed on Friday", "data": "elsewhere"},
            "listen": {"line": ["tcp:0:interface=127.0.0.2"]},
            "accounts": {"guests": False},
        }
        toml = "".join(
            f"[{section}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
            for section, keys in sections.items()
        )
        for suffix, text in (("toml", toml), ("json", json.dumps(sections))):
            config = Path(self.mktemp() + f".{suffix}").absolute()
            config.write_text(text)
            with server.running("--config", str(config), line=[]) as daemon:
                self.assertTrue(daemon.listening[0].startswith("tcp 127.0.0.2:"))
                self.assertFalse((daemon.directory / "elsewhere").exists())
                self.assertTrue((daemon.data / "lock").exists())
                answer = said("nc", "-N", "127.0.0.2", str(daemon.port), lines="guest\n")
                self.assertTrue(answer.startswith("00 Lab "), answer)
                self.assertIn("00 closed on Friday\n", answer)
                self.assertIn("00 guests are not let in here", answer)
            with server.running("--config", str(config)) as daemon:
                self.assertTrue(daemon.listening[0].startswith("tcp 127.0.0.1:"))


class DaemonTests(SynchronousTestCase):
    """Without ``--nodaemon`` twistd returns to the shell when chatd has started."""

    def setUp(self) -> None:
        self.directory = Path(self.mktemp()).absolute()
        self.directory.mkdir()
        self.pid_file, self.log = self.directory / "twistd.pid", self.directory / "twistd.log"

    def start(self, *options: str) -> subprocess.CompletedProcess[str]:
        """What a shell gets of it."""
        self.addCleanup(self.end)
        return subprocess.run(
            server.twistd("chatd", "--line", server.LOOPBACK, *options),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            cwd=self.directory,
            env=server.environment(),
            check=False,
        )

    def end(self) -> None:
        if self.pid_file.exists():
            server.end(int(self.pid_file.read_text()))

    def test_it_goes_on_in_the_background_until_it_is_asked_to_stop(self) -> None:
        started = self.start()
        self.assertEqual((started.returncode, started.stdout, started.stderr), (0, "", ""))
        (port,) = re.findall(r"listening: tcp 127\.0\.0\.1:(\d+)", self.log.read_text())
        self.assertIn("bot: hello\n", said("nc", "-N", "127.0.0.1", port, lines="guest bot\npublic\nhello\n"))
        self.end()
        self.assertFalse(self.pid_file.exists())
        self.assertIn("bot,127.0.0.1,hello", (self.directory / "chatd-data" / "log.csv").read_text())
        self.assertNotIn("Traceback", self.log.read_text())

    def test_a_start_that_fails_is_told_where_it_was_asked_for(self) -> None:
        failed = self.start("--line", "nonsense:1")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("--line nonsense:1: ", failed.stderr)
        self.assertFalse(self.pid_file.exists())
        self.assertIn("chatd cannot start: --line nonsense:1: ", self.log.read_text())
        self.assertNotIn("Traceback", self.log.read_text())
