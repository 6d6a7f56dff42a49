"""Settings of a session, and what the server tells of itself."""

from __future__ import annotations

from chatd import __version__
from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.verbs.table import VERBS
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, on_every_frontend


@on_every_frontend
class Settings(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.account("alice", "public"), self.guest("bob", "public")
        self.alice.forget()

    def test_one_need_not_hear_oneself(self) -> None:
        self.alice.do(r.Echo("off"), r.Say("hello"), r.Emote("waves"))
        self.alice.expect_only(a.Setting("echo", "off"))
        self.bob.expect_only(*said("public", "alice", "hello"), Heard("public", e.Emoted("alice", "waves")))

    def test_then_others_are_heard_all_the_same_in_order(self) -> None:
        self.alice.do(r.Echo("off"))
        self.alice.forget()
        for number in range(3):
            self.alice.do(r.Say(f"a{number}"))
            self.bob.do(r.Say(f"b{number}"))
        self.alice.expect_only(*said("public", "bob", "b0", "b1", "b2"))

    def test_what_one_has_done_is_told_all_the_same(self) -> None:
        self.alice.do(r.Leave())
        self.room("lab", self.alice)
        carol = self.guest("carol", "lab")
        self.alice.do(r.Echo("off"), r.Topic("quiet"), r.Kick("carol"))
        self.alice.expect(Heard("lab", e.TopicSet("alice", "quiet")), Heard("lab", e.Kicked("alice", "carol")))
        carol.expect(a.ThrownOut("lab", "kicked"))

    def test_it_is_a_setting_of_the_session(self) -> None:
        other = self.login("alice", "public")
        self.alice.do(r.Echo("off"), r.Say("hello"))
        self.alice.expect_only(a.Setting("echo", "off"))
        other.expect_only(*said("public", "alice", "hello"))

    def test_one_hears_oneself_again(self) -> None:
        self.alice.do(r.Echo("off"), r.Echo("on"), r.Say("hello"))
        self.alice.expect(a.Setting("echo", "on"), *said("public", "alice", "hello"))

    def test_there_is_on_and_off(self) -> None:
        self.alice.do(r.Echo("maybe"))
        self.alice.expect_refused("usage", "/echo on|off")

    def test_a_status_is_set_and_shown(self) -> None:
        self.alice.do(r.Status("busy", "writing"))
        self.alice.expect_only(a.StatusChanged(a.Person("alice", False, "user", "busy", "writing")))
        self.alice.do(r.Status())
        self.alice.expect_only(a.StatusChanged(a.Person("alice", False, "user", "busy", "writing")))
        self.bob.do(r.Who())
        bob = a.Person("bob", True, "user", "active")
        self.bob.expect(a.Members("public", (a.Person("alice", False, "user", "busy", "writing"), bob)))

    def test_a_status_is_one_of_three(self) -> None:
        self.alice.do(r.Status("sleeping"))
        self.alice.expect_refused("bad-status")
        self.bob.expect_only()

    def test_it_is_told_to_who_shares_a_room_alone_and_not_kept(self) -> None:
        carol = self.account("carol")
        self.alice.do(r.Status("away"))
        carol.expect_only()
        self.bob.do(r.History())
        self.bob.expect(a.Past("public", 0))

    def test_at_the_menu_the_question_is_repeated_behind_it(self) -> None:
        second = self.login("alice")
        self.alice.do(r.Status("away"))
        second.expect_only(a.StatusChanged(a.Person("alice", False, "user", "away")), CHOOSE)


@on_every_frontend
class TheServer(Scene[Driver]):
    def setUp(self) -> None:
        self.start({"server": {"name": "school", "motd": "Be kind.\nBe brief."}})

    def test_it_tells_its_version_to_anybody(self) -> None:
        visitor, bob = self.visitor(), self.guest("bob", "public")
        for driver in (visitor, bob):
            driver.do(r.Version())
            driver.expect(a.VersionIs("school", "chatd", __version__))

    def test_it_tells_the_message_of_the_day_to_anybody(self) -> None:
        visitor, bob = self.visitor(), self.guest("bob", "public")
        visitor.do(r.Motd())
        visitor.expect_only(a.Lines(("Be kind.", "Be brief.")), CHOOSE)
        bob.do(r.Motd())
        bob.expect_only(a.Lines(("Be kind.", "Be brief.")))

    def test_it_need_not_have_one(self) -> None:
        self.start()
        visitor = self.visitor()
        visitor.do(r.Motd())
        visitor.expect_only(a.Lines(()), CHOOSE)

    def test_help_has_every_verb(self) -> None:
        bob = self.guest("bob", "public")
        bob.do(r.Help())
        bob.expect_only(a.Helped(tuple(verb.word for verb in VERBS), "/"))

    def test_or_one(self) -> None:
        bob = self.guest("bob", "public")
        for name in ("who", "/who", "names"):
            bob.do(r.Help(name))
            bob.expect_only(a.Helped((next(verb.word for verb in VERBS if verb.name == "who"),), "/"))
        bob.do(r.Help("whom"))
        bob.expect_refused("unknown-verb", "whom")

    def test_quit_ends_the_connection(self) -> None:
        visitor, bob, alice = self.visitor(), self.guest("bob", "public"), self.guest("alice", "public")
        for driver in (visitor, bob):
            driver.do(r.Quit())
            driver.expect(a.Closing("quit"))
            driver.expect_only()
            self.assertTrue(driver.closed)
        alice.expect(Heard("public", e.Left("bob")))

    def test_when_it_stops_everybody_is_told_last_of_all(self) -> None:
        visitor, bob = self.visitor(), self.guest("bob", "public")
        self.restart()
        for driver in (visitor, bob):
            driver.expect(a.Closing("stopping"))
            driver.expect_only()
            self.assertTrue(driver.closed)
