"""What a file may be called, and how much space there is for it."""

from __future__ import annotations

from unicodedata import category, is_normalized

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refusal, Refused
from chatd.chat.files import (
    FILES_PER_ROOM,
    FILES_PER_USER,
    MAX_CHARACTERS,
    MAX_NAME_BYTES,
    Drop,
    Quotas,
    check_space,
    forgotten,
    safe_name,
    unused,
)

_CHARACTERS = (
    "./\\ -~:*?<>|\"'\0\r\n\t\x1b[]0;mA\x07\x7f\x9b\u0301\u200b\u202e\u2066\u2028\ufeff\u3000\u2000\u0344\ud800\u3164"
)
_WORDS = ("..", ".tar", ".gz", "CON", "nul", "é", "\U0001f600", "x" * 90)
_NASTY = st.lists(st.sampled_from([*_CHARACTERS, *_WORDS]) | st.characters()).map("".join)


class SafeNameTests(SynchronousTestCase):
    def _becomes(self, expected: dict[str, str]) -> None:
        self.assertEqual({path: safe_name(path) for path in expected}, expected)

    def test_an_ordinary_name_stays_as_it_is(self) -> None:
        for name in (
            "notes.txt",
            "archive.tar.gz",
            "Ünï cödé (2).pdf",
            "README",
            "日本語.txt",
            "a.b.c",
            "it's 100% ok.md",
        ):
            self.assertEqual(safe_name(name), name)

    def test_only_the_last_part_of_a_path_is_taken(self) -> None:
        self._becomes(
            {
                "../../etc/passwd": "passwd",
                "/etc/shadow": "shadow",
                "C:\\Users\\me\\x.doc": "x.doc",
                "..\\..\\boot.ini": "boot.ini",
                "folder/": "folder",
                "a/b\\c": "c",
            }
        )

    def test_there_is_always_a_name(self) -> None:
        self._becomes(dict.fromkeys(["", ".", "..", "/", "...", " ", "--", "\0", "\u200b", ".. /", "\u3164"], "file"))

    def test_nothing_is_hidden_and_nothing_looks_like_an_option(self) -> None:
        self._becomes({".bashrc": "bashrc", "-rf": "rf", "- -x": "x", " .ssh": "ssh", "..a": "a"})

    def test_what_is_not_seen_is_taken_out(self) -> None:
        self._becomes(
            {
                "photo\u202egnp.exe": "photognp.exe",
                "a\u200bb\ufeff\u00adc.txt": "abc.txt",
                "x\x1b]0;title\x07\x1b[31my.txt": "xy.txt",
                "a\0b\r\n.txt": "ab.txt",
                "a\u3164\ufe0f\u034fb": "ab",
                "half\ud800.txt": "half.txt",
            }
        )

    def test_white_space_of_any_kind_is_one_space(self) -> None:
        self._becomes({"a\u3000 \u00a0b\u2003.txt": "a b .txt", "  x  ": "x", "one\u2028two": "one two"})

    def test_what_windows_treats_in_its_own_way_is_made_harmless(self) -> None:
        self._becomes(
            {
                "con": "_con",
                "NUL.txt": "_NUL.txt",
                "com1.tar.gz": "_com1.tar.gz",
                "LPT9 .x": "_LPT9 .x",
                "console.txt": "console.txt",
                "name. . ": "name",
                "file.txt:stream": "file.txt_stream",
                'a<b>c"d|e?f*g': "a_b_c_d_e_f_g",
            }
        )

    def test_it_is_in_nfc(self) -> None:
        self.assertEqual(safe_name("cafe\u0301.txt"), "café.txt")
        self.assertEqual(safe_name("e\u200b\u0301"), "é")

    def test_a_long_name_keeps_its_extension(self) -> None:
        self.assertEqual(safe_name("a" * 300 + ".tar.gz"), "a" * 93 + ".tar.gz")
        self.assertEqual(safe_name("😀" * 100 + ".png"), "😀" * 49 + ".png")
        self.assertEqual(safe_name("b" * 95 + " " + "c" * 50 + ".txt"), "b" * 95 + ".txt")
        self.assertEqual(safe_name("a." + "x" * 300), "a." + "x" * 98)

    @given(_NASTY)
    def test_whatever_comes_the_name_is_safe(self, path: str) -> None:
        name = safe_name(path)
        self.assertTrue(name)
        self.assertLessEqual(len(name), MAX_CHARACTERS)
        self.assertLessEqual(len(name.encode()), MAX_NAME_BYTES)
        self.assertNotIn(name[0], ".- ")
        self.assertNotIn(name[-1], ". ")
        self.assertFalse(set(name) & set('/\\:*?"<>|'))
        self.assertFalse(
            [c for c in name if category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or (c.isspace() and c != " ")]
        )
        self.assertTrue(is_normalized("NFC", name))

    @given(_NASTY)
    def test_making_it_safe_once_more_changes_nothing(self, path: str) -> None:
        self.assertEqual(safe_name(safe_name(path)), safe_name(path))


