"""Kicking, muting and banning: in a room by its owner, and by operators anywhere."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moderation import BanLine, BanList
from chatd.chat.moments import Moment
from tests.behaviour.drivers import ALICE, BOB, CAROL, CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import PASSWORD, Scene, edit, on_every_frontend

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


class _Lab(Scene[Driver]):
    """A room with its owner, a member with an account and a guest, from three addresses; roles where they matter."""

    def setUp(self) -> None:
        super().setUp()
        self.start({"presence": {"inactive_after": 0}})
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.from_(BOB, "bob")
        self.eve = self.from_(CAROL, "eve", guest=True)
        for driver in (self.bob, self.eve):
            driver.do(r.Enter("lab"))
        self.forget()

    def forget(self) -> None:
        for driver in (self.alice, self.bob, self.eve):
            driver.forget()

    def from_(self, address: str, name: str, guest: bool = False) -> Driver:
        """Somebody who comes from ``address``; an account is made where there is none."""
        driver = self.visitor(address)
        if guest:
            driver.guest(name)
        elif self.server.accounts.get(name) is None:
            driver.register(name, PASSWORD)
        else:
            driver.login(name, PASSWORD)
        return driver

    def roles(self, **roles: str) -> None:
        """Start again, with other roles; nobody is there then."""

        def change(directory: object) -> None:
            for name, role in roles.items():
                edit(self.server.directory / "users.csv", name, role=role)

        for name in roles.keys() - {"alice", "bob"}:
            self.from_(ALICE, name)
        self.restart(change)

    def until(self, milliseconds: int) -> Moment:
        return Moment(self.server.now() + milliseconds)


@on_every_frontend
class Mutes(_Lab):
    def test_the_muted_says_nothing_until_it_is_over(self) -> None:
        until = self.until(10 * MINUTE)
        self.alice.do(r.Mute("BOB", "10m", "too loud"))
        for driver in (self.alice, self.bob):
            driver.expect_only(Heard("lab", e.Muted("alice", "bob", until, "too loud")))
        self.bob.do(r.Say("hm"), r.Emote("hms"), r.Send("notes.txt", 5))
        self.bob.expect_only(*[a.Refused("muted", "lab", why="too loud", until=until)] * 3)
        self.alice.expect_only()
        self.server.advance(599)
        self.bob.do(r.Say("hm"))
        self.bob.expect_only(a.Refused("muted", "lab", why="too loud", until=until))
        self.server.advance(1)
        self.bob.do(r.Say("at last"))
        self.alice.expect(*said("lab", "bob", "at last"))

    def test_without_a_time_it_is_for_ever(self) -> None:
        self.alice.do(r.Mute("eve"))
        self.server.advance(400 * DAY // 1000)
        self.eve.do(r.Say("hm"))
        self.eve.expect(Heard("lab", e.Muted("alice", "eve"), at=self.server.now() - 400 * DAY))
        self.eve.expect_only(a.Refused("muted", "lab"))

    def test_it_is_lifted(self) -> None:
        self.alice.do(r.Mute("bob"), r.Unmute("Bob"))
        self.bob.do(r.Say("hm"))
        self.bob.expect(Heard("lab", e.Unmuted("alice", "bob")), *said("lab", "bob", "hm"))
        self.alice.do(r.Unmute("bob"))
        self.alice.expect_refused("not-muted", "bob")

    def test_it_outlives_leaving_and_a_restart(self) -> None:
        until = self.until(HOUR)
        self.alice.do(r.Mute("bob", "1h"))
        for again in (self.restart, self.crash):
            again()
            bob = self.login("bob", "lab")
            bob.do(r.Say("hm"))
            bob.expect_only(a.Refused("muted", "lab", until=until))

    def test_it_is_of_one_room(self) -> None:
        self.alice.do(r.Mute("bob"))
        self.bob.do(r.Enter("public"), r.Say("hm"))
        self.bob.expect(*said("public", "bob", "hm"))

    def test_one_of_a_guest_is_of_nobody_else_there(self) -> None:
        self.alice.do(r.Mute("eve"))
        other = self.from_(CAROL, "other", guest=True)
        other.do(r.Enter("lab"), r.Say("hm"))
        other.expect(*said("lab", "other", "hm"))

    def test_a_guest_does_not_shake_it_off_with_another_name(self) -> None:
        self.alice.do(r.Mute("eve"))
        self.eve.do(r.Enter("public"), r.Leave("lab"), r.Nick("adam"))
        self.eve.expect_refused("muted", "lab")
        self.alice.do(r.Unmute("eve"))
        self.eve.do(r.Enter("lab"), r.Nick("adam"), r.Say("hm"))
        self.alice.expect(*said("lab", "adam", "hm"))

    def test_a_second_one_takes_the_place_of_the_first(self) -> None:
        self.alice.do(r.Mute("bob", "1d"), r.Mute("bob", "1h", "again"))
        now, until = Moment(self.server.now()), self.until(HOUR)
        self.forget()
        self.alice.do(r.Bans())
        self.alice.expect_only(BanList("lab", (BanLine("mute", "bob", "", "lab", "alice", now, until, "again"),)))

    def test_bad_input(self) -> None:
        for time in ("10", "10x", "0m", "1.5h", "1000000d"):
            self.alice.do(r.Mute("bob", time))
            self.alice.expect_refused("bad-time", time)
        self.alice.do(r.Mute("bib"), r.Mute("alice"))
        self.alice.expect(a.Refused("no-such-user", "bib", ("bob",)), a.Refused("not-yourself"))
        self.bob.expect_only()

    def test_nobody_but_the_owner_and_those_who_moderate(self) -> None:
        for request in (r.Mute("eve"), r.Unmute("eve"), r.Ban("eve"), r.Unban("eve"), r.Bans(), r.Kick("eve")):
            self.bob.do(request)
            self.bob.expect_refused("not-owner", "lab")

    def test_moderators_mute_and_kick_anywhere_but_operators(self) -> None:
        self.roles(bob="moderator", root="operator")
        self.login("root", "lab", role="operator")
        alice, bob = self.login("alice", "lab"), self.login("bob", "lab", role="moderator")
        bob.do(r.Mute("root"), r.Kick("root"), r.Ban("alice"), r.Mute("alice"), r.Kick("alice"), r.Bans())
        bob.expect(a.Refused("cannot-kick", "root"), a.Refused("cannot-kick", "root"), a.Refused("not-owner", "lab"))
        alice.expect(Heard("lab", e.Muted("bob", "alice")), Heard("lab", e.Kicked("bob", "alice")))


@on_every_frontend
class Bans(_Lab):
    def test_the_banned_is_thrown_out_and_told_why_and_until_when(self) -> None:
        until = self.until(DAY)
        self.alice.do(r.Ban("BOB", "1d", "noise"))
        event = Heard("lab", e.Banned("alice", "bob", until, "noise"))
        self.alice.expect_only(event)
        self.bob.expect(event, a.ThrownOut("lab", "banned"), CHOOSE)
        self.server.advance(3)
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.Refused("banned", "lab", why="noise", until=until))
        self.alice.do(r.Who())
        self.alice.expect(
            a.Members("lab", (a.Person("alice", False, "user", "active"), a.Person("eve", True, "user", "active")))
        )

    def test_it_ends_by_the_clock(self) -> None:
        self.alice.do(r.Ban("bob", "30s"))
        self.server.advance(30)
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.YouEntered("lab", "", 3))

    def test_it_holds_for_whoever_is_not_there_too(self) -> None:
        self.bob.do(r.Leave())
        self.alice.do(r.Ban("bob"))
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.Refused("banned", "lab"))

    def test_it_is_kept_over_a_stop_and_a_crash(self) -> None:
        self.alice.do(r.Ban("bob", text="noise"))
        for again in (self.restart, self.crash):
            again()
            bob = self.login("bob")
            bob.do(r.Enter("lab"))
            bob.expect(a.Refused("banned", "lab", why="noise"))
        alice = self.login("alice", "lab")
        alice.do(r.Unban("bob"))
        self.restart()
        bob = self.login("bob")
        bob.do(r.Enter("lab"))
        bob.expect(a.YouEntered("lab", "", 1, new=1))
        self.assertNotIn("noise", self.file("bans.csv"))

    def test_one_that_is_over_is_not_kept(self) -> None:
        self.alice.do(r.Ban("bob", "1h", "noise"))
        self.server.advance(HOUR // 1000)
        self.restart()
        self.restart()
        self.assertNotIn("noise", self.file("bans.csv"))

    def test_it_is_lifted(self) -> None:
        self.alice.do(r.Ban("bob"), r.Unban("bob"))
        self.alice.expect(Heard("lab", e.Unbanned("alice", "bob")))
        self.server.advance(3)
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.YouEntered("lab", "", 3, new=1))
        self.alice.forget()
        self.alice.do(r.Unban("bob"))
        self.alice.expect_refused("not-banned", "bob")

    def test_a_guest_does_not_come_back_under_another_name(self) -> None:
        self.alice.do(r.Ban("eve", text="noise"))
        self.eve.hang_up()
        for address, may in ((CAROL, False), (BOB, True)):
            other = self.from_(address, f"from{may}", guest=True)
            other.do(r.Enter("lab"))
            other.expect(a.YouEntered("lab", "", 3) if may else a.Refused("banned", "lab", why="noise"))

    def test_but_who_has_an_account_may_share_her_address(self) -> None:
        self.alice.do(r.Ban("eve"))
        dave = self.from_(CAROL, "dave")
        dave.do(r.Enter("lab"))
        dave.expect(a.YouEntered("lab", "", 3))

    def test_her_address_is_told_to_operators_alone(self) -> None:
        self.alice.do(r.Ban("eve"), r.Bans())
        now, line = Moment(self.server.now()), ("lab", "alice")
        self.alice.expect(BanList("lab", (BanLine("ban", "eve", "", *line, now, Moment(0), ""),)))
        self.assertNotIn(CAROL.encode(), self.alice.everything + self.bob.everything)
        self.roles(root="operator")
        root = self.login("root", "lab", role="operator")
        root.do(r.Bans())
        root.expect(BanList("lab", (BanLine("ban", "eve", f"{CAROL}/32", *line, now, Moment(0), ""),)))

    def test_an_address_keeps_out_everybody_there_and_throws_out_who_is_in(self) -> None:
        other = self.from_(BOB, "other")
        self.alice.do(r.Ban("198.51.100.2", "1h", "noise"))
        until = self.until(HOUR)
        banned, kicked = e.Banned("alice", "", until, "noise"), e.Kicked("alice", "bob", "noise")
        self.eve.expect_only(Heard("lab", banned), Heard("lab", kicked))
        self.bob.expect(Heard("lab", banned), Heard("lab", kicked), a.ThrownOut("lab", "kicked"), CHOOSE)
        for driver in (other, self.bob):
            self.server.advance(3)
            driver.do(r.Enter("lab"))
            driver.expect(a.Refused("banned", "lab", why="noise", until=until))
        self.alice.forget()
        self.alice.do(r.Bans(), r.Unban("198.51.100.2/32"))
        at = Moment(self.server.now() - 6000)
        self.alice.expect(
            BanList("lab", (BanLine("ban", "", f"{BOB}/32", "lab", "alice", at, until, "noise"),)),
            Heard("lab", e.Unbanned("alice", "")),
        )
        other.do(r.Enter("lab"))
        other.expect(a.YouEntered("lab", "", 3))

    def test_nobody_bans_an_address_of_his_own(self) -> None:
        for network in (ALICE, "198.51.100.0/24", "0.0.0.0/0"):
            self.alice.do(r.Ban(network))
            self.alice.expect_refused("own-address", network)

    def test_operators_are_kept_out_of_nothing(self) -> None:
        self.roles(root="operator")
        alice = self.login("alice", "lab")
        alice.do(r.Ban("root"))
        alice.expect_refused("cannot-kick", "root")
        root = self.from_(BOB, "root")
        root.do(r.Enter("lab"))
        alice.do(r.Ban(BOB))
        root.do(r.Say("still here"))
        root.expect(*said("lab", "root", "still here"))

    def test_it_goes_with_its_room(self) -> None:
        self.alice.do(r.Ban("bob"), r.Leave(), r.Delete("lab"))
        self.alice.answer("lab")
        self.alice.do(r.Create("lab"), r.Enter("lab"))
        self.server.advance(3)
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.YouEntered("lab", "", 2))

    def test_a_ticket_goes_with_it(self) -> None:
        self.bob.do(r.Send("notes.txt", 5))
        ticket = self.bob.ticket()
        self.alice.do(r.Ban("bob"))
        self.assertFalse(self.bob.give(ticket, b"notes"))


@on_every_frontend
class ServerBans(_Lab):
    def setUp(self) -> None:
        super().setUp()
        self.roles(root="operator")
        self.root = self.login("root", "public", role="operator")
        self.alice, self.bob = self.login("alice", "lab"), self.from_(BOB, "bob")
        self.eve = self.from_(CAROL, "eve", guest=True)
        self.forget()

    def test_every_session_ends_and_no_login_is_taken(self) -> None:
        until = self.until(DAY)
        self.root.do(r.ServerBan("bob", "1d", "spam"))
        self.root.expect_only(Heard("@root", e.Banned("root", "bob", until, "spam")))
        self.bob.expect(a.Closing("banned", why="spam", until=until))
        self.assertTrue(self.bob.closed)
        bob = self.visitor(CAROL)
        bob.login("bob", PASSWORD)
        bob.expect(a.Refused("server-banned", why="spam", until=until), CHOOSE)
        bob.login("bob", "not his password")
        bob.expect_refused("wrong-password")
        self.server.advance(DAY // 1000)
        self.login("bob")

    def test_an_address_is_not_even_let_in(self) -> None:
        self.root.do(r.ServerBan("198.51.100.2/31", text="spam"))
        self.root.expect_only(Heard("@root", e.Banned("root", "198.51.100.2/31", Moment(0), "spam")))
        for driver in (self.bob, self.eve):
            driver.expect(a.Closing("banned", why="spam"))
            self.assertTrue(driver.closed)
        self.assertFalse(self.alice.closed)
        late = self.server.connect(BOB)
        self.assertTrue(late.closed)
        self.assertIn("you are banned from this server (spam)", late.lines()[-1])

    def test_a_guest_is_known_by_her_address(self) -> None:
        self.root.do(r.ServerBan("eve"))
        self.eve.expect(a.Closing("banned"))
        again = self.visitor(CAROL)
        again.guest("other")
        again.expect(a.Refused("server-banned"))
        again.guest()
        again.expect(a.Refused("server-banned"))
        again.register("dave", PASSWORD)
        again.expect(a.Welcome("dave", False, "user"))

    def test_no_account_is_made_under_a_banned_name(self) -> None:
        self.root.do(r.ServerBan("eve"))
        visitor = self.visitor(BOB)
        visitor.register("eve", PASSWORD)
        visitor.expect(a.Refused("server-banned"), a.Refused("not-registered"))

    def test_it_is_kept_listed_and_lifted(self) -> None:
        self.root.do(r.ServerBan("bob", text="spam"))
        now = Moment(self.server.now())
        self.restart()
        self.root = self.login("root", "public", role="operator")
        self.root.do(r.Bans(), r.ServerUnban("BOB"), r.ServerUnban("bob"))
        self.root.expect_only(
            BanList("public", (BanLine("ban", "bob", "", "", "root", now, Moment(0), "spam"),)),
            Heard("@root", e.Unbanned("root", "bob")),
            a.Refused("not-banned", "bob"),
        )
        self.login("bob")

    def test_an_owner_is_not_told_of_it(self) -> None:
        self.root.do(r.ServerBan("bob"))
        self.alice.do(r.Bans())
        self.alice.expect_only(BanList("lab", ()))

    def test_nobody_but_operators(self) -> None:
        self.alice.do(r.ServerBan("bob"), r.ServerUnban("bob"))
        self.alice.expect_only(a.Refused("not-operator"), a.Refused("not-operator"))

    def test_no_operator_bans_herself(self) -> None:
        self.root.do(r.ServerBan("root"), r.ServerBan(ALICE))
        self.root.expect_only(a.Refused("not-yourself"), a.Refused("own-address", ALICE))
