"""People on ``chatc`` against a real chatd."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from typing import Any

import pexpect

from chatd.client.outcome import Status
from tests.end_to_end import server
from tests.end_to_end.chatc import ChatcTests, Log, command
from tests.end_to_end.tools import PASSWORD, guest, make_room, nc, requires, terminal

# What a shell does to suspend a job: without job control a terminal stops nobody.
_SUSPENDS = """
import os, signal, sys, termios
child = os.fork()
if not child:
    os.setpgid(0, 0)
    os.execv(sys.argv[1], sys.argv[1:])
os.setpgid(child, child)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
while True:
    os.tcsetpgrp(0, child)
    os.kill(child, signal.SIGCONT)
    status = os.waitpid(child, os.WUNTRACED)[1]
    os.tcsetpgrp(0, os.getpgrp())
    if not os.WIFSTOPPED(status):
        break
    print("suspended, echo", bool(termios.tcgetattr(0)[3] & termios.ECHO), flush=True)
    input()
"""


class PersonTests(ChatcTests):
    def setUp(self) -> None:
        self.daemon = server.shared(self)
        self.port = self.daemon.port

    def test_somebody_registers_and_talks_with_netcat(self) -> None:
        alice = self.register(self.port, "alice")
        bob = guest(nc(self, self.port), "bob")
        alice.sendline("hello bob")
        bob.line("alice: hello bob")
        bob.send("hello alice")
        alice.expect(r"\r\n\[public\] \d\d:\d\d bob: hello alice\r\n")
        alice.sendline("/quit")
        alice.expect("goodbye")
        self.assert_exits(alice, Status.DONE)

    def test_no_code_and_no_secret_is_shown(self) -> None:
        child = self.chatc(self.port)
        child.logfile_read = log = Log()
        child.expect("choose: ")
        child.sendline("register carol")
        for _ in range(2):
            child.expect("password.*: ")
            child.waitnoecho()
            child.sendline(PASSWORD)
        child.expect("welcome, carol")
        child.expect("choose: ")
        child.sendline("quit")
        self.assert_exits(child, Status.DONE)
        self.assertNotIn(PASSWORD, log.text)
        self.assertNotRegex(log.text, r"\n(00|11|01|111) ")
        self.assertNotIn('{"type"', log.text)

    def test_the_password_can_be_asked_for_again(self) -> None:
        make_room(self, self.port, "den")
        child = self.chatc(self.port, "--user", "den-bot", "--room", "den")
        for password in ("wrong", PASSWORD):
            child.expect("password.*: ")
            child.waitnoecho()
            child.sendline(password)
        child.expect(r"\[den\] -- you are in")
        child.sendeof()
        self.assert_exits(child, Status.DONE)

    def test_three_wrong_passwords_are_enough(self) -> None:
        child = self.chatc(self.port, "--user", "nobody")
        for _ in range(3):
            child.expect("password.*: ")
            child.waitnoecho()
            child.sendline("wrong")
        self.assert_exits(child, Status.LOGIN)

    def at_password(self) -> Any:
        child = self.chatc(self.port, "--user", "somebody")
        child.expect("password.*: ")
        child.waitnoecho()
        return child

    def test_the_terminal_is_given_back_however_it_ends(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
            child = self.at_password()
            child.kill(number)
            self.assert_exits(child, 128 + number)

    def test_a_key_ends_it_too(self) -> None:
        child = self.at_password()
        child.sendintr()
        self.assert_exits(child, 130)

    def test_the_end_of_input_at_a_password_is_the_end(self) -> None:
        child = self.at_password()
        child.sendeof()
        self.assert_exits(child, Status.DONE)

    def test_the_terminal_is_given_back_while_it_is_suspended(self) -> None:
        chatc = command(f"127.0.0.1:{self.port}", "--user", "somebody")
        chatc[0] = requires(chatc[0])
        shell = terminal(self, sys.executable, "-c", _SUSPENDS, *chatc)
        shell.expect("password.*: ")
        for _ in range(2):
            shell.waitnoecho()
            shell.sendcontrol("z")
            shell.expect("suspended, echo True")
            shell.sendline("")
        shell.waitnoecho()
        shell.sendline("wrong")
        shell.expect("wrong name or password")
        shell.sendintr()
        shell.expect(pexpect.EOF)


class StrangerTests(ChatcTests):
    def test_a_hostile_server_commands_no_terminal(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        hostile = threading.Thread(target=_serve, args=(listener, b"00 \x1b]0;x\x07a\x1b[2Jb\r\n11 c\x9b1mhoose:\r\n"))
        hostile.start()
        child = self.chatc(listener.getsockname()[1])
        child.logfile_read = log = Log()
        self.assert_exits(child, Status.CUT)
        hostile.join()
        self.assertNotRegex(log.text, "[\x1b\x07\x80-\x9f]")
        self.assertIn("ab\r\n", log.text)


def _serve(listener: socket.socket, data: bytes) -> None:
    connection = listener.accept()[0]
    connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(4096):
        pass
    connection.close()
