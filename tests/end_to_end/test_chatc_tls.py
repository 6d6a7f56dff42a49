"""``chatc`` on TLS against a real chatd."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from chatd.client.outcome import Status
from tests.end_to_end import certificates, server
from tests.end_to_end.chatc import ChatcTests, command
from tests.end_to_end.tools import PASSWORD, make_room, terminal


class TlsTests(ChatcTests):
    def setUp(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            key, certificate = certificates.write(Path(directory), "chat.example")
            Path(directory, "nameless").mkdir()
            others = certificates.write(Path(directory, "nameless"), "chat.example", names=False)
            listeners = [f"ssl:0:privateKey={key}:certKey={pem}" for key, pem in ((key, certificate), others)]
            self.daemon = server.shared(self, line=[server.LOOPBACK, *listeners])
            # The certificate belongs to the daemon that all tests of the class share, and so to the first of them.
            self.certificate = _kept(self.daemon, certificate, "certificate.pem")
            self.nameless = _kept(self.daemon, others[1], "nameless.pem")

    def say(self, host: str, *options: str, listener: int = 1) -> tuple[int, str]:
        address = f"{host}:{self.daemon.port_of(listener)}"
        return self.script("hello\n", address, "--tls", *options, "--guest", "x", "--room", "public")

    def test_a_host_with_the_right_certificate_is_spoken_to(self) -> None:
        self.assertEqual(self.say("127.0.0.1", "--ca", str(self.certificate)), (Status.DONE, ""))

    def test_a_certificate_for_another_host_is_refused(self) -> None:
        status, sentence = self.say("127.0.0.2", "--ca", str(self.certificate))
        self.assertEqual(status, Status.CERTIFICATE)
        self.assertIn("for another host", sentence)

    def test_so_is_one_that_names_no_host(self) -> None:
        status, sentence = self.say("127.0.0.1", "--ca", str(self.nameless), listener=2)
        self.assertEqual(status, Status.CERTIFICATE)
        self.assertIn("names no host", sentence)

    def test_a_certificate_of_nobody_known_is_refused(self) -> None:
        status, sentence = self.say("127.0.0.1")
        self.assertEqual(status, Status.CERTIFICATE)
        self.assertIn("--ca FILE", sentence)

    def test_a_person_knows_a_server_again_by_its_certificate(self) -> None:
        home, address = self.folder(), f"tls://127.0.0.1:{self.daemon.port_of(1)}"
        for told in ("WARNING: nobody known has signed", "choose: "):
            child = terminal(self, *command(address, home=home))
            child.expect(told)
            child.expect("choose: ") if "WARNING" in told else None
            self.assertEqual("WARNING" in told, "WARNING" in child.before + str(child.after) + told)
            child.sendline("quit")
            self.assert_exits(child, Status.DONE)
        known = home / "chatc" / "known_servers"
        known.write_text(known.read_text()[:-5] + "0000\n")
        child = terminal(self, *command(address, home=home))
        child.expect("HAS CHANGED")
        self.assert_exits(child, Status.CERTIFICATE)

    def test_files_go_over_tls_too(self) -> None:
        downloads, certificate = self.folder(), str(self.certificate)
        address = f"127.0.0.1:{self.daemon.port_of(1)}"
        make_room(self, self.daemon.port, "vault")
        password = downloads / "password"
        password.write_text(PASSWORD)
        options = (address, "--tls", "--ca", certificate, "--room", "vault", "--downloads", str(downloads / "in"))
        giver = terminal(self, *command(*options, "--user", "vault-bot", "--password-file", str(password)))
        giver.expect("you are in")
        taker = terminal(self, *command(*options, "--guest", "taker"))
        taker.expect("you are in")
        data = os.urandom(500_000)
        (downloads / "notes.bin").write_bytes(data)
        giver.sendline(f"Send {downloads / 'notes.bin'}")
        giver.expect("notes.bin is given, 500000 bytes")
        taker.expect("notes.bin is here: ")
        self.assertEqual((downloads / "in" / "notes.bin").read_bytes(), data)
        for child in (giver, taker):
            child.sendeof()
            self.assert_exits(child, Status.DONE)


def _kept(daemon: server.Daemon, certificate: Path, name: str) -> Path:
    kept = daemon.directory / name
    if not kept.exists():
        kept.write_bytes(certificate.read_bytes())
    return kept
