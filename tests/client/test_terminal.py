"""The terminal, under a pseudo-terminal and pipes."""

from __future__ import annotations

import os
import pty
import termios
from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.client.terminal import LONGEST, Echo, Keyboard, Screen

LFLAGS = 3


class Watched:
    """A reactor that notes which readers it has."""

    def __init__(self) -> None:
        self.readers: set[Any] = set()
        self.addReader = self.readers.add
        self.removeReader = self.readers.discard


class Typist:
    """Notes what is typed."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.ends: list[str] = []

    def typed(self, line: bytes) -> None:
        self.lines.append(line)

    def hang_up(self) -> None:
        self.ends.append("end")

    def endless(self) -> None:
        self.ends.append("endless")


class KeyboardTests(SynchronousTestCase):
    def setUp(self) -> None:
        read, self.typing = os.pipe()
        self.addCleanup(os.close, read)
        self.reactor = Watched()
        self.keyboard = Keyboard(self.reactor, read)
        self.typist = self.keyboard.typist = Typist()
        self.keyboard.resumeProducing()

    def type(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.typing, data[:4096]) :]
            self.keyboard.doRead()

    def end(self) -> None:
        os.close(self.typing)
        self.keyboard.doRead()

    def test_lines_come_however_they_are_cut(self) -> None:
        for piece in (b"a", b"b\nc", b"\n\n"):
            self.type(piece)
        self.assertEqual(self.typist.lines, [b"ab", b"c", b""])
        self.end()

    def test_the_last_line_needs_no_end(self) -> None:
        self.type(b"a\nb")
        self.end()
        self.assertEqual((self.typist.lines, self.typist.ends), ([b"a", b"b"], ["end"]))
        self.assertEqual(self.reactor.readers, set())

    def test_a_closed_pipe_may_be_told_by_the_reactor(self) -> None:
        self.type(b"a\nb")
        for _ in range(2):
            self.keyboard.connectionLost(Failure(ConnectionDone()))
        self.assertEqual((self.typist.lines, self.typist.ends), ([b"a", b"b"], ["end"]))
        self.end()

    def test_it_waits_when_told_to(self) -> None:
        self.assertEqual(self.reactor.readers, {self.keyboard})
        self.keyboard.pauseProducing()
        self.assertEqual(self.reactor.readers, set())
        self.keyboard.resumeProducing()
        self.assertEqual(self.reactor.readers, {self.keyboard})
        self.end()

    def test_once_it_has_stopped_it_stays_so(self) -> None:
        self.end()
        self.keyboard.resumeProducing()
        self.assertEqual(self.reactor.readers, set())

    def test_nothing_comes_after_a_stop(self) -> None:
        self.typist.typed = lambda line: self.keyboard.stopProducing()  # type: ignore[method-assign]
        self.type(b"a\nb\nc\n")
        self.assertEqual(self.reactor.readers, set())
        self.end()

    def test_a_line_without_end_is_given_up(self) -> None:
        self.type(b"x" * (LONGEST + 1))
        self.assertEqual((self.typist.lines, self.typist.ends), ([], ["endless"]))
        self.end()

    def test_the_descriptor_stays_as_it_was(self) -> None:
        self.assertTrue(os.get_blocking(self.keyboard.fileno()))
        self.type(b"a\n")
        self.assertTrue(os.get_blocking(self.keyboard.fileno()))
        self.end()

    def test_a_terminal_that_is_gone_is_the_end(self) -> None:
        ours, theirs = pty.openpty()
        os.close(ours)
        self.addCleanup(os.close, theirs)
        keyboard = Keyboard(self.reactor, theirs)
        keyboard.typist = typist = Typist()
        keyboard.doRead()
        self.assertEqual(typist.ends, ["end"])
        self.end()


class ScreenTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.seen, write = os.pipe()
        self.gone = False
        self.screen = Screen(write, self.went)
        self.addCleanup(os.close, write)

    def went(self) -> None:
        self.gone = True

    def assert_seen(self, text: str) -> None:
        self.assertEqual(os.read(self.seen, 1 << 16).decode(), text)

    def test_a_line_has_an_end(self) -> None:
        self.screen.line("hello")
        self.assert_seen("hello\n")
        os.close(self.seen)

    def test_what_is_typed_stands_behind_a_prompt(self) -> None:
        self.screen.prompt("choose:")
        self.screen.typed()
        self.screen.line("hello")
        self.assert_seen("choose: hello\n")
        os.close(self.seen)

    def test_what_comes_at_a_prompt_stands_below(self) -> None:
        self.screen.prompt("choose:")
        self.screen.line("hello")
        self.screen.prompt("choose:")
        self.screen.close()
        self.screen.close()
        self.assert_seen("choose: \nhello\nchoose: \n")
        os.close(self.seen)

    def test_nothing_commands_the_terminal(self) -> None:
        self.screen.line("a\x1b]0;title\x07\x1b[2J\r\n\x9b2Jb\u202e")
        self.screen.prompt("\x1b[8mname:")
        self.assert_seen("ab\nname: ")
        os.close(self.seen)

    def test_half_a_character_does_no_harm(self) -> None:
        self.screen.line("a\udcff")
        self.assert_seen("a\n")
        os.close(self.seen)

    def test_a_screen_that_nobody_sees_is_told(self) -> None:
        os.close(self.seen)
        self.screen.line("hello")
        self.assertTrue(self.gone)


class EchoTests(SynchronousTestCase):
    def test_what_is_no_terminal_is_left_alone(self) -> None:
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.addCleanup(os.close, write)
        echo = Echo(read)
        for change in (echo.hide, echo.apply, echo.suspend, echo.show):
            change()
        self.assertTrue(os.get_blocking(read))

    def test_a_terminal_of_others_is_left_alone(self) -> None:
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, theirs)
        before = termios.tcgetattr(theirs)
        echo = Echo(theirs)
        echo.hide()
        self.assertEqual(termios.tcgetattr(theirs), before)
        echo.show()
        self.assertEqual(termios.tcgetattr(theirs), before)
