"""One of each kind of report of the console, and the words for people that belong to it."""

from __future__ import annotations

from chatd.chat import reports as p
from chatd.chat.answers import Answer, Refused
from chatd.chat.moments import Moment

AT = Moment(1_769_860_862_345)
"""2026-01-31 12:01:02.345 UTC."""

UP = p.UpSince("here", "1.0", 42, AT, 7500)
UP_WORDS = "here runs chatd 1.0 as process 42, for 2 h 5 min, since 2026-01-31 12:01"

HEALTH = p.Health(
    up=UP,
    alarms=("journal",),
    connections={"line": 2, "console": 1, "web": 0},
    users=1,
    guests=2,
    accounts=3,
    rooms=1,
    messages=4,
    deliveries=1,
    received=10,
    sent=2048,
    logins={"ok": 1, "busy": 0},
    dropped={"too-slow": 0},
    journal_lag=3,
    journal_pending=0,
    reactor_lag=5,
    hashing=1,
    queued=0,
    memory=1 << 20,
    limits=(
        p.Use("flood", 1),
        p.Use("connections_per_address", 200, 2, "192.0.2.1"),
        p.Use("queue_bytes", 0, 1024, "bob"),
        p.Use("login_seconds", 300),
        p.Use("expire_days", 0),
        p.Use("line_bytes", 4096),
    ),
)

USER = p.UserLine("alice", False, "operator", False, "away", 2, ("lab", "public"), AT, AT)
GONE = p.UserLine("bob", False, "user", True, "offline", 0, (), AT, AT)
GUEST = p.UserLine("gus", True, "user", False, "active", 1, (), Moment(0), Moment(0))
SESSION = p.SessionLine("gus", True, "line", "192.0.2.1", AT, 90, ("lab",), 2048)
NOBODY = p.SessionLine("", False, "line", "192.0.2.1", AT, 0, (), 0)

REPORTS: list[tuple[Answer, list[str]]] = [
    (UP, [UP_WORDS]),
    (
        HEALTH,
        [
            UP_WORDS,
            "ALARM: the journal cannot be written: what is said is not recorded",
            "connections: 2 line, 1 console",
            "here: 1 user, 2 guests",
            "there are: 3 accounts, 1 room",
            "said since the start: 4 messages, told 1 time",
            "bytes since the start: 10 B came, 2.0 KiB went",
            "logins: 1 ok; disconnected: none",
            "journal: 3 ms behind, 0 on the way; reactor: up to 5 ms late",
            "waiting: 1 password to be hashed, 0 B for slow readers",
            "memory: 1.0 MiB at most",
            "limits:",
            "  flood: on",
            "  connections_per_address: 2 of 200 (192.0.2.1)",
            "  queue_bytes: 1.0 KiB of any number (bob)",
            "  login_seconds: 300 s",
            "  expire_days: never",
            "  line_bytes: 4.0 KiB",
        ],
    ),
    (
        p.UserList((USER, GONE, GUEST)),
        [
            "alice (operator); away, 2 sessions; in lab, public; account since 2026-01-31 12:01",
            "bob (disabled); here last 2026-01-31 12:01; account since 2026-01-31 12:01",
            "gus (guest); active, 1 session",
        ],
    ),
    (
        p.SessionList((SESSION, NOBODY)),
        [
            "gus (guest); line from 192.0.2.1; since 2026-01-31 12:01; in lab; silent for 1 min; 2.0 KiB wait for it",
            "nobody yet; line from 192.0.2.1; since 2026-01-31 12:01",
        ],
    ),
    (p.LogLine(AT, "warn", "chatd.daemon", "something"), ["2026-01-31 12:01 warn chatd.daemon: something"]),
    (p.LogMissed(3), ["3 lines came too fast, and are left out here"]),
    (p.AccountMade("alice", "abcd-efgh", 2), ["row 2: account alice, password abcd-efgh"]),
    (p.RowRefused(3, "1x", Refused("reserved-name", "server")), ["row 3: server is reserved"]),
    (p.AccountsMade(2, 1), ["2 accounts made, 1 row refused"]),
    (p.PasswordSet("alice"), ["alice has a new password"]),
    (p.Reloaded(("the message of the day is another",)), ["the message of the day is another"]),
    (p.BackedUp("/backup/x.tar.gz", 1434), ["the backup is in /backup/x.tar.gz, 1.4 KiB"]),
    (p.Line("a,b"), ["a,b"]),
    (p.Exported("lab", 3), ["end of what was said in lab: 3"]),
]

OTHER_REPORTS: list[tuple[Answer, list[str]]] = [
    (p.UserList(()), ["nobody is here"]),
    (p.SessionList(()), ["there is no connection but this one"]),
    (p.PasswordSet("alice", "abcd-efgh"), ["alice has a new password: abcd-efgh"]),
    (p.AccountMade("alice", "abcd-efgh"), ["account alice, password abcd-efgh"]),
    (p.Reloaded(()), ["nothing has changed"]),
]
