"""What SIGHUP brings about in a running chatd: configuration, message of the day, certificates, log files."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import certificates, server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import Connection, Program, guest, nc, requires, said


class ReloadTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp()).absolute()
        self.directory.mkdir()
        self.config = self.directory / "chatd.toml"
        self.motd = self.directory / "motd.txt"
        self.motd.write_text("closed on Friday\n")
        self.configure("")
        self.key, self.certificate = certificates.write(self.directory)
        tls = f"ssl:0:interface=127.0.0.1:privateKey={self.key}:certKey={self.certificate}"
        options = "--config", str(self.config), "--motd", str(self.motd)
        self.daemon = self.enterContext(server.running(*options, line=[server.LOOPBACK, tls]))
        self.port = self.daemon.port

    def configure(self, toml: str) -> None:
        self.config.write_text(toml)

    def hang_up(self, *told: str) -> None:
        """SIGHUP; it tells these."""
        os.kill(self.daemon.pid, signal.SIGHUP)
        for text in told:
            self.daemon.expect(text)

    def test_configuration_and_message_of_the_day_change_and_nobody_is_dropped(self) -> None:
        gus = guest(nc(self, self.port), "gus")
        self.configure("[accounts]\nguests = false\n")
        self.motd.write_text("open again\n")
        self.hang_up("[accounts] guests is false now, and was true", "the message of the day has changed")
        answer = said("nc", "-N", "127.0.0.1", str(self.port), lines="guest eve\n")
        self.assertIn("00 open again\n", answer)
        self.assertIn("00 guests are not let in here", answer)
        gus.answer("still here", "gus: still here")

    def test_what_cannot_be_used_changes_nothing_and_is_told(self) -> None:
        before = self.shown()
        self.configure("[accounts]\nguests = maybe\n")
        self.motd.write_text("open again\n")
        self.hang_up(f"nothing is changed by the reload: {self.config}: not TOML")
        self.configure("")
        self.certificate.write_text("nonsense")
        self.hang_up("nothing is changed by the reload: --line ssl:0:")
        answer = said("nc", "-N", "127.0.0.1", str(self.port), lines="guest eve\n")
        self.assertIn("00 closed on Friday\n", answer)
        self.assertIn("welcome, eve", answer)
        self.assertEqual(self.shown(), before)

    def test_what_waits_for_a_restart_is_told(self) -> None:
        self.configure('[rooms]\nmax = 3\n[journal]\nfsync = "always"\n')
        self.hang_up("[rooms] max is 3 now", "[journal] fsync has changed, and holds from the next restart on")

    def test_a_new_certificate_is_for_new_connections(self) -> None:
        self.assertEqual(self.shown(), self.fingerprint())
        before = Program(self, "openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{self.daemon.port_of(1)}")
        before = guest(before, "before")
        certificates.write(self.directory)
        self.hang_up("new connections to ssl 127.0.0.1:")
        self.assertEqual(self.shown(), self.fingerprint())
        before.answer("still here", "before: still here")

    def shown(self) -> str:
        """The fingerprint of the certificate that a new connection is shown."""
        connect = f"openssl s_client -connect 127.0.0.1:{self.daemon.port_of(1)} </dev/null 2>/dev/null"
        return said("sh", "-c", f"{connect} | openssl x509 -noout -fingerprint -sha256", lines="")

    def fingerprint(self) -> str:
        return said("openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", str(self.certificate), lines="")


class LogFileTests(SynchronousTestCase):
    """In the background, as logrotate finds it."""

    def setUp(self) -> None:
        self.directory = Path(self.mktemp()).absolute()
        self.directory.mkdir()
        self.log = self.directory / "chatd.log"
        command = server.twistd("--logfile", "chatd.log", "chatd", "--line", server.LOOPBACK)
        subprocess.run(command, cwd=self.directory, env=server.environment(), check=True, timeout=DEADLINE)
        self.pid_file = self.directory / "twistd.pid"
        self.pid = int(self.pid_file.read_text())
        self.addCleanup(server.end, self.pid)
        (self.port,) = re.findall(r"listening: tcp 127\.0\.0\.1:(\d+)", self.log.read_text())
        guest(Connection(self, int(self.port)), "gus")

    def until(self, file: Path, text: str) -> None:
        """Wait until ``file`` holds ``text``."""
        end = time.monotonic() + DEADLINE
        while not (file.exists() and text in file.read_text()):
            self.assertLess(time.monotonic(), end, text)
            time.sleep(0.02)

    def test_renamed_and_told_by_a_signal(self) -> None:
        old = self.log.rename(self.directory / "chatd.log.1")
        os.kill(self.pid, signal.SIGHUP)
        self.until(self.log, "the log file is opened anew")
        self.assertNotIn("opened anew", old.read_text())
        self.assertIn("listening: ", old.read_text())

    def test_by_logrotate_itself(self) -> None:
        rules = self.directory / "logrotate.conf"
        rules.write_text(
            f"{self.log} {{\n su root root\n rotate 3\n nocompress\n missingok\n postrotate\n"
            f"  kill -HUP $(cat {self.pid_file})\n endscript\n}}\n"
        )
        if os.getuid():
            rules.write_text(rules.read_text().replace(" su root root\n", ""))
        rules.chmod(0o644)
        done = subprocess.run(
            [requires("logrotate"), "--force", "--state", str(self.directory / "state"), str(rules)],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.until(self.log, "the log file is opened anew")
        self.assertIn("listening: ", (self.directory / "chatd.log.1").read_text())


class TerminalTests(SynchronousTestCase):
    def test_the_end_of_the_terminal_that_it_runs_in_is_its_own(self) -> None:
        directory = Path(self.mktemp()).absolute()
        directory.mkdir()
        log = directory / "chatd.log"
        arguments = ["--nodaemon", "--pidfile=", f"--logfile={log}", "chatd", "--data", str(directory / "data")]
        command = server.twistd(*arguments, "--line", server.LOOPBACK)
        ours, its_own = pty.openpty()
        child = subprocess.Popen(
            [requires("setsid"), "--ctty", *command],
            stdin=its_own,
            stdout=its_own,
            stderr=its_own,
            env=server.environment(),
        )
        self.addCleanup(child.kill)
        os.close(its_own)
        end = time.monotonic() + DEADLINE
        while not (log.exists() and "there is no operator" in log.read_text()):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        (port,) = re.findall(r"listening: tcp 127\.0\.0\.1:(\d+)", log.read_text())
        gus = guest(nc(self, int(port)), "gus")
        os.close(ours)
        gus.line("00 the server is stopping; come back soon")
        gus.wait()
        child.wait(DEADLINE)
        self.assertIn("the terminal that this ran in is gone", log.read_text())
        self.assertNotIn("Traceback", log.read_text())
