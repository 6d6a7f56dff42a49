"""One of each kind of event and answer, and the words for people that belong to it."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moderation import BanLine, BanList
from chatd.chat.moments import Moment
from chatd.chat.notices import Alarm, Stopping

AT = 1_769_860_862_345
"""2026-01-31 12:01:02.345 UTC."""

SHA256 = "0123456789abcdef" * 4

EVENTS: dict[e.Event, str] = {
    e.Said("alice", "hello"): "[lab] 12:01 alice: hello",
    e.Emoted("alice", "waves"): "[lab] 12:01 * alice waves",
    e.Private("bob", "alice", "psst"): "<bob> psst",
    e.Entered("alice", True): "[lab] -- alice entered (guest)",
    e.Left("alice", "kicked"): "[lab] -- alice left (kicked)",
    e.Renamed("gus", "gustav"): "[lab] -- gus is gustav now",
    e.Moved("", 3, 12): "[lab] -- 3 entered and 12 left",
    e.TopicSet("alice", "tea"): "[lab] -- alice set the topic: tea",
    e.AccessSet("alice", "password"): "[lab] -- alice set the access: password",
    e.Kicked("alice", "bob", "noise"): "[lab] -- bob was thrown out by alice (noise)",
    e.Banned("alice", "bob", Moment(AT), "noise"): "[lab] -- alice banned bob until 2026-01-31 12:01 (noise)",
    e.Unbanned("alice", "bob"): "[lab] -- alice lifted the ban of bob",
    e.Muted("alice", "bob", Moment(AT), "noise"): "[lab] -- alice muted bob until 2026-01-31 12:01 (noise)",
    e.Unmuted("alice", "bob"): "[lab] -- alice lets bob speak again",
    e.Voiced("alice", "bob", True): "[lab] -- alice gave bob a voice",
    e.Invited("alice", "den"): "[lab] -- alice invites you into den; enter den",
    e.Redacted("alice", 42, "bob"): "[lab] -- alice took back 42, which bob had said",
    e.Dropped("alice", 17, "a.txt", 1434, SHA256): (
        f"[lab] -- alice gives a file of 1.4 KiB, /get 17 fetches it (sha256 {SHA256}): a.txt"
    ),
    e.RoomCreated("alice"): "[lab] -- alice made this room",
    e.RoomDeleted("alice"): "[lab] -- alice deleted this room",
    e.Announced("", "tea is ready"): "[lab] -- to everybody: tea is ready",
    e.Recording("", False): "[lab] -- what is said is not recorded: the server cannot write its journal",
}
"""In the room ``lab``, at :data:`AT`."""

OTHER_EVENTS: dict[e.Event, str] = {
    e.Entered("alice"): "[lab] -- alice entered",
    e.Left("alice"): "[lab] -- alice left",
    e.Moved("", 3, 0): "[lab] -- 3 entered",
    e.Moved("", 0, 12): "[lab] -- 12 left",
    e.TopicSet("alice", ""): "[lab] -- alice took the topic away",
    e.Kicked("alice", "bob"): "[lab] -- bob was thrown out by alice",
    e.Banned("alice", ""): "[lab] -- alice banned an address",
    e.Unbanned("alice", ""): "[lab] -- alice lifted the ban of an address",
    e.Muted("alice", "bob"): "[lab] -- alice muted bob",
    e.Voiced("alice", "bob", False): "[lab] -- alice took bob's voice",
    e.RoomDeleted(""): "[lab] -- this room is deleted",
    e.Recording("", True): "[lab] -- what is said is recorded again",
}
"""The same with other fields."""

PERSON = a.Person("alice", False, "user", "active")
PEOPLE = (PERSON, a.Person("eve", True, "user", "busy"), a.Person("root", False, "operator", "away", "tea"))
WORDS = (a.Word("who", "[ROOM]", "who is in the room", ("names", "w")), a.Word("menu", "", "leave all rooms"))
FILE = a.FileLine(17, "a.txt", 5, SHA256, "alice", Moment(AT), Moment(AT))
BAN = BanLine("ban", "bob", "", "lab", "alice", Moment(AT), Moment(AT), "noise")
MUTE = BanLine("mute", "eve", "", "lab", "alice", Moment(AT), Moment(0), "")
ROOMS = (a.RoomSummary("lab", 2, "tea", "password", True), a.RoomSummary("public", 1, "", "open", False))

ANSWERS: dict[a.Answer, list[str]] = {
    a.ResumeCode("Zm9v", Moment(AT)): [
        "to go on with this session on another connection, until 2026-01-31 12:01:",
        "  resume Zm9v",
    ],
    a.Gap("lab", 8, 20): ["[lab] -- 8 to 20 are kept no more, or cannot be told just now"],
    a.Refused("no-such-room", "lob", ("lab", "den")): ["there is no room lob; did you mean lab or den?"],
    a.Done("room-created", "lab"): ["the room lab is made; enter lab"],
    a.Prompt("password", "password:"): ["password:"],
    a.MainMenu(WORDS): [
        " 1 who [ROOM]  who is in the room (also names, w)",
        " 2 menu        leave all rooms",
    ],
    a.Helped(WORDS, "/"): [
        "/who [ROOM]  who is in the room (also /names, /w)",
        "/menu        leave all rooms",
    ],
    a.Greeting("here", "1.0"): [
        "here 1.0 - every line starts with a code: 00 listen, 11 your turn, 01 your turn (secret), 111 talk freely"
    ],
    a.Welcome("alice", False, "operator"): ["welcome, alice (operator)"],
    a.Lines(("one", "two")): ["one", "two"],
    a.YouEntered("lab", "tea", 2): [
        '[lab] -- you are in; /help lists commands, "Exit Chat" leaves',
        "[lab] -- topic: tea",
        "[lab] -- 2 members",
    ],
    a.YouLeft("lab", "den"): ["you left lab; what you type goes to den now"],
    a.ThrownOut("lab", "kicked"): ["you were thrown out of lab"],
    a.Members("lab", PEOPLE): ["3 in lab:", "  alice, eve (guest, busy)", "  root (operator, away): tea"],
    a.About(PEOPLE[2], True, Moment(AT), ("lab", "den"), 2, "192.0.2.7"): [
        "root (operator, away): here since 2026-01-31 12:01",
        "  away: tea",
        "  in lab, den",
        "  2 sessions, from 192.0.2.7",
    ],
    a.RoomList(ROOMS): ["2 rooms:", "  lab: 2 members, password, you are in - tea", "  public: 1 member"],
    a.RoomInfo("lab", "alice", "tea", "open", Moment(AT), ("alice", "bob")): [
        "lab: topic: tea",
        "  owner: alice; access: open; created: 2026-01-31 12:01",
        "  2 members:",
        "  alice, bob",
    ],
    BanList("lab", (BAN, MUTE)): [
        "banned and muted in lab:",
        "  bob: banned by alice on 2026-01-31 12:01, until 2026-01-31 12:01 (noise)",
        "  eve: muted by alice on 2026-01-31 12:01, for ever",
    ],
    a.TopicIs("lab", ""): ["lab has no topic"],
    a.Replayed(e.Entry("lab", 42, AT, e.Said("alice", "hello"))): ["[lab#42] 12:01 alice: hello"],
    a.Past("lab", 1): ["end of what was said in lab: 1"],
    a.PasteLines("lab", 42, 48): ["48 lines of lab#42"],
    a.Searched(2): ["2 found"],
    a.FileList("lab", (FILE,)): [
        "1 file in lab; /get ID fetches one:",
        f"  17: 5 B, from alice, until 2026-01-31 12:01 (sha256 {SHA256}): a.txt",
    ],
    a.Ticket(ticket="abc", purpose="get", name="a.txt", size=5, expires=Moment(AT), command="echo get abc"): [
        "to fetch a.txt, 5 B, run in another terminal:",
        "  echo get abc",
    ],
    a.Ready(5, 0): ["ready 5 0"],
    a.Stored(SHA256): [f"stored {SHA256}"],
    a.Sending(5, SHA256): [f"sending 5 {SHA256}"],
    a.Setting("format", "json"): ["lines come as json from now on"],
    a.StatusChanged(PEOPLE[2]): ["root is away: tea"],
    a.Chat("bob", "asked"): ["bob asks you for a private chat: /yes bob or /no bob"],
    a.Ignoring(("bob", "eve")): ["you ignore:", "  bob, eve"],
    a.VersionIs("here", "chatd", "1.0"): ["here runs chatd 1.0"],
    a.Closing("account-gone", "alice"): ["you are disconnected: the account alice is gone"],
    Stopping(300, "new disks"): ["the server stops in 5 minutes: new disks"],
    Alarm("disk", True, "no space left"): ["ALARM: no space left"],
}
"""At the menu, in UTC."""

OTHER_ANSWERS: dict[a.Answer, list[str]] = {
    a.Refused("too-large", limit=3 << 20): ["a file has at most 3145728 bytes (3.0 MiB) here"],
    a.Welcome("alice", False, "user"): ["welcome, alice"],
    a.Welcome("eve", True, "user"): ["welcome, eve (guest)"],
    a.Lines(()): ["there is no message of the day"],
    a.YouEntered("lab", "", 1): [
        '[lab] -- you are in; /help lists commands, "Exit Chat" leaves',
        "[lab] -- 1 member",
    ],
    a.YouLeft("lab"): ["you left lab"],
    a.ThrownOut("lab", "room-deleted", "den"): ["lab was deleted; what you type goes to den now"],
    a.Members("", ()): ["0 here:"],
    a.About(a.Person("alice", False, "user", "offline"), False, Moment(0), ()): ["alice (offline): not here"],
    a.RoomList(()): ["0 rooms:"],
    a.RoomInfo("lab", "", "", "open", Moment(0), ()): [
        "lab: topic: none",
        "  owner: nobody; access: open; created: unknown",
        "  0 members",
    ],
    a.RoomInfo("lab", "", "", "invited", Moment(0), (), True, True, 12, ("bob", "eve"), ("bob",)): [
        "lab: topic: none",
        "  owner: nobody; access: invited; created: unknown",
        "  moderated, hidden, at most 12 members",
        "  invited: bob, eve",
        "  with a voice: bob",
        "  0 members",
    ],
    BanList("lab", ()): ["nobody is banned or muted in lab"],
    BanList("lab", (BanLine("ban", "", "192.0.2.0/24", "", "", Moment(AT), Moment(0), ""),)): [
        "banned and muted in lab:",
        "  192.0.2.0/24: banned on this server on 2026-01-31 12:01, for ever",
    ],
    a.Refused("banned", "lab", why="noise", until=Moment(AT)): [
        "you are banned from lab until 2026-01-31 12:01 (noise)"
    ],
    a.Closing("restarting", why="a new version"): ["the server restarts; come back at once (a new version)"],
    Stopping(1): ["the server stops in 1 second"],
    Stopping(7200): ["the server stops in 2 hours"],
    Stopping(90): ["the server stops in 90 seconds"],
    Alarm("disk", False, "files are kept again"): ["the alarm is over: files are kept again"],
    a.Closing("banned", why="noise"): ["you are disconnected: you are banned from this server (noise)"],
    a.ThrownOut("lab", "banned"): ["you are banned from lab"],
    a.TopicIs("lab", "tea"): ["topic of lab: tea"],
    a.Replayed(e.Entry("@alice", 3, AT, e.Private("bob", "alice", "psst"))): ["[@alice#3] 2026-01-31 12:01 <bob> psst"],
    a.FileList("lab", ()): ["0 files in lab"],
    a.YouEntered("lab", "", 1, 34): [
        '[lab] -- you are in; /help lists commands, "Exit Chat" leaves',
        "[lab] -- 1 member",
        "[lab] -- 34 new since you were here",
    ],
    a.Past("lab", 20, before=42): ["end of what was said in lab: 20; /history before lab#42 shows older"],
    a.Past("lab", 1, complete=False): ["end of what was said in lab: 1; older cannot be looked up just now"],
    a.PasteLines("lab", 42, 1, next=142): ["1 line of lab#42; /more lab#142 shows the next ones"],
    a.Searched(20, more=True): ["20 found; more shows older"],
    a.Searched(0, complete=False): [
        "0 found; what was said before is still being read, so there may be more in a while"
    ],
    a.StatusChanged(PERSON): ["alice is active"],
    a.Chat("bob", "closed"): ["bob has ended your private chat"],
    a.Ignoring(()): ["you ignore nobody"],
    a.About(PERSON, True, Moment(AT), (), idle=59): ["alice: here since 2026-01-31 12:01"],
    a.About(PERSON, True, Moment(AT), (), idle=3900): [
        "alice: here since 2026-01-31 12:01, silent for 1 h 5 min",
    ],
}
"""The same with other fields."""
