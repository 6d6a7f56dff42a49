"""Names: their form, which are the same, and which look the same."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from precis_i18n import get_profile
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.names import LONGEST, RESERVED, BadName, Looks, check, closest, key, skeleton

# Marks, look-alikes, compatibility forms, cases that are no pairs, scripts, joiners, things that are forbidden.
CHARACTERS = (
    "abkilmrnosIKLOZ0123 ._-()[]:,/\\#@<>*'\"`аеорсуіАВСОРЅҒ\u212a\u212bſßẞİıσςΣΟοεé\u0301\u0307\u0308\u0323ａＡ１ﬁǅǆ²½"
    "\u00ad\u034f\u061c\u0640\u200b\u200c\u200d\u200e\u202e\u2066\ufeff\U000e0041אבאر۱١कष\u094dあア漢字한글ㄅ·ーᎪⲞ\x00\x1b\x85\ud800😀"
)
texts = st.one_of(st.text(st.sampled_from(CHARACTERS)), st.text(st.characters(codec=None)))
ascii_names = st.text(string.ascii_letters + string.digits + "_-.", max_size=LONGEST - 1).map(lambda rest: "x" + rest)


def fault(name: str, room: bool = False) -> tuple[str, str]:
    """Why ``name`` is refused, and what is suggested."""
    try:
        check(name, room)
    except BadName as bad:
        return bad.reason, bad.suggestion
    return "", ""


class FormTests(SynchronousTestCase):
    def test_names_of_any_one_script_are_shown_as_written(self) -> None:
        for name in ("a", "x-1.y+z", "Zoë", "Паша", "Νίκος", "אבי", "محمد", "अनन्या", "Bob東京", "タロウ"):
            self.assertEqual(check(name), name)
            self.assertEqual(check(name, room=True), name)

    def test_a_name_has_32_characters_at_most(self) -> None:
        self.assertEqual(check("x" * 32), "x" * 32)
        self.assertEqual(fault("x" * 33), ("long-name", "x" * 32))
        self.assertEqual(fault("x" * 4096), ("long-name", "x" * 32))
        self.assertEqual(check("e\u0301" * 32), "é" * 32)

    def test_the_empty_name_is_none(self) -> None:
        self.assertEqual(fault(""), ("empty-name", ""))

    def test_a_name_begins_with_a_letter(self) -> None:
        for name in ("1", "42nd", "_x", "-x", ".x", "+1", "=x", "\u0301x", "ʼx", "(x)", "😀"):
            self.assertEqual(fault(name)[0], "bad-name", name)

    def test_what_marks_or_separates_names_is_not_in_them(self) -> None:
        for character in " :,/\\#@<>*'\"`\t\n\r\x00\x1b\x7f\x85\u00a0\u2028":
            self.assertEqual(fault(f"a{character}b")[0], "bad-name", ascii(character))

    def test_nor_are_brackets_in_which_something_is_said_of_somebody(self) -> None:
        for name in ("mallory(operator)", "mallory[operator]", "mallory{operator}", "mallory（operator）"):
            self.assertEqual(fault(name), ("bad-name", "mallory_operator"))
            self.assertEqual(check(name, kept=True), unicodedata.normalize("NFKC", name))

    def test_what_somebody_has_may_be_reserved_but_not_anything(self) -> None:
        self.assertEqual(check("search", kept=True), "search")
        for name in ("a:b", "a b", "x" * 33, ""):
            self.assertRaises(BadName, check, name, kept=True)

    def test_what_cannot_be_seen_is_not_in_them(self) -> None:
        for (
            character
        ) in "\u00ad\u034f\u061c\u115f\u200b\u200c\u200d\u200e\u202e\u2060\u2066\u3164\ufeff\U000e0041\ud800":
            self.assertEqual(fault(f"a{character}b")[0], "bad-name", ascii(character))

    def test_other_ways_to_write_a_letter_are_refused_or_become_the_letter(self) -> None:
        self.assertEqual(check("\u212aim"), "Kim")
        self.assertEqual(check("Ａｌｉｃｅ"), "Alice")
        self.assertEqual(check("Zoe\u0308"), "Zoë")
        for name in ("ſam", "ﬁona", "x²", "ⅷ", "𝐚lice"):
            self.assertEqual(fault(name)[0], "bad-name", name)

    def test_scripts_that_serve_to_deceive_are_not_mixed(self) -> None:
        for name in ("pаul", "аlice", "ΑlaskaJazz", "aσb", "Ꭺlice", "паulа"):
            self.assertEqual(fault(name)[0], "bad-name", name)

    def test_marks_are_not_piled_up(self) -> None:
        self.assertEqual(fault("b" + "\u0323\u0307" * 3)[0], "bad-name")
        self.assertEqual(check("b\u0323\u0307"), "\u1e05\u0307")

    @settings(deadline=None)
    @given(texts)
    def test_checking_twice_is_checking_once(self, name: str) -> None:
        if not fault(name)[0]:
            self.assertEqual(check(check(name)), check(name))

    @settings(deadline=None)
    @given(texts)
    def test_whatever_is_written_the_name_is_short_and_plain(self, written: str) -> None:
        if not fault(written)[0]:
            name = check(written)
            self.assertTrue(1 <= len(name) <= LONGEST)
            self.assertTrue(name[0].isalpha())
            self.assertTrue(set(" :,/\\#@<>*'\"`").isdisjoint(name))
            self.assertTrue(name.replace("\u200c", "").replace("\u200d", "").isprintable())

    @settings(deadline=None)
    @given(
        st.text(st.characters(codec="ascii"), min_size=1, max_size=LONGEST)
        | st.text(st.characters(codec=None, categories=["L", "M", "Nd"]), min_size=1, max_size=4)
        | st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=4)
    )
    def test_the_short_ways_give_what_the_profiles_give(self, name: str) -> None:
        try:
            shown = get_profile("UsernameCasePreserved").enforce(name)
            mapped = get_profile("UsernameCaseMapped").enforce(shown)
        except UnicodeEncodeError:
            self.assertIn(fault(name)[0], ("bad-name", "reserved-name"))
        else:
            self.assertEqual(key(name), mapped)
            if not fault(name)[0]:
                self.assertEqual(check(name), shown)


class ReservedTests(SynchronousTestCase):
    def test_words_of_the_menu_and_names_of_the_server_are_reserved_in_any_case(self) -> None:
        for word in RESERVED:
            for name in (word, word.upper(), word.title()):
                self.assertEqual(fault(name)[0], "reserved-name", name)
                self.assertEqual(fault(name, room=True)[0], "reserved-name", name)

    def test_what_looks_like_them_is_reserved_too(self) -> None:
        for name in ("l0gin", "heIp", "AlI", "a11", "PubIic", "аІІ"):
            self.assertEqual(fault(name)[0], "reserved-name", name)

    def test_what_only_resembles_them_is_not(self) -> None:
        for name in ("ali", "Ali", "helper", "logins", "publican", "serve", "whoever", "mall"):
            self.assertEqual(check(name), name)


class SuggestionTests(SynchronousTestCase):
    def test_a_bad_name_is_answered_with_a_good_one_like_it(self) -> None:
        for name, suggestion in {
            "anna maria": "anna_maria",
            "  anna   maria ": "anna_maria",
            "#general": "general",
            "O'Brien": "O_Brien",
            "-x": "x",
            "42": "n42",
            "2nd floor": "n2nd_floor",
            "anna😀": "anna",
            "ﬁona": "fiona",
            "अनन्या शर्मा": "अनन्या_शर्मा",
            "/help": "help_1",
            "x" * 31 + " y": "x" * 31,
        }.items():
            self.assertEqual(fault(name), ("bad-name", suggestion))

    def test_a_reserved_one_gets_something_behind_it(self) -> None:
        self.assertEqual(fault("Login"), ("reserved-name", "Login_1"))
        self.assertEqual(fault("server", room=True), ("reserved-name", "server_room"))

    def test_where_nothing_is_left_nothing_is_suggested(self) -> None:
        for name in ("", "😀", "***", " ", "pаul", "\x00"):
            self.assertEqual(fault(name)[1], "")

    @settings(deadline=None)
    @given(texts, st.booleans())
    def test_every_suggestion_is_a_name_as_shown(self, name: str, room: bool) -> None:
        suggestion = fault(name, room)[1]
        if suggestion:
            self.assertEqual(check(suggestion, room), suggestion)


class KeyTests(SynchronousTestCase):
    def test_case_and_way_of_writing_do_not_matter(self) -> None:
        for one, other in (("Alice", "aLICE"), ("ΝΙΚΟΣ", "νικος"), ("ZOË", "zoe\u0308"), ("Ａlice", "alice")):
            self.assertEqual(key(one), key(other))

    def test_different_names_have_different_keys(self) -> None:
        names = ("alice", "alicia", "zoe", "zoë", "сор", "cop", "b0b", "bob", "ian", "lan", "strasse", "straße")
        self.assertEqual(len({key(name) for name in names}), len(names))

    def test_the_key_of_the_shown_form_is_the_key_of_what_was_written(self) -> None:
        for name in ("Ａｌｉｃｅ", "\u212aim", "Zoe\u0308", "İstanbul"):
            self.assertEqual(key(check(name)), key(name))

    @settings(deadline=None)
    @given(texts)
    def test_any_text_has_a_key_and_a_checked_name_keeps_it(self, name: str) -> None:
        self.assertIsInstance(key(name), str)
        if not fault(name)[0]:
            self.assertEqual(key(check(name)), key(name))
            self.assertEqual(key(key(name)), key(name))

    def test_a_text_of_any_length_has_one(self) -> None:
        self.assertEqual(key("É\ud800" * 4096), key("é\ud800" * 4096))
        self.assertEqual(key("ß" * 4096), "ss" * 4096)


class SkeletonTests(SynchronousTestCase):
    def test_names_that_look_the_same_have_the_same(self) -> None:
        for one, other in (
            ("paul", "раul"),
            ("cop", "сор"),
            ("bob", "b0b"),
            ("al", "a1"),
            ("Ian", "lan"),
            ("bill", "bi\u0307ll"),
            ("bill", "bıll"),
            ("क्\u200dष", "क्ष"),
            ("Zoë", "Zoe\u0308"),
        ):
            self.assertEqual(skeleton(one), skeleton(other), (one, other))

    def test_names_that_look_different_do_not(self) -> None:
        names = (
            "alice",
            "alicia",
            "zoe",
            "zoë",
            "ian",
            "lan",
            "corner",
            "comer",
            "user2",
            "user3",
            "ali",
            "all",
            "паша",
            "πάσα",
        )
        self.assertEqual(len({skeleton(name) for name in names}), len(names))

    def test_case_is_folded(self) -> None:
        self.assertEqual(skeleton("ALEX"), skeleton("alex"))

    @settings(deadline=None)
    @given(texts)
    def test_any_text_has_one(self, text: str) -> None:
        self.assertIsInstance(skeleton(text), str)

    @settings(deadline=None)
    @given(ascii_names)
    def test_in_ascii_only_the_known_pairs_look_alike(self, name: str) -> None:
        plain = name.translate(str.maketrans("01I", "oll")).lower()
        self.assertEqual(skeleton(name), plain)


class LooksTests(SynchronousTestCase):
    def test_finds_the_name_itself_in_any_case(self) -> None:
        looks = Looks(["Ian", "Alice"])
        self.assertEqual(looks.like("ALICE"), "Alice")
        self.assertEqual(looks.like("ian"), "Ian")
        self.assertEqual(looks.like("IAN"), "Ian")

    def test_finds_what_looks_like_it_as_written_or_in_lower_case(self) -> None:
        looks = Looks(["Ian", "bob", "сор", "Alice"])
        for name, like in (("lan", "Ian"), ("B0B", "bob"), ("COP", "сор"), ("cop", "сор"), ("aIice", "Alice")):
            self.assertEqual(looks.like(name), like)

    def test_finds_nothing_else(self) -> None:
        looks = Looks(["ian", "alice"])
        for name in ("lan", "alicia", "", "x"):
            self.assertIsNone(looks.like(name))

    def test_the_same_name_comes_before_one_that_looks_like_it(self) -> None:
        looks = Looks(["lan", "Ian"])
        self.assertEqual(looks.like("Ian"), "Ian")
        self.assertEqual(looks.like("lan"), "lan")

    def test_a_discarded_name_is_no_longer_found_and_one_like_it_still_is(self) -> None:
        looks = Looks(["bob", "b0b"])
        looks.discard("bob")
        self.assertEqual(looks.like("bob"), "b0b")
        looks.discard("b0b")
        looks.discard("b0b")
        self.assertIsNone(looks.like("bob"))

    def test_a_name_added_twice_is_there_once(self) -> None:
        looks = Looks(["bob", "bob"])
        looks.discard("bob")
        self.assertIsNone(looks.like("bob"))

    @settings(deadline=None)
    @given(st.sets(texts, max_size=6), texts)
    def test_what_is_in_it_is_found_and_what_is_taken_out_leaves_nothing(self, names: set[str], other: str) -> None:
        looks = Looks(names)
        for name in names:
            found = looks.like(name)
            self.assertEqual(key(found or ""), key(name))
        for name in names:
            looks.discard(name)
        self.assertIsNone(looks.like(other))


class ClosestTests(SynchronousTestCase):
    def test_the_closest_come_first_as_they_are_written(self) -> None:
        known = ["login", "Logout", "register", "guest", "quit"]
        self.assertEqual(closest("LOGN", known), ("login", "Logout"))
        self.assertEqual(closest("qiut", known), ("quit",))
        self.assertEqual(closest("xyzzy", known), ())

    def test_no_more_than_asked_for(self) -> None:
        known = [f"user{number}" for number in range(9)]
        self.assertEqual(len(closest("user", known)), 3)
        self.assertEqual(len(closest("user", known, most=1)), 1)

    def test_looks_at_no_more_than_some_of_very_many(self) -> None:
        taken = 0

        def endless() -> Iterator[str]:
            nonlocal taken
            while True:
                taken += 1
                yield f"user{taken}"

        self.assertEqual(closest("user1" * 1000, endless()), ())
        self.assertLessEqual(taken, 501)
