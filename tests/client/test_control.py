"""The command line of ``chatctl``, what it says to the console, and what it shows."""

from __future__ import annotations

import io
import json
import socket
import sys
import threading
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import reports as p
from chatd.chat.answers import Answer, Closing, Done, Prompt, Refused
from chatd.client import control
from chatd.client.completion import completion
from chatd.client.console import Console, NoServer, find
from chatd.client.lines import Line, read
from chatd.client.operator import RED, Operator, Shown, Status
from chatd.frontends.console import address
from chatd.wire.codes import CREDENTIALS, LISTEN, SPEAK, Code
from chatd.wire.console import VERBS
from chatd.wire.jsonlines import JsonLines

_JSON = JsonLines()
PROMPT = Prompt("console", "console:")


def line(answer: Answer, code: Code = LISTEN) -> Line:
    """``answer`` as it comes."""
    return read(_JSON.answer(code, answer).removesuffix(b"\r\n"))


class Script:
    """A server whose answers are known beforehand."""

    def __init__(self, *lines: Line) -> None:
        self.said: list[str] = []
        self._lines = list(lines)

    def say(self, line: str) -> None:
        self.said.append(line)

    def read(self) -> Line:
        if not self._lines:
            raise NoServer("the server has ended the connection")
        return self._lines.pop(0)


class OperatorTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.out, self.errors = io.StringIO(), io.StringIO()

    def do(self, *lines: Line, rows: tuple[str, ...] = (), json: bool = False, colours: bool = False) -> Status:
        self.server = Script(*lines)
        shown = Shown(self.out, self.errors, json, colours)
        return Operator(self.server, shown, person=False).do("whatever", rows)

    def test_what_is_done_is_shown_in_words(self) -> None:
        status = self.do(line(Done("disconnected", "bob")), line(PROMPT, SPEAK))
        self.assertEqual((status, self.out.getvalue()), (Status.DONE, "bob is disconnected\n"))

    def test_what_is_refused_is_an_error(self) -> None:
        refused = line(Refused("no-such-user", "bob"))
        self.assertEqual(self.do(refused, line(PROMPT, SPEAK), colours=True), Status.REFUSED)
        self.assertEqual(self.out.getvalue(), "")
        self.assertTrue(self.errors.getvalue().startswith(f"{RED}nobody called bob"))
        self.assertEqual(self.do(line(Refused("usage", "kick NAME")), line(PROMPT, SPEAK)), Status.USAGE)

    def test_one_bad_row_is_an_error_whatever_comes_after_it(self) -> None:
        told = (line(p.RowRefused(2, "1x", Refused("bad-name"))), line(p.AccountsMade(1, 1)), line(PROMPT, SPEAK))
        self.assertEqual(self.do(*told), Status.REFUSED)

    def test_for_programs_each_answer_is_one_object(self) -> None:
        self.do(line(Done("disconnected", "bob")), line(PROMPT, SPEAK), json=True)
        self.assertEqual(json.loads(self.out.getvalue()), {"type": "done", "done": "disconnected", "about": "bob"})

    def test_a_document_comes_as_it_is_and_its_end_beside_it(self) -> None:
        for as_json in (False, True):
            self.setUp()
            self.do(line(p.Line("a,b")), line(p.Exported("lab", 1)), line(PROMPT, SPEAK), json=as_json)
            self.assertEqual(self.out.getvalue(), "a,b\n")
            self.assertIn("lab: 1", self.errors.getvalue())

    def test_rows_are_sent_one_for_each_question_and_then_their_end(self) -> None:
        asked = line(Prompt("row", "a row"), SPEAK)
        self.do(asked, asked, asked, line(PROMPT, SPEAK), rows=("name", "bob"))
        self.assertEqual(self.server.said, ["whatever", "name", "bob", "."])

    def test_a_script_gives_secrets_on_its_standard_input(self) -> None:
        self.patch(sys, "stdin", io.StringIO("secret\nsecret\n"))
        asked = line(Prompt("new-password", "new password:"), CREDENTIALS)
        self.do(asked, asked, line(PROMPT, SPEAK))
        self.assertEqual(self.server.said, ["whatever", "secret", "secret"])

    def test_what_is_not_known_is_shown_as_it_is(self) -> None:
        self.do(read(b'00 {"type":"new-thing","text":"hello"}'), line(PROMPT, SPEAK))
        self.assertEqual(self.out.getvalue(), "hello\n")

    def test_a_server_that_stops_has_done_what_it_said(self) -> None:
        self.assertEqual(self.do(line(Done("stopping", "now")), line(Closing("stopping"))), Status.DONE)
        self.assertRaises(NoServer, self.do, line(Done("disconnected", "bob")))


