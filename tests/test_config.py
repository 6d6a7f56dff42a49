"""Reading the configuration: what is taken, what is refused, and with which line."""

from __future__ import annotations

import json
import shutil
import tempfile
import tomllib
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.config import Config, ConfigError
from chatd.config_file import load, with_options

_EXAMPLE = Path(__file__).resolve().parents[1] / "etc" / "chatd.toml"


class _Files(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)

    def file(self, content: str | bytes, name: str = "chatd.toml") -> str:
        path = self.directory / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def refusal(self, content: str | bytes, name: str = "chatd.toml") -> str:
        """What is said of a file, without its directory."""
        error = self.assertRaises(ConfigError, load, self.file(content, name))
        return str(error).removeprefix(f"{self.directory}/")


class ReadingTests(_Files):
    def test_an_empty_file_is_the_default(self) -> None:
        self.assertEqual(load(self.file("")), Config())

    def test_toml(self) -> None:
        config = load(self.file('[limits]\nflood = false\n[listen]\nline = ["tcp:1", "tcp:2"]\n'))
        self.assertFalse(config.limits.flood)
        self.assertEqual(config.listen.line, ("tcp:1", "tcp:2"))
        self.assertEqual(config.rooms, Config().rooms)

    def test_json_where_the_name_says_so(self) -> None:
        config = load(self.file('{"rooms": {"history": 50}}', "chatd.json"))
        self.assertEqual(config.rooms.history, 50)

    def test_a_byte_order_mark_and_crlf_do_no_harm(self) -> None:
        self.assertEqual(load(self.file("\ufeff[rooms]\r\nmax = 7\r\n")).rooms.max, 7)

    def test_both_forms_hold_the_same(self) -> None:
        wanted = msgspec.to_builtins(Config())
        self.assertEqual(load(self.file(json.dumps(wanted), "chatd.json")), Config())
        self.assertEqual(load(self.file(_EXAMPLE.read_text(), "chatd.toml")), Config())


class ExampleFileTests(SynchronousTestCase):
    def test_it_has_every_key_and_no_other(self) -> None:
        keys = {name: set(section) for name, section in tomllib.loads(_EXAMPLE.read_text()).items()}
        wanted = {name: set(section) for name, section in msgspec.to_builtins(Config()).items()}
        self.assertEqual(keys, wanted)

    def test_a_comment_explains_every_key(self) -> None:
        lines = _EXAMPLE.read_text().splitlines()
        for above, line in zip(["", *lines], lines, strict=False):
            if line[:1].isalpha():
                self.assertTrue(above.startswith("#"), line)


