"""Every verb, and every other name it has, as it is typed in a room."""

from __future__ import annotations

from chatd import __version__
from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moderation import BanList
from chatd.chat.moments import Moment
from chatd.verbs.table import VERBS
from tests.behaviour.drivers import CHOOSE, LineDriver
from tests.behaviour.readers import Heard, Value
from tests.behaviour.scene import Scene, on_lines

BOB = a.Person("bob", True, "user", "active")
WEEK = 7 * 24 * 3600 * 1000


def _alice(status: str = "active", text: str = "") -> a.Person:
    return a.Person("alice", False, "user", status, text)


_ELSEWHERE = {"/menu", "/quit", "/send", "/format", "/resume"}
"""Verbs that have tests of their own."""


@on_lines
class Verbs(Scene[LineDriver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.guest("bob", "lab")
        self.alice.forget()

    def _answers(self) -> dict[str, Value]:
        """What is typed, one after the other, and what comes first of it."""
        rest = self._of_the_room() | self._of_moderators() | self._of_other_rooms()
        return self._of_people() | self._of_one_other() | rest

    def _of_people(self) -> dict[str, Value]:
        now = Moment(self.server.now())
        members = a.Members("lab", (_alice(), BOB))
        lab, public = a.RoomSummary("lab", 2, "", "open", True), a.RoomSummary("public", 0, "", "open", False)
        return {
            "/help": a.Helped(tuple(verb.word for verb in VERBS), "/"),
            "/who": members,
            "/names": members,
            "/w  lab": members,
            "/whois bob": a.About(BOB, True, now, ("lab",)),
            "/info": a.RoomInfo("lab", "alice", "", "open", now, ("alice", "bob")),
            "/rooms": a.RoomList((lab, public)),
            "/list": a.RoomList((lab, public)),
            "/me waves  twice": Heard("lab", e.Emoted("alice", "waves  twice")),
            "/msg bob hello  there": Heard("@alice", e.Private("alice", "bob", "hello  there")),
            "/reply hi": a.Refused("nobody-to-answer"),
            "/status": a.StatusChanged(_alice()),
            "/status busy": a.StatusChanged(_alice("busy")),
            "/away": a.StatusChanged(_alice("away")),
            "/away back at 3": a.StatusChanged(_alice("away", "back at 3")),
            "/back": a.StatusChanged(_alice()),
        }

    def _of_one_other(self) -> dict[str, Value]:
        return {
            "/chat bob": a.Done("chat-asked", "bob"),
            "/yes bob": a.Refused("not-asked", "bob"),
            "/no bob": a.Refused("not-asked", "bob"),
            "/close bob": a.Done("chat-closed", "bob"),
            "/close": a.Refused("usage", "/close NAME"),
            "/ignore": a.Ignoring(()),
            "/ignore bob": a.Done("ignored", "bob"),
            "/unignore bob": a.Done("unignored", "bob"),
            "/history @bob 5": a.Past("@bob", 1),
            "/nick alicia": a.Refused("accounts-keep-names"),
            "/bell off": a.Setting("bell", "off"),
            "/quiet off": a.Setting("quiet", "off"),
            "/time on": a.Setting("time", "on"),
        }

    def _of_the_room(self) -> dict[str, Value]:
        return {
            "/topic": a.TopicIs("lab", ""),
            "/topic the weather": Heard("lab", e.TopicSet("alice", "the weather")),
            "/topic -": Heard("lab", e.TopicSet("alice", "")),
            "/access": a.Setting("access", "lab: open"),
            "/access open": Heard("lab", e.AccessSet("alice", "open")),
            "/history 1": Heard("lab", e.AccessSet("alice", "open"), again=True),
            "/search nowhere": a.Searched(0),
            "/more": a.Refused("nothing-more"),
            "/access moderated on": Heard("lab", e.AccessSet("alice", "moderated on")),
            "/voice bob": Heard("lab", e.Voiced("alice", "bob", True)),
            "/unvoice bob": Heard("lab", e.Voiced("alice", "bob", False)),
            "/invite bob": a.Refused("no-such-account", "bob"),
            "/uninvite bob": a.Refused("not-invited", "bob"),
            "/files": a.FileList("lab", ()),
            "/get 7": a.Refused("no-such-file", "7"),
            "/echo off": a.Setting("echo", "off"),
            "/echo on": a.Setting("echo", "on"),
            "/motd": a.Lines(()),
            "/version": a.VersionIs("chatd", "chatd", __version__),
        }

    def _of_moderators(self) -> dict[str, Value]:
        until = Moment(self.server.now() + 600_000)
        return {
            "/redact 9": a.Refused("no-such-message", "9"),
            "/mute bob 10m too  loud": Heard("lab", e.Muted("alice", "bob", until, "too  loud")),
            "/unmute bob": Heard("lab", e.Unmuted("alice", "bob")),
            "/bans": BanList("lab", ()),
            "/ban 2001:db8::/32": Heard("lab", e.Banned("alice", "")),
            "/unban 2001:db8::/32": Heard("lab", e.Unbanned("alice", "")),
            "/serverban bob": a.Refused("not-operator"),
            "/serverunban bob": a.Refused("not-operator"),
        }

    def _of_other_rooms(self) -> dict[str, Value]:
        return {
            "/create den": a.Done("room-created", "den"),
            "/enter den": a.YouEntered("den", "", 1),
            "/join public": a.YouEntered("public", "", 1),
            "/focus lab": a.Setting("focus", "lab"),
            "/kick bob bye": Heard("lab", e.Kicked("alice", "bob", "bye")),
            "/leave den": a.YouLeft("den", "lab"),
            "/part": a.YouLeft("lab", "public"),
            "/enter lab": a.YouEntered("lab", "", 1),
            "/exit lab": a.YouLeft("lab", "public"),
            "/delete den": a.Prompt("room-again", "to delete the room den, type its name again:"),
            "den": a.Done("room-deleted", "den"),
            "/verbatim": a.Setting("verbatim", "on"),
        }

    def test_each_is_answered(self) -> None:
        for line, value in self._answers().items():
            self.alice.forget()
            self.alice.type(line)
            self.alice.expect(value)
        self.alice.forget()
        self.alice.type("/menu")
        self.alice.type("Exit Chat")
        self.alice.expect(*(Heard("public", e.Said("alice", line)) for line in ("/menu", "Exit Chat")))

    def test_those_that_lead_away(self) -> None:
        self.alice.type("/menu")
        self.alice.expect(CHOOSE)
        self.alice.type("enter lab", "/quit")
        self.alice.expect(a.Closing("quit"))

    def test_a_ticket_is_answered_with_the_command(self) -> None:
        self.alice.type("/send my notes.txt 5")
        ticket = "1".zfill(32)
        command = f"(echo put {ticket}; cat 'my notes.txt') | nc -N 192.0.2.1 9000"
        expires = Moment(self.server.now() + 3600_000)
        self.alice.expect(a.Ticket(ticket, "put", "my notes.txt", 5, expires, command))

    def test_a_new_format_is_answered_in_it(self) -> None:
        self.bob.type("/format json", "/format text")
        self.bob.forget()
        came = self.bob.everything.decode().split("\r\n")
        json, text = '111 {"type":"setting","name":"format","value":"json"}', "111 -- lines come as text from now on"
        self.assertEqual(came[came.index(json) :], [json, text, ""])

    def test_none_is_missing_here(self) -> None:
        typed = {line.split()[0] for line in self._answers()} | _ELSEWHERE
        names = {f"/{name}" for verb in VERBS for name in (verb.name, *verb.aliases)}
        self.assertEqual(names - typed, set())

    def test_those_that_lack_something_or_have_too_much_say_how_they_are_used(self) -> None:
        for verb in VERBS:
            words = verb.arguments.split()
            if words and not words[0].startswith("["):
                self.alice.type(f"/{verb.name}")
                self.alice.expect_only(a.Refused("usage", f"/{verb.name} {verb.arguments}"))
            ends_in_text = {"[TEXT]", "TEXT", "[REASON]", "[PASSWORD]"}.intersection(words[-1:])
            if verb.name not in ("quit", "menu", "verbatim", "send") and not ends_in_text:
                self.alice.type(f"/{verb.name} 1 2 3 4 5")
                self.alice.expect_only(a.Refused("usage", f"/{verb.name} {verb.arguments}".rstrip()))

    def test_what_takes_a_number_takes_no_word(self) -> None:
        for line, usage in (
            ("/history many", "/history [COUNT|since WHEN] [before ID]"),
            ("/send x big", "/send NAME SIZE [SHA256]"),
        ):
            self.alice.type(line)
            self.alice.expect_only(a.Refused("usage", usage))
