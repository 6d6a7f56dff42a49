"""What is typed at the console, as commands."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import operating as o
from chatd.chat.answers import Refusal
from chatd.wire.console import VERBS, helped, parse

TYPED: dict[str, o.Command] = {
    "status": o.Status(),
    " users ": o.Users(),
    "users -a": o.Users(True),
    "log": o.Log(),
    "log -n 5": o.Log(5),
    "log -f": o.Log(follow=True),
    "log -f -n5": o.Log(5, True),
    "say tea is  ready": o.Announce("tea is  ready"),
    "kick bob being rude": o.Kick("bob", "being rude"),
    "ban bob": o.Ban("bob"),
    "ban 10.0.0.0/8 1d spam and more": o.Ban("10.0.0.0/8", "1d", "spam and more"),
    "ban bob rude": o.Ban("bob", "", "rude"),
    "bans": o.Bans(),
    "bans lab": o.Bans("lab"),
    "mute bob lab 10m loud": o.Mute("bob", "lab", "10m", "loud"),
    "role bob moderator": o.Role("bob", "moderator"),
    "adduser bob": o.AddUser("bob"),
    "adduser --from -": o.AddUser("", "-"),
    "adduser --from my class.csv": o.AddUser("", "my class.csv"),
    "motd": o.Motd(),
    "motd hello  all": o.Motd("hello  all"),
    "stop": o.Stop(),
    "stop --in 5m": o.Stop("5m"),
    "stop --in 5m new disks": o.Stop("5m", "new disks"),
    "stop new disks": o.Stop("", "new disks"),
    "restart": o.Restart(),
    "backup my file.tar.gz": o.Backup("my file.tar.gz"),
    "export lab": o.Export("lab"),
    "export lab csv": o.Export("lab", "csv"),
    "help stop": o.Help("stop"),
}

WRONG = {
    "users -x": "users [-a]",
    "users bob": "users [-a]",
    "log -n": "log [-n N] [-f]",
    "log -n many": "log [-n N] [-f]",
    "say": "say TEXT",
    "kick": "kick NAME [TEXT]",
    "ban": "ban NAME|ADDRESS [TIME] [TEXT]",
    "mute bob": "mute NAME ROOM [TIME] [TEXT]",
    "role bob": "role NAME user|moderator|operator",
    "role bob the king": "role NAME user|moderator|operator",
    "passwd bob hunter2": "passwd NAME",
    "adduser": "adduser NAME | --from FILE",
    "adduser bob eve": "adduser NAME | --from FILE",
    "adduser --from": "adduser NAME | --from FILE",
    "stop --in": "stop [--in TIME] [TEXT]",
    "stop --now": "stop [--in TIME] [TEXT]",
    "backup": "backup FILE",
    "export": "export ROOM [text|csv|json]",
}


class CommandTests(SynchronousTestCase):
    def test_lines_are_commands(self) -> None:
        self.assertEqual({line: parse(line) for line in TYPED}, TYPED)

    def test_wrong_arguments_are_answered_with_the_usage(self) -> None:
        for line, usage in WRONG.items():
            refusal = self.assertRaises(Refusal, parse, line)
            self.assertEqual((refusal.answer.error, refusal.answer.about), ("usage", usage), line)

    def test_a_word_that_is_none_is_answered_with_those_that_are_close(self) -> None:
        refusal = self.assertRaises(Refusal, parse, "statsu now")
        self.assertEqual((refusal.answer.error, refusal.answer.near[0]), ("unknown-command", "status"))

    def test_every_command_has_its_row(self) -> None:
        self.assertEqual({row.command for row in VERBS}, set(o.Command.__subclasses__()))
        self.assertEqual(
            {row.name: row.command.__struct_config__.tag for row in VERBS}, {r.name: r.name for r in VERBS}
        )

    def test_help_is_drawn_from_the_table(self) -> None:
        self.assertEqual([word.word for word in helped("").words], [row.name for row in VERBS])
        (word,) = helped("kick").words
        self.assertEqual((word.word, word.arguments), ("kick", "NAME [TEXT]"))
        self.assertRaises(Refusal, helped, "kik")
