"""The console and ``chatctl`` at a real server: each verb while 200 people talk, and what becomes of backups."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import PASSWORD, Connection, Program, guest, nc, register, said, terminal

PEOPLE = 199  # and one who owns a room: as many as one address may have
_MAIN = "import sys; from chatd.client.control import main; sys.exit(main())"


def chatctl(daemon: server.Daemon, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``chatctl``."""
    return subprocess.run(
        [sys.executable, "-c", _MAIN, "--socket", str(daemon.data), *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        env=server.environment(),
        check=False,
    )


def program(test: SynchronousTestCase, daemon: server.Daemon, *arguments: str) -> Program:
    """``chatctl``, which is talked to."""
    path = f"PYTHONPATH={server.environment()['PYTHONPATH']}"
    return Program(test, "env", path, sys.executable, "-c", _MAIN, "--socket", str(daemon.data), *arguments)


class ConsoleTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self)
        self.console = str(self.daemon.data / "console")

    def ctl(self, *arguments: str, given: str = "", status: int = 0) -> str:
        done = chatctl(self.daemon, *arguments, given=given)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_netcat_is_enough(self) -> None:
        told = said("nc", "-N", "-U", self.console, lines="uptime\nkick\nquit\n")
        self.assertIn(f"as process {self.daemon.pid}", told)
        self.assertIn("00 use it so: kick NAME [TEXT]\n11 console:\n00 goodbye", told)

    def test_it_is_its_owners_alone(self) -> None:
        self.assertEqual(Path(self.console).stat().st_mode & 0o777, 0o600)
        if os.geteuid():
            return
        # Even where the socket was opened to all, the kernel says who it is.
        nobody = _MAIN.replace("sys.exit", "os.setgroups([]); os.setuid(65534); sys.exit", 1).replace(
            "sys;", "os, sys;"
        )
        for path in (self.daemon.directory, self.daemon.data, Path(self.console)):
            mode = path.stat().st_mode & 0o777
            path.chmod(0o777)
            self.addCleanup(path.chmod, mode)
        done = subprocess.run(
            [sys.executable, "-c", nobody, "--socket", self.console, "status"],
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            env=server.environment(),
            check=False,
        )
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("only who runs the server", done.stderr)

    def test_statuses_for_scripts(self) -> None:
        self.ctl("kick", status=2)
        self.assertIn("nobody called nobody", self.ctl("kick", "nobody", status=1))
        self.assertEqual(json.loads(self.ctl("uptime", "--json"))["pid"], self.daemon.pid)
        done = subprocess.run(
            [sys.executable, "-c", _MAIN, "--socket", "/nowhere", "status"],
            capture_output=True,
            env=server.environment(),
            check=False,
        )
        self.assertEqual(done.returncode, 3)

    def test_commands_on_standard_input_and_two_at_once(self) -> None:
        one, other = (program(self, self.daemon) for _ in range(2))
        one.answer("adduser twice", "account twice")
        other.answer("adduser twice", "twice is taken")
        one.end_input()
        other.end_input()
        self.assertEqual((one.wait(), other.wait()), (0, 1))

    def test_at_a_terminal_secrets_are_not_shown_and_refusals_stand_out(self) -> None:
        path = f"PYTHONPATH={server.environment()['PYTHONPATH']}"
        start = [path, "TERM=xterm", sys.executable, "-c", _MAIN, "--socket", self.console]
        child = terminal(self, "env", "-u", "NO_COLOR", *start)
        child.expect_exact("chatd> ")
        child.sendline("adduser pat")
        child.expect_exact("account pat, password")
        child.sendline("passwd pat")
        for question in ("new password of pat", "the same again"):
            child.expect_exact(question)
            child.waitnoecho()
            child.sendline("hush hush")
        self.assertNotIn("hush", child.before)
        child.expect_exact("pat has a new password")
        child.sendline("kick pat")
        child.expect_exact("\x1b[31mnobody called pat is here")
        child.sendline("stat\t")
        child.expect_exact("no alarm")
        child.sendline("log -n 0 -f")
        child.expect_exact("log -n 0 -f")
        self.ctl("say", "to the log")
        child.expect_exact("console: say")
        child.sendintr()
        child.expect_exact("chatd> ")
        child.sendline("quit")
        child.wait()
        plain = terminal(self, "env", "NO_COLOR=1", *start)
        plain.expect_exact("chatd> ")
        plain.sendline("kick pat")
        plain.expect_exact("nobody called pat is here")
        self.assertNotIn("\x1b[31m", plain.before)

    def test_the_log_is_followed(self) -> None:
        follower = program(self, self.daemon, "log", "-n", "1", "-f")
        follower.line("info")
        self.ctl("adduser", "logged")
        self.assertIn("console: adduser logged", follower.line("console: adduser"))
        follower.process.send_signal(signal.SIGINT)
        self.assertIn(follower.wait(), (0, 130))