class RefusalTests(_Files):
    def test_an_unknown_key_names_the_closest(self) -> None:
        said = self.refusal("[limits]\nqueue_byte = 100000\n")
        self.assertEqual(said, "chatd.toml: [limits] queue_byte: no such key; did you mean queue_bytes?")

    def test_an_unknown_section_names_the_closest(self) -> None:
        self.assertEqual(self.refusal("[limit]\n"), "chatd.toml: [limit]: no such section; did you mean [limits]?")

    def test_a_key_in_the_wrong_section_names_the_right_one(self) -> None:
        said = self.refusal("[rooms]\nline_bytes = 100\n")
        self.assertEqual(said, "chatd.toml: [rooms] line_bytes: no such key; did you mean [limits] line_bytes?")

    def test_a_key_above_all_sections_names_its_own(self) -> None:
        said = self.refusal('data = "x"\n')
        self.assertEqual(said, "chatd.toml: [data]: no such section; did you mean [server] data?")

    def test_a_key_like_no_other_gets_them_all(self) -> None:
        said = self.refusal("[rooms]\nzzz = 1\n")
        self.assertEqual(said, "chatd.toml: [rooms] zzz: no such key; there are max, history")

    def test_a_wrong_type(self) -> None:
        said = self.refusal('[limits]\nline_bytes = "100"\n')
        self.assertEqual(said, "chatd.toml: [limits] line_bytes: expected a whole number, got text in quotes")
        said = self.refusal("[limits]\nflood = 0\n")
        self.assertEqual(said, "chatd.toml: [limits] flood: expected true or false, got a whole number")
        self.assertEqual(self.refusal("limits = 5\n"), "chatd.toml: [limits]: expected a section, got a whole number")
        self.assertEqual(self.refusal("[]", "chatd.json"), "chatd.json: expected a section, got a list")

    def test_an_item_of_a_list_is_counted_from_one(self) -> None:
        said = self.refusal('[listen]\nline = ["tcp:1", 2]\n')
        self.assertEqual(said, "chatd.toml: [listen] line, item 2: expected text in quotes, got a whole number")

    def test_a_value_out_of_bounds(self) -> None:
        said = self.refusal("[limits]\nline_bytes = 63\n")
        self.assertEqual(said, "chatd.toml: [limits] line_bytes: expected a whole number >= 64, got 63")
        self.assertEqual(self.refusal("[listen]\nline = []\n"), "chatd.toml: [listen] line: expected at least one item")
        self.assertEqual(self.refusal('[server]\ndata = ""\n'), 'chatd.toml: [server] data: expected some text, got ""')

    def test_a_word_that_is_none_of_the_choices(self) -> None:
        said = self.refusal('[journal]\nfsync = "often"\n')
        self.assertEqual(
            said, 'chatd.toml: [journal] fsync: expected one of "interval", "always", "never", got "often"'
        )

    def test_a_duration_without_a_unit(self) -> None:
        wanted = 'expected a whole number and s, m, h or d, such as "12h" or "7d", got "7"'
        self.assertEqual(self.refusal('[files]\nkeep = "7"\n'), f"chatd.toml: [files] keep: {wanted}")

    def test_a_name_that_a_terminal_would_obey(self) -> None:
        said = self.refusal('[server]\nname = "a\\u001b[2J"\n')
        self.assertEqual(said, 'chatd.toml: [server] name: expected 1 to 64 visible characters, got "a\\u001b[2J"')

    def test_keys_that_contradict_each_other(self) -> None:
        said = self.refusal('[server]\nmotd = "hello"\nmotd_file = "motd.txt"\n')
        self.assertEqual(said, "chatd.toml: [server]: give motd or motd_file, not both")
        said = self.refusal("[limits]\nline_bytes = 65536\nqueue_bytes = 65536\n")
        self.assertEqual(said, "chatd.toml: [limits]: queue_bytes must be at least four times line_bytes")

    def test_what_is_no_origin_and_no_network(self) -> None:
        for origin in ("https://chat.example.org/", "chat.example.org", "https://Chat.example.org", "*"):
            said = self.refusal(f'[web]\norigins = ["{origin}"]\n')
            self.assertEqual(
                said, f"chatd.toml: [web]: origins: one is like https://chat.example.org, {origin} is none"
            )
        said = self.refusal('[web]\nproxies = ["::1", "unix", "10.0.0.0/8", "localhost"]\n')
        self.assertEqual(said, "chatd.toml: [web]: proxies: 'localhost' does not appear to be an IPv4 or IPv6 network")

    def test_a_mistake_in_the_form_names_the_line(self) -> None:
        said = self.refusal("[limits]\nflood\n")
        self.assertEqual(
            said, "chatd.toml: not TOML: Expected '=' after a key in a key/value pair (at line 2, column 6)"
        )
        said = self.refusal("[limits]\nflood =")
        self.assertEqual(said, "chatd.toml: not TOML: Invalid value (at line 2, the end)")
        said = self.refusal('{"limits":\n{,}}', "chatd.json")
        self.assertTrue(said.startswith("chatd.json: not JSON: "), said)
        self.assertIn("line 2 column 2", said)

    def test_bytes_that_are_not_utf8_name_the_line(self) -> None:
        self.assertEqual(self.refusal(b'[server]\nname = "\xff"\n'), "chatd.toml: line 2 is not UTF-8")

    def test_half_a_character_in_json(self) -> None:
        self.assertIn("not JSON", self.refusal('{"server": {"name": "\\ud800"}}', "chatd.json"))

    def test_sections_without_end(self) -> None:
        self.assertIn("not TOML", self.refusal("x = " + "[" * 100_000))

    def test_a_file_that_cannot_be_read(self) -> None:
        path = str(self.directory / "none.toml")
        error = self.assertRaises(ConfigError, load, path)
        self.assertEqual(str(error), f"{path}: No such file or directory")

    @given(st.binary(max_size=60) | st.text(max_size=60).map(lambda key: f"{json.dumps(key)} = 1\n".encode()))
    def test_whatever_the_file_says_the_error_is_one_printable_line(self, content: bytes) -> None:
        for name in ("any.toml", "any.json"):
            try:
                load(self.file(content, name))
            except ConfigError as error:
                self.assertTrue(str(error).isprintable(), str(error))

    @given(st.sampled_from(["limits", "x", "", " - at `$.limits`"]), st.dictionaries(st.text(), st.integers()))
    def test_whatever_a_section_holds_the_error_names_its_place(self, name: str, section: dict[str, int]) -> None:
        path = self.file(json.dumps({name: section}), "any.json")
        try:
            self.assertEqual(load(path), Config())
        except ConfigError as error:
            self.assertTrue(str(error).startswith(f"{path}: [{name}]"), str(error))


class CommandLineTests(SynchronousTestCase):
    def test_what_it_does_not_say_stays(self) -> None:
        config = Config()
        self.assertEqual(with_options(config), config)

    def test_what_it_says_wins(self) -> None:
        config = with_options(Config(), data="/srv/chat", line=["tcp:1", "tcp:2"])
        self.assertEqual(config.server.data, "/srv/chat")
        self.assertEqual(config.listen.line, ("tcp:1", "tcp:2"))

    def test_its_motd_file_replaces_a_motd_of_the_file(self) -> None:
        config = msgspec.structs.replace(Config(), server=msgspec.structs.replace(Config().server, motd="hello"))
        changed = with_options(config, motd_file="motd.txt")
        self.assertEqual((changed.server.motd, changed.server.motd_file), ("", "motd.txt"))

    def test_a_value_that_no_file_may_have_either(self) -> None:
        error = self.assertRaises(ConfigError, with_options, Config(), data="")
        self.assertEqual(str(error), 'command line: [server] data: expected some text, got ""')