class CommandLineTests(SynchronousTestCase):
    def refused(self, *arguments: str) -> str:
        errors = io.StringIO()
        self.patch(sys, "stderr", errors)
        self.assertEqual(self.assertRaises(SystemExit, control.read, arguments).code, Status.USAGE)
        return errors.getvalue()

    def test_a_command_is_what_is_left(self) -> None:
        wanted = control.read(["--socket", "x", "kick", "bob", "being", "rude"])
        self.assertEqual(wanted, control.Wanted("x", False, "kick bob being rude", ()))
        self.assertEqual(control.read([]).command, "")

    def test_json_may_stand_at_the_end_where_it_is_no_text(self) -> None:
        self.assertEqual(control.read(["status", "--json"])[1:3], (True, "status"))
        self.assertEqual(control.read(["say", "--json"])[1:3], (False, "say --json"))

    def test_files_are_those_of_this_side(self) -> None:
        path = Path(self.mktemp())
        path.write_bytes("\ufeffname\r\nanna\n\nzoé\n".encode())
        for arguments in (["--from", str(path)], [f"--from={path}"]):
            wanted = control.read(["adduser", *arguments])
            self.assertEqual((wanted.command, wanted.rows), ("adduser --from -", ("name", "anna", "", "zoé")))
        self.assertEqual(control.read(["backup", "x.tgz"]).command, f"backup {Path.cwd()}/x.tgz")

    def test_what_cannot_be_read_is_told_and_nothing_is_said(self) -> None:
        self.assertIn("none.csv cannot be read: No such file", self.refused("adduser", "--from", "none.csv"))
        path = Path(self.mktemp())
        path.write_bytes(b"\xff")
        self.assertIn("not UTF-8", self.refused("adduser", "--from", str(path)))
        self.assertIn("one line", self.refused("say", "a\nb"))
        self.assertIn("--sockt", self.refused("--sockt", "x"))

    def test_bash_learns_every_verb(self) -> None:
        words = completion()
        self.assertTrue(all(row.name in words for row in VERBS))


class FindTests(SynchronousTestCase):
    def test_where_the_console_is(self) -> None:
        directory = Path(self.mktemp())
        directory.mkdir()
        self.assertEqual(find("x", {"CHATD_CONSOLE": "y"}), Path("x"))
        self.assertEqual(find("", {"CHATD_CONSOLE": "y"}), Path("y"))
        self.assertEqual(find(str(directory), {}), directory / "console")
        self.assertRaises(NoServer, find, "", {})

    def test_where_nobody_answers(self) -> None:
        path = Path(self.mktemp())
        error = self.assertRaises(NoServer, Console, path)
        self.assertIn("No such file", str(error))
        directory = Path(self.mktemp())
        directory.mkdir()
        path = directory / "c"
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(address(path))
        self.assertIn("no server runs there", str(self.assertRaises(NoServer, Console, path)))

    def test_who_may_not_come_in_is_told_why(self) -> None:
        path = Path(self.mktemp()).absolute()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(address(path))
            listening.listen()

            def turn_away() -> None:
                one, _ = listening.accept()
                one.sendall(b"00 you are disconnected: only who runs the server\r\n")
                one.close()

            thread = threading.Thread(target=turn_away)
            thread.start()
            self.addCleanup(thread.join)
            self.assertIn("only who runs the server", str(self.assertRaises(NoServer, Console, path)))
