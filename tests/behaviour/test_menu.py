"""The main menu, word by word and number by number, as it is typed."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moments import Moment
from chatd.dialogue.menu import ITEMS
from tests.behaviour.drivers import CHOOSE, LineDriver, said
from tests.behaviour.readers import Heard, Value
from tests.behaviour.scene import PASSWORD, Scene, on_lines

NOBODY = "login register guest quit help"
GUEST = "register public enter rooms who msg logout quit help"
ACCOUNT = "public enter rejoin create rooms who msg logout quit help"
HIDDEN = {
    NOBODY: "info resume put get format motd version",
    GUEST: "info whois status search more put get format motd version",
    ACCOUNT: "delete info whois status search more password unregister put get format motd version",
}
"""What the menu has besides, when help is asked for."""

ALICE = a.Person("alice", False, "user", "active")


def _menu(words: str) -> a.MainMenu:
    by_word = {item.word.word: item.word for item in ITEMS}
    return a.MainMenu(tuple(by_word[word] for word in words.split()))


@on_lines
class Showing(Scene[LineDriver]):
    def test_everybody_is_shown_what_there_is_for_him(self) -> None:
        visitor = self.visitor()
        visitor.type("guest gus")
        visitor.expect_only(a.Welcome("gus", True, "user"), _menu(GUEST), CHOOSE)
        visitor.type("register", "gus", "x", "x")
        visitor.expect(a.Welcome("gus", False, "user"), _menu(ACCOUNT), CHOOSE)
        visitor.type("logout")
        visitor.expect_only(a.Done("logged-out"), _menu(NOBODY), CHOOSE)

    def test_an_empty_line_brings_the_question_again_and_nothing_else(self) -> None:
        for driver in (self.visitor(), self.guest("gus")):
            driver.type("", " ")
            driver.expect_only(CHOOSE, CHOOSE)

    def test_help_shows_all(self) -> None:
        for driver, words in ((self.visitor(), NOBODY), (self.guest("gus"), GUEST), (self.account("al"), ACCOUNT)):
            driver.type("help")
            driver.expect_only(_menu(f"{words} {HIDDEN[words]}"), CHOOSE)

    def test_every_number_stands_for_the_word_it_is_shown_before(self) -> None:
        self.account("alice")
        visitor = self.visitor()
        visitor.type("1")
        visitor.expect_only(a.Prompt("user-name", "user name:"))
        visitor.type("")
        visitor.expect_only(CHOOSE)
        visitor.type("3 gus")
        visitor.expect(a.Welcome("gus", True, "user"))
        visitor.type("4")
        visitor.expect(a.RoomList((a.RoomSummary("public", 0, "", "open", False),)))
        visitor.type("11 alice")
        visitor.expect(a.About(ALICE, True, Moment(self.server.now()), ()))
        visitor.type("2")
        visitor.expect(a.YouEntered("public", "", 1))

    def test_other_numbers_are_no_words(self) -> None:
        visitor = self.visitor()
        for number in ("0", "13", "99", "1000", "-1", "1."):
            visitor.type(number)
            visitor.expect_only(a.Refused("unknown-word"), CHOOSE)

    def test_a_line_is_taken_in_any_case_with_white_space_around(self) -> None:
        visitor = self.visitor()
        visitor.type("  GUEST   gus ")
        visitor.expect(a.Welcome("gus", True, "user"))
        visitor.type("Public")
        visitor.expect(a.YouEntered("public", "", 1))

    def test_an_unknown_word_is_told_with_the_closest_and_never_repeated(self) -> None:
        visitor = self.visitor()
        visitor.type("logon hunter2")
        visitor.expect_only(a.Refused("unknown-word", near=("login",)), CHOOSE)
        visitor.type("hunter2")
        visitor.expect_only(a.Refused("unknown-word"), CHOOSE)
        self.assertNotIn(b"hunter2", visitor.everything)

    def test_what_is_only_closest_for_others_is_not_told(self) -> None:
        visitor = self.visitor()
        visitor.type("unregistr")
        visitor.expect_refused("unknown-word", near=("register",))

    def test_a_word_for_others_says_why_not(self) -> None:
        visitor, gus = self.visitor(), self.guest("gus")
        for line in ("public", "rejoin", "rooms", "who", "whois gus", "create lab", "msg gus hi", "status", "logout"):
            visitor.type(line)
            visitor.expect_only(a.Refused("not-logged-in"), CHOOSE)
        for line in ("create lab", "rejoin"):
            gus.type(line)
            gus.expect_only(a.Refused("no-account"), CHOOSE)


@on_lines
class Words(Scene[LineDriver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.since = Moment(self.server.now())

    def test_those_that_tell_something(self) -> None:
        answers: dict[str, Value] = {
            "who": a.Members("", (ALICE,)),
            "who public": a.Members("public", ()),
            "rooms": a.RoomList((a.RoomSummary("public", 0, "", "open", False),)),
            "info public": a.RoomInfo("public", "", "", "open", Moment(0), ()),
            "whois alice": a.About(ALICE, True, self.since, (), 1, "198.51.100.1"),
            "status": a.StatusChanged(ALICE),
            "status away at lunch": a.StatusChanged(a.Person("alice", False, "user", "away", "at lunch")),
            "motd": a.Lines(()),
            "create lab": a.Done("room-created", "lab"),
            "msg alice hi there": Heard("@alice", e.Private("alice", "alice", "hi there")),
        }
        for line, value in answers.items():
            self.alice.type(line)
            self.alice.expect_only(value, CHOOSE)

    def test_those_that_enter(self) -> None:
        for line in ("public", "enter public", "enter PUBLIC"):
            self.alice.type(line)
            self.alice.expect_only(a.YouEntered("public", "", 1))
            self.alice.type("/menu")
            self.alice.expect(_menu(ACCOUNT), CHOOSE)

    def test_those_that_ask_something_first(self) -> None:
        for lines, prompts in {
            ("login", "alice", ""): [("user-name", "user name:"), ("password", "password:")],
            ("login alice", ""): [("password", "password:")],
            ("register bob", ""): [("new-password", "new password:")],
            ("password", "x", "y", "y"): [
                ("password", "present password:"),
                ("new-password", "new password:"),
                ("new-password-again", "new password again:"),
            ],
            ("unregister", "x"): [("password", "password, to give the account up:")],
            ("delete lab", "x"): [("room-again", "to delete the room lab, type its name again:")],
        }.items():
            self.alice.type(*lines)
            self.alice.expect(*(a.Prompt(*prompt) for prompt in prompts), CHOOSE)
            self.alice.expect_only()

    def test_one_that_lacks_something_or_has_too_much_says_how_it_is_used(self) -> None:
        for line, usage in {
            "enter": "enter ROOM [PASSWORD]",
            "create": "create ROOM",
            "create my lab": "create ROOM",
            "delete": "delete ROOM",
            "whois": "whois NAME",
            "msg bob": "msg NAME TEXT",
            "format": "format text|json",
            "format xml": "format text|json",
            "put": "put TICKET [SIZE]",
            "get x y": "get TICKET [OFFSET]",
        }.items():
            self.alice.type(line)
            self.alice.expect(a.Refused("usage", usage))
            self.alice.forget()
            if line == "put":
                self.assertTrue(self.alice.closed, "what follows may be the file")
                self.alice = self.login("alice")

    def test_quit_ends_the_connection(self) -> None:
        self.alice.type("quit")
        self.alice.expect_only(a.Closing("quit"))
        self.assertTrue(self.alice.closed)

    def test_words_of_rooms_are_not_words_of_the_menu(self) -> None:
        for line in ("/who", "topic", "kick bob", "history", "Exit Chat", "hello everybody"):
            self.alice.type(line)
            self.alice.expect(a.Refused("unknown-word"), CHOOSE)
            self.alice.expect_only()

    def test_a_verb_of_rooms_is_told_to_be_one(self) -> None:
        for line, verb in (("/yes bob", "yes"), ("/kick bob", "kick"), ("/part", "leave")):
            self.alice.type(line)
            self.alice.expect_only(a.Refused("room-verb", verb), CHOOSE)
        self.alice.type("/search x")
        self.alice.expect_only(a.Refused("unknown-word", near=("search",)), CHOOSE)

    def test_a_script_needs_no_prompts(self) -> None:
        script = self.visitor()
        script.type("login alice", PASSWORD, "enter public", "hello", "Exit Chat", "create den", "quit")
        script.expect(
            a.Welcome("alice", False, "user"),
            a.YouEntered("public", "", 1),
            *said("public", "alice", "hello"),
            a.YouLeft("public"),
            a.Done("room-created", "den"),
            a.Closing("quit"),
        )
