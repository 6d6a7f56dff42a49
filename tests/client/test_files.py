"""Files on this machine."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE

from twisted.trial.unittest import SynchronousTestCase

from chatd.client.files import Gift, NotGiven, Part, gift
from tests.client.helpers import SUM


class InFolder(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()


class GiftTests(InFolder):
    def file(self, name: str, data: bytes = b"hello") -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def given(self, line: str) -> Gift:
        found = gift(line)
        assert found is not None
        self.addCleanup(found.file.close)
        return found

    def test_a_file_is_given(self) -> None:
        found = self.given(f"Send {self.file('notes.txt')}")
        self.assertEqual((found.name, found.size), ("notes.txt", 5))
        self.assertEqual(found.digest(lambda: False), SUM)

    def test_a_colon_and_spaces_do_no_harm(self) -> None:
        path = self.file("notes.txt")
        for line in (f"Send: {path}", f"  Send:   {path}  "):
            self.assertEqual(self.given(line).name, "notes.txt")

    def test_quotes_and_backslashes_of_a_shell_are_taken_away(self) -> None:
        path = str(self.file("my notes.txt"))
        escaped = path.replace(" ", "\\ ")
        for line in (f"Send '{path}'", f'Send "{path}"', f"Send {escaped}", f"Send {path}"):
            self.assertEqual(self.given(line).name, "my_notes.txt")

    def test_a_name_with_a_quote_is_found_as_it_stands(self) -> None:
        path = self.file("don't")
        self.assertEqual(self.given(f"Send {path}").name, "don't")

    def test_the_tilde_is_home(self) -> None:
        self.file("notes.txt")
        self.patch(os, "environ", {"HOME": str(self.folder)})
        self.assertEqual(self.given("Send ~/notes.txt").name, "notes.txt")

    def test_other_lines_give_nothing(self) -> None:
        path = self.file("notes.txt")
        for line in (
            f"send {path}",
            f"Sending {path}",
            "Send",
            "Send:",
            f"Send the {path}",
            "Send me your notes",
            "Send \0",
        ):
            self.assertIsNone(gift(line))

    def test_a_colon_says_that_a_file_is_meant(self) -> None:
        self.assertRaises(NotGiven, gift, "Send: no-such-file")

    def test_what_is_no_file_is_not_given(self) -> None:
        os.mkfifo(self.folder / "fifo")
        (self.folder / "dangling").symlink_to("nowhere")
        for path in (self.folder, self.folder / "fifo", self.folder / "dangling", "/dev/null"):
            self.assertRaises(NotGiven, gift, f"Send {path}")

    def test_hashing_stops_when_it_is_not_wanted(self) -> None:
        found = self.given(f"Send {self.file('notes.txt')}")
        self.assertRaises(NotGiven, found.digest, lambda: True)


class PartTests(InFolder):
    def part(self, name: str = "notes.txt") -> Part:
        part = Part(self.folder / "in", name)
        self.addCleanup(part.discard)
        part.write(b"hel")
        part.write(b"lo")
        return part

    def names(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "in").iterdir())

    def test_it_counts_and_sums(self) -> None:
        part = self.part()
        self.assertEqual((part.size, part.sha256), (5, SUM))

    def test_it_bears_another_name_until_it_is_whole(self) -> None:
        part = self.part()
        [name] = self.names()
        self.assertTrue(name.startswith(".notes.txt.") and name.endswith(".part"))
        self.assertEqual(S_IMODE((self.folder / "in" / name).stat().st_mode), 0o600)
        kept = part.keep()
        self.assertEqual((self.names(), kept.read_bytes()), (["notes.txt"], b"hello"))

    def test_a_kept_file_has_the_usual_permissions(self) -> None:
        part = self.part()
        self.addCleanup(os.umask, os.umask(0o027))
        self.assertEqual(S_IMODE(part.keep().stat().st_mode), 0o640)

    def test_nothing_is_overwritten(self) -> None:
        names = [self.part().keep().name for _ in range(3)]
        self.assertEqual(names, ["notes.txt", "notes (2).txt", "notes (3).txt"])

    def test_a_link_is_not_followed(self) -> None:
        outside = self.folder / "outside"
        part = self.part()
        (self.folder / "in" / "notes.txt").symlink_to(outside)
        self.assertEqual(part.keep().name, "notes (2).txt")
        self.assertFalse(outside.exists())

    def test_no_name_leads_elsewhere(self) -> None:
        for name in ("../up.txt", "/etc/passwd", ".bashrc", "a/b\\c", "\x1b[2J", "", ".."):
            kept = self.part(name).keep()
            self.assertEqual(kept.parent, self.folder / "in")
            self.assertFalse(kept.name.startswith("."))

    def test_the_longest_name_fits(self) -> None:
        for name in ("\N{GRINNING FACE}" * 300 + ".txt", "x" * 300 + ".txt"):
            self.assertTrue(self.part(name).keep().name.endswith(".txt"))

    def test_what_is_discarded_is_gone(self) -> None:
        self.part().discard()
        self.assertEqual(self.names(), [])

    def test_a_kept_file_stays_when_the_part_is_discarded(self) -> None:
        part = self.part()
        part.keep()
        part.discard()
        self.assertEqual(self.names(), ["notes.txt"])

    def test_a_file_system_without_links_will_do(self) -> None:
        def no_links(*arguments: object, **more: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        self.patch(os, "link", no_links)
        names = [self.part().keep().name for _ in range(2)]
        self.assertEqual(names, ["notes.txt", "notes (2).txt"])
        self.assertEqual((self.folder / "in" / names[1]).read_bytes(), b"hello")
        self.assertEqual(self.names(), ["notes (2).txt", "notes.txt"])

    def test_the_sum_is_that_of_the_whole(self) -> None:
        self.assertEqual(SUM, sha256(b"hello").hexdigest())
