"""What each thing that the server says changes of what is shown."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.client.model.desk import Desk
from chatd.client.model.rows import Clockface, Kind
from chatd.client.words import Words
from chatd.wire.objects import Unknown
from tests.client.helpers import AT, SUM


def person(name: str, status: str = "active") -> a.Person:
    return a.Person(name, False, "user", status)


class DeskTests(SynchronousTestCase):
    def setUp(self) -> None:
        zone = ZoneInfo("UTC")
        self.desk = Desk("host:9000", Clockface(zone), Words(zone))
        self.desk.heard(a.Welcome("alice", False, "user"))
        self.enter("lab")
        self.desk.wishes.clear()

    def enter(self, room: str, topic: str = "") -> None:
        self.desk.heard(a.YouEntered(room, topic, 2))

    def happens(self, event: e.Event, log: str = "lab", seq: int = 1) -> None:
        self.desk.heard(e.Entry(log, seq, AT, event))

    def rows(self, talk: str = "lab") -> list[str]:
        found = self.desk.talks.get(talk)
        assert found is not None
        return [f"{row.who}: {row.text}" if row.who else row.text for row in found.rows]

    def unread(self, talk: str) -> tuple[int, int]:
        found = self.desk.talks.get(talk)
        assert found is not None
        return found.unread, found.mentions

    # Where things are shown

    def test_what_is_said_is_shown_in_its_room(self) -> None:
        self.enter("ops")
        self.happens(e.Said("bob", "hello"))
        self.assertEqual(self.rows()[-1], "bob: hello")
        self.assertEqual(self.unread("lab"), (1, 0))
        self.assertEqual(self.desk.talks.shown.name, "ops")

    def test_what_happens_is_told_without_its_place(self) -> None:
        self.happens(e.Kicked("bob", "carol", "noise"))
        self.assertEqual(self.rows()[-1], "carol was thrown out by bob (noise)")

    def test_answers_come_where_one_looks(self) -> None:
        self.desk.heard(a.Refused("no-such-room", "x"))
        row = self.desk.talks.shown.rows[-1]
        self.assertEqual((row.kind, row.text), (Kind.REFUSAL, "there is no room x"))

    def test_what_a_newer_server_says_is_shown(self) -> None:
        self.desk.heard(Unknown("news", "", "something new"))
        self.desk.heard(None, "no object at all")
        self.assertEqual(self.rows()[-2:], ["something new", "no object at all"])

    def test_private_messages_have_a_talk_of_their_own(self) -> None:
        self.happens(e.Private("bob", "alice", "psst"), "@alice")
        self.happens(e.Private("alice", "bob", "yes?"), "@alice", 2)
        self.assertEqual(self.rows("@bob"), ["bob: psst", "alice: yes?"])
        self.assertEqual(self.unread("@bob"), (1, 1))
        self.assertEqual(self.desk.rings, 1)

    def test_who_is_named_is_rung_for(self) -> None:
        self.happens(e.Said("bob", "hello Alice!"))
        self.assertTrue(self.desk.talks.shown.rows[-1].mention)
        self.happens(e.Said("alice", "I am alice"), seq=2)
        self.assertEqual(self.desk.rings, 1)
        self.assertEqual(self.unread("lab"), (0, 0), "one looks at it")

    def test_who_comes_and_goes_is_nothing_to_read(self) -> None:
        self.enter("ops")
        self.happens(e.Entered("bob"))
        self.assertEqual(self.unread("lab"), (0, 0))

    def test_what_is_told_again_rings_for_nobody(self) -> None:
        self.enter("ops")
        self.desk.heard(a.Replayed(e.Entry("lab", 1, AT, e.Said("bob", "alice!"))))
        self.assertEqual((self.desk.rings, self.unread("lab")), (0, (0, 0)))
        lab = self.desk.talks.get("lab")
        assert lab is not None
        self.assertTrue(lab.rows[-1].old)

    def test_what_was_taken_back_goes(self) -> None:
        self.happens(e.Said("bob", "oh no"), seq=7)
        self.happens(e.Redacted("bob", 7, "bob"), seq=8)
        self.assertEqual(self.rows()[-1], "bob took back what bob had said")

    def test_a_file_can_be_read_of(self) -> None:
        self.enter("ops")
        self.happens(e.Dropped("bob", 3, "a.txt", 5, SUM))
        self.assertEqual(self.unread("lab"), (1, 0))

    def test_who_asks_for_a_chat_is_noticed(self) -> None:
        self.desk.heard(a.Chat("bob", "asked"))
        self.assertEqual(self.unread("@bob"), (1, 1))
        self.assertIn("/yes bob", self.rows("@bob")[-1])

    # People

    def test_people_are_followed(self) -> None:
        self.desk.heard(a.Members("lab", (person("alice"), person("bob", "away"))), quiet=True)
        self.happens(e.Entered("carol", guest=True))
        self.happens(e.Left("bob"))
        self.desk.heard(a.StatusChanged(person("carol", "busy")), quiet=True)
        self.assertEqual([(p.name, p.status) for p in self.names()], [("alice", "active"), ("carol", "busy")])
        self.happens(e.Renamed("carol", "caro"))
        self.assertEqual([p.name for p in self.names()], ["alice", "caro"])
        self.happens(e.Kicked("bob", "caro"))
        self.assertEqual([p.name for p in self.names()], ["alice"])

    def names(self) -> list[a.Person]:
        return self.desk.talks.shown.sorted_people

    def test_a_crowd_is_asked_for_anew(self) -> None:
        self.happens(e.Moved("", 3, 1), seq=0)
        self.happens(e.Moved("", 3, 1), seq=0)
        self.assertEqual(list(self.desk.wishes), ["/who lab"])

    def test_the_server_is_asked_for_what_is_to_be_shown(self) -> None:
        self.enter("ops")
        self.assertEqual(list(self.desk.wishes), ["/help", "/who ops", "/rooms"])
        self.desk.wishes.clear()
        self.desk.heard(a.Helped((a.Word("me", "TEXT", ""), a.Word("who", "", ""))), quiet=True)
        self.enter("den")
        self.assertEqual(list(self.desk.wishes), ["/who den", "/rooms"])

    def test_whoever_is_called_otherwise_is_oneself_still(self) -> None:
        self.happens(e.Private("bob", "alice", "psst"), "@alice")
        self.happens(e.Renamed("alice", "al"))
        self.happens(e.Renamed("bob", "bert"), seq=2)
        self.happens(e.Private("bert", "al", "more"), "@al", 3)
        self.assertEqual(self.desk.user, "al")
        self.assertEqual(self.rows("@bert"), ["bob: psst", "bert: more"])

    # Rooms and the focus

    def test_who_leaves_the_last_room_is_at_the_menu(self) -> None:
        self.enter("ops")
        self.desk.heard(a.YouLeft("ops", "lab"))
        self.assertEqual(self.desk.talks.shown.name, "lab")
        self.assertTrue(self.desk.in_rooms)
        self.desk.heard(a.ThrownOut("lab", "kicked"))
        self.assertEqual(self.rows()[-1], "you were thrown out of lab")
        self.assertIs(self.desk.talks.shown, self.desk.talks.server)
        self.assertFalse(self.desk.in_rooms)

    def test_the_focus_is_looked_at(self) -> None:
        self.enter("ops")
        self.desk.heard(a.Setting("focus", "lab"), quiet=True)
        self.assertEqual(self.desk.talks.shown.name, "lab")

    def test_the_topic_is_followed(self) -> None:
        self.enter("ops", "tea")
        self.assertEqual(self.desk.talks.shown.topic, "tea")
        self.happens(e.TopicSet("bob", "coffee"), "ops")
        self.assertEqual(self.desk.talks.shown.topic, "coffee")

    # Settings

    def test_times_are_those_that_were_asked_for(self) -> None:
        self.desk.heard(a.Setting("time", "Europe/Berlin"))
        self.assertEqual(self.desk.clock.time(AT), "13:01")
        self.desk.heard(a.Setting("time", "off"))
        self.assertEqual(self.desk.clock.time(AT), "")

    def test_the_bell_can_be_silenced(self) -> None:
        self.desk.heard(a.Setting("bell", "off"))
        self.assertFalse(self.desk.bell)

    # What is asked

    def test_a_secret_is_masked_and_what_was_half_typed_comes_back(self) -> None:
        self.desk.editor.insert("half a li")
        self.desk.ask("password", "password:", secret=True)
        self.assertEqual((self.desk.editor.text, self.desk.editor.masked), ("", True))
        self.desk.editor.insert("secret")
        self.desk.unask()
        self.assertEqual((self.desk.editor.text, self.desk.editor.masked), ("half a li", False))

    def test_a_prompt_that_is_repeated_disturbs_nothing(self) -> None:
        self.desk.ask("choose", "choose:", secret=False)
        self.desk.editor.insert("enter")
        self.desk.ask("choose", "choose:", secret=False)
        self.assertEqual(self.desk.editor.text, "enter")

    def test_verbs_names_and_rooms_are_completed(self) -> None:
        self.desk.heard(a.Helped((a.Word("whois", "NAME", ""), a.Word("enter", "ROOM", "", ("join",)))), quiet=True)
        self.desk.heard(a.Members("lab", (person("bertha"),)), quiet=True)
        self.desk.heard(a.RoomList((a.RoomSummary("garden", 1, "", "open", False),)), quiet=True)
        for typed, done in (("/wh", "/whois "), ("/jo", "/join "), ("be", "bertha: "), ("/enter ga", "/enter garden ")):
            self.desk.editor.replace(typed, len(typed))
            self.desk.complete()
            self.assertEqual(self.desk.editor.text, done)

    def test_the_words_of_the_menu_are_completed(self) -> None:
        self.desk.heard(a.MainMenu((a.Word("register", "[NAME]", ""),)))
        self.desk.ask("choose", "choose:", secret=False)
        self.desk.editor.insert("reg")
        self.desk.complete()
        self.assertEqual(self.desk.editor.text, "register ")

    def test_a_secret_is_not_completed(self) -> None:
        self.desk.ask("password", "password:", secret=True)
        self.desk.editor.insert("/wh")
        self.desk.complete()
        self.assertEqual(self.desk.editor.text, "/wh")