class LoadTests(SynchronousTestCase):
    def test_each_verb_while_many_talk(self) -> None:
        with server.running() as daemon, tempfile.TemporaryDirectory() as directory:
            people = [guest(Connection(self, daemon.port), f"gus{number}") for number in range(PEOPLE)]
            owner = register(Connection(self, daemon.port), "owner")
            owner.answer("create lab", "the room lab is made")
            owner.answer("enter lab", "you are in")
            ctl = program(self, daemon)
            for number, (command, wanted) in enumerate(self.commands(Path(directory))):
                for person in people[number % 20 :: 20]:
                    person.send(f"word {number}", f"another word {number}")
                ctl.answer(command, wanted)
            ctl.end_input()
            self.assertEqual(ctl.wait(), 0)
            people[0].answer("the end", "gus0: the end")
            self.assertIn("gus0: the end", people[-1].line("gus0: the end"))
            self.assertEqual(chatctl(daemon, "stop", "until tomorrow").returncode, 0)
            people[0].line("the server is stopping")
            self.assertEqual(daemon.process.wait(DEADLINE), 0)

    @staticmethod
    def commands(directory: Path) -> list[tuple[str, str]]:
        """Each verb as it is used, and what it tells."""
        names = directory / "class.csv"
        names.write_text("name\nanna\n1x\nzoe\n")
        return [
            ("status", "connections: 200 line, 1 console"),
            ("uptime", "runs chatd"),
            ("users -a", "owner; active, 1 session; in lab"),
            ("rooms", "public: 199 members"),
            ("sessions", "gus198 (guest); line from 127.0.0.1"),
            ("log -n 5", "info"),
            ("say hello all", "that is said to 200 who are here"),
            ("adduser bob", "account bob, password"),
            (f"adduser --from {names}", "2 accounts made, 1 row refused"),
            ("role bob moderator", "bob is moderator now"),
            ("passwd bob\n", "bob has a new password: "),
            ("disable bob", "the account bob is disabled"),
            ("enable bob", "the account bob is enabled again"),
            ("kick gus7 being rude", "gus7 is disconnected"),
            ("ban 192.0.2.0/24 1h spam", "is kept off"),
            ("mute gus9 public 10m", "gus9 in public is muted"),
            ("bans", "192.0.2.0/24: banned on this server by operator"),
            ("unmute gus9 public", "may speak again"),
            ("unban 192.0.2.0/24", "may come again"),
            ("motd back at noon", "whoever comes now"),
            ("export public csv", "time,event,log,seq,user,address,text"),
            ("export public json", '"text":"word 3"'),
            (f"backup {directory / 'b.tar.gz'}", "the backup is in"),
            ("deluser bob", "the account bob is gone"),
            ("help stop", "stop [--in TIME] [TEXT]"),
        ]

    def test_a_backup_of_a_busy_server_is_the_same_server(self) -> None:
        with server.running() as daemon, tempfile.TemporaryDirectory() as directory:
            register(Connection(self, daemon.port), "anna").answer("create lab", "the room lab is made")
            people = [guest(Connection(self, daemon.port), f"gus{number}") for number in range(20)]
            for number in range(50):
                people[number % 20].send(f"word {number}")
            people[9].line("word 49")
            archive = Path(directory) / "b.tar.gz"
            self.assertEqual(chatctl(daemon, "backup", str(archive)).returncode, 0)
            users = chatctl(daemon, "users", "-a", "--json").stdout
            history = chatctl(daemon, "export", "public").stdout
            daemon.kill()
            for path in sorted(daemon.data.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            with tarfile.open(archive) as packed:
                packed.extractall(daemon.data, filter="data")
            daemon.start()
            self.assertEqual(chatctl(daemon, "export", "public").stdout, history)
            accounts = re.findall(r'"name":"(anna)","guest":false', users)
            self.assertEqual(re.findall(r"^anna", chatctl(daemon, "users", "-a").stdout), accounts)
            anna = Connection(self, daemon.port)
            anna.send("login anna", PASSWORD)
            anna.line("welcome, anna")
            anna.answer("info lab", "owner: anna")

    def test_the_socket_of_a_killed_server_is_in_nobodys_way(self) -> None:
        with server.running() as daemon:
            daemon.kill()
            self.assertTrue((daemon.data / "console").is_socket())
            self.assertEqual(chatctl(daemon, "status").returncode, 3)
            daemon.start()
            self.assertEqual(chatctl(daemon, "status").returncode, 0)
            guest(nc(self, daemon.port), "ann")
        self.assertFalse((daemon.data / "console").exists())


class SteeringTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.config = Path(self.mktemp()).absolute().with_suffix(".toml")
        self.config.write_text('[server]\nmotd = "one"\n')
        self.daemon = self.enterContext(server.running("--config", str(self.config)))

    def ctl(self, *arguments: str) -> tuple[int, str]:
        done = chatctl(self.daemon, *arguments)
        return done.returncode, done.stdout + done.stderr

    def test_what_is_read_again_holds_and_what_cannot_be_changes_nothing(self) -> None:
        self.config.write_text("[limits]\nlogins_per_minute = 7\n")
        status, told = self.ctl("reload")
        self.assertEqual((status, told.splitlines()[1]), (0, "[limits] logins_per_minute is 7 now, and was 120"))
        self.assertIn("logins_per_minute: 0 of 7", self.ctl("status")[1])
        self.config.write_text("[limits]\nlogin = 7\n")
        status, told = self.ctl("reload")
        self.assertEqual(status, 1)
        self.assertIn("nothing is changed", told)
        self.assertEqual(self.ctl("restart")[0], 1)
        for what in ("nothing is changed by the reload: ", "chatd is not restarted: "):
            self.daemon.expect(f"{what}{self.config}: [limits] login: no such key")
        self.assertIn("logins_per_minute: 0 of 7", self.ctl("status")[1])

    def test_a_restart_tells_everybody_and_the_console_is_there_again(self) -> None:
        person = guest(Connection(self, self.daemon.port), "person")
        self.assertEqual(self.ctl("restart", "a", "new", "version"), (0, "the server restarts\n"))
        person.line("the server restarts; come back at once (a new version)")
        # Whoever comes meanwhile waits: for the line, and for the console.
        guest(Connection(self, self.daemon.port), "another")
        self.assertIn("another", self.ctl("users")[1])
        self.assertEqual(json.loads(self.ctl("uptime", "--json")[1])["pid"], self.daemon.pid)
