"""The command line."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd import __version__
from chatd.client.address import Address
from chatd.client.options import Options, read
from chatd.client.profiles import Config, Profile


class Reading(SynchronousTestCase):
    def read(self, *arguments: str, terminal: bool = True, **environment: str) -> Options:
        return read(arguments, environment, terminal)

    def assert_refused(self, told: str, *arguments: str, terminal: bool = True, **environment: str) -> None:
        with redirect_stderr(io.StringIO()) as stderr:
            stopped = self.assertRaises(SystemExit, read, arguments, environment, terminal)
        self.assertEqual(stopped.code, 2)
        self.assertIn(told, stderr.getvalue())
        self.assertEqual(stderr.getvalue().count("\n"), 1)


class ReadTests(Reading):
    def test_nothing_is_needed_on_a_terminal(self) -> None:
        options = self.read()
        self.assertEqual(options.address, Address("127.0.0.1", 9000))
        self.assertEqual(options.downloads, Path("~/Downloads/chatd").expanduser())
        self.assertIsNone(options.trust_root)

    def test_everything_can_be_given(self) -> None:
        options = self.read("[::1]:9001", "--user", "bob", "--room", "lab", "--downloads", "d", CHATC_PASSWORD="pw")
        self.assertEqual(options, Options(Address("::1", 9001), Path("d"), None, "bob", "", "pw", "lab"))

    def test_tls_trusts_the_system_unless_told_otherwise(self) -> None:
        self.assertIsNotNone(self.read("--tls").trust_root)

    def test_the_password_is_the_first_line_of_its_file(self) -> None:
        file = Path(self.mktemp())
        file.write_text(" p w \r\nmore\n")
        options = self.read("--user", "bob", "--password-file", str(file), CHATC_PASSWORD="other")
        self.assertEqual(options.password, " p w ")

    def test_a_guest_has_no_password(self) -> None:
        self.assertIsNone(self.read("--guest", "bob", CHATC_PASSWORD="pw").password)

    def test_a_password_is_no_argument(self) -> None:
        self.assert_refused("--password", "--user", "bob", "--password", "pw")

    def test_what_does_not_go_together_is_refused(self) -> None:
        self.assert_refused("--guest", "--user", "bob", "--guest", "bob")
        self.assert_refused("--ca is for --tls", "--ca", "x")
        self.assert_refused("Unix", "unix:x", "--tls")
        self.assert_refused("is for --user", "--guest", "bob", "--password-file", "x")

    def test_what_cannot_be_read_is_named(self) -> None:
        self.assert_refused("missing cannot be read: No such file", "--user", "bob", "--password-file", "missing")
        self.assert_refused("missing cannot be read: No such file", "--tls", "--ca", "missing")

    def test_a_file_without_certificates_is_named(self) -> None:
        file = Path(self.mktemp())
        file.write_text("none")
        self.assert_refused(f"no certificate in {file}", "--tls", "--ca", str(file))

    def test_what_would_be_two_lines_or_words_is_refused(self) -> None:
        self.assert_refused("--room", "--room", "lab\nquit")
        self.assert_refused("--user", "--user", "a b")
        self.assert_refused("CHATC_PASSWORD", "--user", "bob", CHATC_PASSWORD="pw\nquit")

    def test_no_address_is_refused(self) -> None:
        self.assert_refused("is no port", "host:x")

    def test_a_script_must_say_who_and_where(self) -> None:
        self.assert_refused("--room", terminal=False)
        self.assert_refused("--room", "--guest", "x", terminal=False)
        self.assert_refused("--guest", "--room", "lab", terminal=False)

    def test_a_script_must_have_its_password(self) -> None:
        self.assert_refused("CHATC_PASSWORD", "--user", "x", "--room", "lab", terminal=False)

    def test_a_script_that_says_all_goes_on(self) -> None:
        self.assertEqual(self.read("--guest", "x", "--room", "lab", terminal=False).room, "lab")

    def test_the_version_is_told(self) -> None:
        with redirect_stdout(io.StringIO()) as stdout:
            stopped = self.assertRaises(SystemExit, read, ["--version"])
        self.assertEqual((stopped.code, stdout.getvalue()), (0, f"chatc {__version__}\n"))


class ScriptTests(Reading):
    def test_a_file_can_be_sent_and_fetched(self) -> None:
        options = self.read("send", "a.pdf", ":9001", "--guest", "x", "--room", "lab")
        self.assertEqual((options.send, options.address.port, options.is_errand), ("a.pdf", 9001, True))
        self.assertEqual(self.read("get", "17", "--guest", "x", "--room", "lab").get, "17")

    def test_a_lone_word_is_a_server(self) -> None:
        self.assertEqual(self.read("send").address.host, "send")
        self.assert_refused("one word too many", "a", "b")

    def test_a_room_can_be_followed(self) -> None:
        options = self.read("--follow", "--json", "--guest", "x", "--room", "lab")
        self.assertEqual((options.follow, options.json), (True, True))
        self.assert_refused("--json is for --follow", "--json")
        self.assert_refused("say who speaks and where", "--follow")
        self.assert_refused("say who speaks and where", "send", "a.pdf", "--guest", "x")

    def test_who_one_is_may_stand_in_the_environment(self) -> None:
        options = self.read("--room", "lab", terminal=False, CHATC_USER="bot", CHATC_PASSWORD="pw")
        self.assertEqual((options.user, options.password), ("bot", "pw"))
        self.assertEqual(self.read("--guest", "x", CHATC_USER="bot").user, "")


class ProfileTests(SynchronousTestCase):
    config = Config(
        default="work",
        theme="light",
        fetch=5,
        profile={"work": Profile("tls://chat.example.org", user="alice", room="lab", downloads="~/in")},
    )

    def read(self, *arguments: str) -> Options:
        return read(arguments, {}, True, self.config)

    def test_the_default_is_meant_where_nothing_is_said(self) -> None:
        for options in (self.read(), self.read("work")):
            self.assertEqual(options.address, Address("chat.example.org", 9443, tls=True))
            self.assertEqual((options.user, options.room, options.theme, options.fetch), ("alice", "lab", "light", 5))
            self.assertEqual(options.downloads, Path("~/in").expanduser())
            self.assertTrue(options.pins)

    def test_the_command_line_wins(self) -> None:
        options = self.read("work", "--guest", "x", "--room", "ops", "--theme", "none", "--downloads", "d")
        self.assertEqual((options.user, options.guest, options.room, options.theme), ("", "x", "ops", "none"))
        self.assertEqual(options.downloads, Path("d"))

    def test_another_server_is_none_of_the_profiles(self) -> None:
        options = self.read("example.org")
        self.assertEqual((options.address, options.user), (Address("example.org"), ""))
