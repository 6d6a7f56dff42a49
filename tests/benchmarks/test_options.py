"""What the command line of the benchmark asks for."""

from __future__ import annotations

from contextlib import redirect_stderr
from io import StringIO

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.__main__ import options
from benchmarks.servers import SERVERS
from benchmarks.workloads import WORKLOADS


class OptionTests(SynchronousTestCase):
    def refused(self, *arguments: str) -> str:
        said = StringIO()
        with redirect_stderr(said), self.assertRaises(SystemExit):
            options(arguments)
        return said.getvalue()

    def test_without_any_everything_runs(self) -> None:
        asked = options([])
        self.assertEqual(asked.workloads, list(WORKLOADS))
        self.assertEqual(asked.peers, list(SERVERS))

    def test_workloads_servers_and_times_can_be_chosen(self) -> None:
        asked = options(["room200", "start", "--peers", "chatd,floor", "--seconds", "0.5", "--rounds", "7"])
        self.assertEqual(asked.workloads, ["room200", "start"])
        self.assertEqual((asked.peers, asked.seconds, asked.rounds), (["chatd", "floor"], 0.5, 7))

    def test_an_unknown_workload_is_told_with_those_there_are(self) -> None:
        self.assertRegex(self.refused("room2000"), "there is no 'room2000'; there are room200, room1000")

    def test_an_unknown_server_is_told_with_those_there_are(self) -> None:
        self.assertRegex(
            self.refused("room200", "--peers", "chatd,unrealircd"), "'unrealircd'; there are chatd, ngircd"
        )

    def test_what_would_measure_nothing_is_refused(self) -> None:
        for arguments in (["--rounds", "0"], ["--seconds", "0"], ["--seconds", "-1"]):
            self.assertIn("there must be a round, and it must take time", self.refused(*arguments))
