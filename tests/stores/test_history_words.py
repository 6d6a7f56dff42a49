"""What people type finds what they mean, and is never an error."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.chat.answers import Refusal
from chatd.stores.history_words import MOST_WORDS, TOKENIZER, fold, match, said, tags, user_tag


def finds(words: str, text: str) -> bool:
    database = sqlite3.connect(":memory:")
    try:
        database.execute(f'CREATE VIRTUAL TABLE words USING fts5 (text, tokenize="{TOKENIZER}")')
        database.execute("INSERT INTO words VALUES (?)", (fold(text),))
        query = "SELECT count(*) FROM words WHERE words MATCH ?"
        return bool(database.execute(query, (f"text : ({match(words)})",)).fetchone()[0])
    finally:
        database.close()


class MatchTests(SynchronousTestCase):
    def assertFinds(self, words: str, *texts: str) -> None:
        self.assertEqual([text for text in texts if not finds(words, text)], [])

    def assertDoesNotFind(self, words: str, *texts: str) -> None:
        self.assertEqual([text for text in texts if finds(words, text)], [])

    def test_all_words_must_be_there_in_any_order(self) -> None:
        self.assertFinds("red fox", "the fox is red", "red fox")
        self.assertDoesNotFind("red fox", "the fox is brown", "red")

    def test_the_last_word_may_be_the_beginning_of_one(self) -> None:
        self.assertFinds("the conn", "the connection is lost")
        self.assertFinds("the conn ", "the connection is lost")
        self.assertDoesNotFind("conn the", "the connection is lost")

    def test_so_may_every_word_with_a_star(self) -> None:
        self.assertFinds("conn* the", "the connection is lost")
        self.assertFinds('"the conn"* lost', "the connection is lost")
        self.assertDoesNotFind('"the conn" lost', "the connection is lost")

    def test_a_single_letter_is_a_whole_word(self) -> None:
        self.assertFinds("plan b", "plan b it is")
        self.assertDoesNotFind("plan b", "plan big")
        self.assertDoesNotFind("b* plan", "plan big")

    def test_a_quoted_word_is_whole(self) -> None:
        self.assertDoesNotFind('"conn"', "the connection")
        self.assertFinds('"connection"', "the connection")

    def test_what_is_quoted_belongs_together(self) -> None:
        self.assertFinds('"red fox" the', "the red fox")
        self.assertFinds('the "red fox', "the red fox")
        self.assertDoesNotFind('"red fox"', "the fox is red", "red as a fox")

    def test_what_hangs_together_belongs_together(self) -> None:
        self.assertFinds("setup.py", "see setup.py", "see setup, py")
        self.assertFinds("don't", "I don't know")
        self.assertDoesNotFind("setup.py", "py setup")

    def test_case_and_accents_make_no_difference(self) -> None:
        self.assertFinds("ecole", "École", "e\u0301cole", "ECOLE")
        self.assertFinds("École", "ecole")
        self.assertFinds("STRASSE", "Straße")
        self.assertFinds("еще", "ещё")
        self.assertFinds("שלום", "שָׁלוֹם")

    def test_full_width_letters_are_letters(self) -> None:
        self.assertFinds("abc", "\uff21\uff22\uff23")

    def test_writing_without_spaces_is_found_wherever_it_begins(self) -> None:
        self.assertFinds("東京", "今日は東京に行く", "東京")
        self.assertFinds("ดี", "สวัสดี")
        self.assertDoesNotFind("東京", "京東", "東の京")

    def test_emoji_are_found(self) -> None:
        self.assertFinds("👍", "great👍", "👍👍")
        self.assertDoesNotFind("👍", "👎", "\U000ff44e")

    def test_punctuation_is_left_out(self) -> None:
        self.assertFinds("hello !!! -- world", "hello, world")
        self.assertEqual([match(words) for words in ("", " ", "!!!", '"', '"" *', "\0", "\u0301", "()")], [""] * 8)

    def test_what_means_something_to_the_database_means_nothing(self) -> None:
        self.assertFinds("cats NOT dogs", "cats, not dogs")
        self.assertDoesNotFind("cats NOT dogs", "cats")
        self.assertDoesNotFind("text:cats OR fox", "fox")
        self.assertFinds("NEAR(a b)", "near a b")
        self.assertFinds("a\0b", "a b")

    def test_too_many_words_are_refused(self) -> None:
        match("word " * MOST_WORDS)
        refusal = self.assertRaises(Refusal, match, "word " * (MOST_WORDS + 1))
        self.assertEqual((refusal.answer.error, refusal.answer.limit), ("too-many-words", MOST_WORDS))

    @given(st.text(st.sampled_from("ab \"*'():^-+{}\\\0东é\u0301👍") | st.characters(), max_size=30))
    def test_nothing_typed_is_an_error(self, words: str) -> None:
        try:
            found = finds(words, "some text") if match(words) else None
        except Refusal:
            found = None
        self.assertIn(found, (True, False, None))

    @given(st.text(max_size=30), st.data())
    def test_a_text_is_found_by_each_of_its_words(self, text: str, data: st.DataObject) -> None:
        words = [word for word in text.replace('"', " ").split() if match(word)]
        if words:
            self.assertTrue(finds(data.draw(st.sampled_from(words)), text))


class IndexedTests(SynchronousTestCase):
    def test_what_people_say_and_name_can_be_searched_for(self) -> None:
        events = (
            e.Said("alice", "a"),
            e.Emoted("alice", "b"),
            e.Private("alice", "bob", "c"),
            e.TopicSet("alice", "d"),
            e.Dropped("alice", 1, "e", 2, "f"),
        )
        self.assertEqual([said(event) for event in events], list("abcde"))

    def test_what_happened_cannot(self) -> None:
        self.assertEqual([said(event) for event in (e.Entered("alice"), e.Left("alice", "bye"))], ["", ""])

    def test_a_user_is_one_word_however_the_name_is_written(self) -> None:
        self.assertEqual(user_tag("Anna_Maria"), user_tag("anna_maria"))
        self.assertEqual(tags(7, "ab"), "l7 u6162")
        self.assertTrue(user_tag("\ud800-é !").isalnum())