class UnusedTests(SynchronousTestCase):
    def test_a_name_that_is_free_is_taken(self) -> None:
        self.assertEqual(unused("a.txt", {"b.txt"}.__contains__), "a.txt")

    def test_else_a_number_stands_before_the_extension(self) -> None:
        self.assertEqual(unused("a.txt", {"a.txt"}.__contains__), "a (2).txt")
        self.assertEqual(unused("a.txt", {"a.txt", "a (2).txt", "a (3).txt"}.__contains__), "a (4).txt")
        self.assertEqual(unused("a.tar.gz", {"a.tar.gz"}.__contains__), "a (2).tar.gz")
        self.assertEqual(unused("README", {"README"}.__contains__), "README (2)")

    def test_a_long_name_makes_room_for_it(self) -> None:
        name = safe_name("😀" * 100 + ".png")
        other = unused(name, {name}.__contains__)
        self.assertTrue(other.endswith("😀 (2).png"))
        self.assertLessEqual(len(other.encode()), MAX_NAME_BYTES)
        name = safe_name("a" * 300)
        self.assertEqual(unused(name, {name}.__contains__), "a" * 96 + " (2)")

    @given(_NASTY, st.integers(1, 12))
    def test_it_is_as_safe_as_the_name(self, path: str, there: int) -> None:
        taken: set[str] = set()
        for _ in range(there):
            name = unused(safe_name(path), taken.__contains__)
            self.assertNotIn(name, taken)
            self.assertEqual(safe_name(name), name)
            taken.add(name)


class SpaceTests(SynchronousTestCase):
    quotas = Quotas(max_bytes=100, room_quota=250, user_quota=150, keep=1000)

    def _refused(self, size: int, in_room: list[int], of_user: list[int]) -> Refused:
        refusal = self.assertRaises(Refusal, check_space, self.quotas, size, "lab", in_room, of_user)
        answer: Refused = refusal.answer
        return answer

    def test_a_quota_can_be_used_to_the_last_byte(self) -> None:
        check_space(self.quotas, 100, "lab", [100, 50], [50])
        check_space(self.quotas, 0, "lab", [250], [150])

    def test_a_file_is_not_larger_than_it_may_be(self) -> None:
        self.assertEqual(self._refused(101, [], []), Refused("too-large", limit=100))

    def test_the_files_of_a_room_together_are_not(self) -> None:
        self.assertEqual(self._refused(51, [100, 100], []), Refused("room-quota", "lab", limit=250))

    def test_the_files_of_a_user_together_are_not(self) -> None:
        self.assertEqual(self._refused(51, [], [100]), Refused("user-quota", limit=150))

    def test_even_empty_files_are_only_so_many(self) -> None:
        too_many = self._refused(0, [0] * FILES_PER_ROOM, [])
        self.assertEqual(too_many, Refused("too-many-files", "lab", limit=FILES_PER_ROOM))
        too_many = self._refused(0, [], [0] * FILES_PER_USER)
        self.assertEqual(too_many, Refused("too-many-files", limit=FILES_PER_USER))


class ForgottenTests(SynchronousTestCase):
    def test_an_expired_file_is_remembered_for_as_long_as_it_was_kept(self) -> None:
        drop = Drop(1, "lab", "a", 1, "0" * 64, "bob", at=1000, expires=1700)
        self.assertEqual([forgotten(drop, now) for now in (1000, 1700, 2399, 2400)], [False, False, False, True])
        self.assertTrue(forgotten(replace(drop, at=1, expires=1), 1))
