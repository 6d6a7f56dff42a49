"""Who is here, what is said to everybody, and who is sent away."""

from __future__ import annotations

from chatd.website import Website
from tests.console.desk import DeskTestCase
from tests.frontends.web.programs import Peer


class PeopleTests(DeskTestCase):
    def test_who_is_here_and_all_accounts(self) -> None:
        self.assertEqual(self.says("users"), ["nobody is here"])
        self.account("alice", "create lab", "enter lab")
        self.account("bob", "quit")
        self.guest("gus")
        here = ["alice; active, 1 session; in lab; account since 2026-01-31 12:00", "gus (guest); active, 1 session"]
        self.assertEqual(self.says("users"), here)
        gone = "bob; here last 2026-01-31 12:00; account since 2026-01-31 12:00"
        self.assertEqual(self.says("users -a"), [here[0], gone, here[1]])

    def test_many_come_in_pieces(self) -> None:
        for number in range(450):
            self.guest(f"gus{number}", address=f"192.0.2.{number % 250}")
        self.says("format json")
        told = [line for line in self.says("users") if '"type":"users"' in line]
        self.assertEqual([line.count('"name"') for line in told], [200, 200, 50])
        self.assertEqual(['"more":true' in line for line in told], [True, True, False])

    def test_hidden_rooms_are_rooms_too(self) -> None:
        self.account("alice", "create den", "enter den", "/access hidden on")
        self.assertEqual(self.says("rooms"), ["2 rooms:", "  den: 1 member", "  public: 0 members"])

    def test_every_connection(self) -> None:
        self.guest("gus", "public")
        self.server.advance(70)
        self.server.connect("192.0.2.9")
        told = self.says("sessions")
        self.assertIn("operator; console from unix; since 2026-01-31 12:00", told)
        gus = "gus (guest); line from 198.51.100.7; since 2026-01-31 12:00; in public; silent for 1 min"
        self.assertIn(gus, told)
        self.assertEqual(told[2], "nobody yet; line from 192.0.2.9; since 2026-01-31 12:01")

    def test_whoever_comes_by_the_web_is_one_of_them(self) -> None:
        site = Website(self.server.house).site
        peer, other = Peer(self.server, site), Peer(self.server, site, "192.0.2.9")
        peer.begin()
        other.begin()
        peer.ask("guest", name="gus")
        peer.ask("enter", room="public")
        told = self.says("sessions")
        self.assertIn("gus (guest); web from 198.51.100.7; since 2026-01-31 12:00; in public", told)
        self.assertIn("nobody yet; web from 192.0.2.9; since 2026-01-31 12:00", told)
        self.assertEqual(self.says("users"), ["gus (guest); active, 1 session; in public"])
        self.says("say tea is ready")
        self.assertEqual([(told["type"], told["text"]) for told in peer.read()], [("announced", "tea is ready")])
        self.says("kick gus enough")
        told_last = peer.read()[-1]
        self.assertEqual((told_last["type"], told_last["why"], peer.codes), ("closing", "enough", [1000]))
        self.assertEqual(self.says("users"), ["nobody is here"])

    def test_something_is_said_to_everybody_wherever_they_are(self) -> None:
        inside, outside = self.guest("gus", "public"), self.guest("hal")
        nobody = self.server.connect()
        nobody.received()
        self.assertEqual(self.says("say tea is ready"), ["that is said to 2 who are here"])
        self.assertEqual(inside.lines(), ["111 -- to everybody: tea is ready"])
        self.assertEqual(outside.lines(), ["00 -- to everybody: tea is ready", "11 choose:"])
        self.assertEqual(nobody.lines(), [])
        self.assertIn(",announced,,,,unix,tea is ready\n", self.file("log.csv"))

    def test_it_is_in_no_rooms_history_after_a_restart(self) -> None:
        self.guest("gus", "public", "hello")
        self.says("say tea is ready")
        self.restart()
        gus = self.guest("gus", "public")
        gus.send("/history")
        told = "\n".join(gus.lines())
        self.assertIn("hello", told)
        self.assertNotIn("tea", told)

    def test_somebody_is_disconnected_with_all_sessions(self) -> None:
        first, second = self.account("alice", "public"), self.server.connect()
        second.send("login alice", "correct horse")
        other = self.guest("gus", "public")
        second.received()
        self.assertEqual(self.says("kick alice mind the tone"), ["alice is disconnected"])
        for client in (first, second):
            self.assertEqual(client.lines()[-1], "00 you are disconnected by an operator (mind the tone)")
            self.assertTrue(client.closed)
        self.assertIn("111 [public] -- alice left (kicked)", other.lines())
        self.assertIn("nobody called alce is here", self.says("kick alce")[0])


class SanctionTests(DeskTestCase):
    def test_a_ban_ends_sessions_and_holds(self) -> None:
        alice = self.account("alice", "public")
        self.assertEqual(self.says("ban alice 1d noise"), ["alice is kept off this server"])
        self.assertIn("you are banned from this server", alice.lines()[-1])
        told = self.says("bans")
        self.assertEqual(told[0], "banned and muted here:")
        self.assertIn("  alice: banned on this server by operator on 2026-01-31 12:00, until 2026-02-01 12:00", told[1])
        self.assertEqual(self.says("unban alice"), ["alice may come again"])
        self.assertEqual(self.says("bans"), ["nobody is banned or muted here"])
        self.assertEqual(self.says("unban alice"), ["alice is not banned here"])

    def test_a_network(self) -> None:
        gus = self.guest("gus")
        self.says("ban 198.51.100.0/24")
        self.assertTrue(gus.closed)
        self.assertIn("banned", self.server.connect().lines()[-1])

    def test_nobody_there_is_and_no_time_that_is(self) -> None:
        self.guest("gus")
        self.assertEqual(self.says("ban gis")[0][:24], "nobody called gis is her")
        self.assertIn("a length of time is", self.says("ban gus 5x")[0])

    def test_a_mute_in_a_room_is_told_there(self) -> None:
        gus = self.guest("gus", "public")
        self.assertEqual(self.says("mute gus public 10m noise"), ["gus in public is muted"])
        gus.send("hello")
        told = gus.lines()
        self.assertIn("111 [public] -- operator muted gus until 2026-01-31 12:10 (noise)", told)
        self.assertIn("you may not speak in public", told[-1])
        self.assertIn("  gus: muted in public by operator", self.says("bans")[1])
        self.assertEqual(self.says("bans public")[0], "banned and muted in public:")
        self.assertEqual(self.says("unmute gus public"), ["gus in public may speak again"])
        gus.send("hello")
        self.assertIn("gus: hello", gus.lines()[-1])

    def test_a_room_there_is_not(self) -> None:
        self.assertEqual(self.says("mute gus lab", "bans lab"), ["there is no room lab"] * 2)

    def test_the_message_of_the_day(self) -> None:
        self.assertEqual(self.says("motd"), ["there is no message of the day"])
        self.says("motd back at noon")
        self.assertEqual(self.says("motd"), ["back at noon"])
        self.assertIn("00 back at noon", self.server.connect().lines())
        self.says("motd -")
        self.assertNotIn("00 back at noon", self.server.connect().lines())
