"""The configuration file of the client."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.client.profiles import Config, ConfigError, Profile, load


class LoadTests(SynchronousTestCase):
    def load(self, text: str) -> Config:
        file = Path(self.mktemp())
        file.write_text(text)
        return load(file)

    def assert_wrong(self, told: str, text: str) -> None:
        error = self.assertRaises(ConfigError, self.load, text)
        self.assertIn(told, str(error))
        self.assertNotIn("\n", str(error))

    def test_without_a_file_all_is_as_usual(self) -> None:
        self.assertEqual(load(Path(self.mktemp())), Config())

    def test_everything_can_be_set(self) -> None:
        config = self.load(
            'default = "work"\ntheme = "light"\nplain = true\nfetch = 0\ndownloads = "d"\n'
            '[profile.work]\naddress = "tls://chat.example.org"\nuser = "alice"\nroom = "lab"\nca = "ca.pem"\n'
        )
        profile = Profile("tls://chat.example.org", user="alice", room="lab", ca="ca.pem")
        self.assertEqual(config, Config("work", "d", "light", True, 0, {"work": profile}))

    def test_a_mistake_is_told_with_its_place(self) -> None:
        self.assert_wrong("not TOML", "theme = ")
        self.assert_wrong("did you mean theme?", 'them = "dark"')
        self.assert_wrong(
            "[profile.work] there is no key adress; did you mean address?", '[profile.work]\nadress = "x"'
        )
        self.assert_wrong("theme", 'theme = "pink"')
        self.assert_wrong("0 or more", "fetch = -1")
        self.assert_wrong('there is no profile "home"', 'default = "home"')
        self.assert_wrong("address", "[profile.work]\n")
        self.assert_wrong("profile", "profile = 1")

    def test_what_cannot_be_read_is_told(self) -> None:
        folder = Path(self.mktemp())
        folder.mkdir()
        self.assertIn("cannot be read", str(self.assertRaises(ConfigError, load, folder)))
