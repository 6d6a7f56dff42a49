"""Servers that are known by their certificate."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.client.pins import Pins
from chatd.client.tls import Distrusted
from tests.client.helpers import SUM

OTHER = "0" * 64


class PinsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.file = Path(self.mktemp()) / "chatc" / "known_servers"
        self.told: list[str] = []

    def judge(self, sum_: str = SUM, address: str = "host:9443", may_add: bool = True) -> None:
        Pins(self.file, self.told.append, may_add).judge(address, sum_)

    def assert_distrusted(self, told: str, sum_: str = SUM, may_add: bool = True) -> None:
        error = self.assertRaises(Distrusted, self.judge, sum_, may_add=may_add)
        self.assertIn(told, str(error))

    def test_a_server_is_remembered_at_first_and_the_person_is_told(self) -> None:
        self.judge()
        self.assertEqual(len(self.told), 1)
        self.assertIn("2cf2 4dba", self.told[0])
        self.assertEqual(self.file.read_text(), f"host:9443 {SUM}\n")
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        self.judge()
        self.assertEqual(len(self.told), 1)

    def test_a_change_is_told_loudly(self) -> None:
        self.judge()
        self.assert_distrusted("HAS CHANGED", OTHER)
        self.assertEqual(self.file.read_text(), f"host:9443 {SUM}\n")

    def test_every_address_is_known_by_its_own(self) -> None:
        self.judge()
        self.judge(OTHER, "host:9444")
        self.judge(may_add=False)

    def test_a_script_remembers_nothing(self) -> None:
        self.assert_distrusted("--ca FILE", may_add=False)
        self.assertFalse(self.file.exists())

    def test_a_list_that_cannot_be_read_is_not_passed_over(self) -> None:
        self.file.mkdir(parents=True)
        self.assert_distrusted("cannot be read: ")
        self.file.rmdir()
        self.file.write_bytes(b"\xff\n")
        self.assert_distrusted("cannot be read: it is not UTF-8")

    def test_a_list_that_cannot_be_written_is_told_of(self) -> None:
        self.file.parent.parent.mkdir()
        self.file.parent.symlink_to("/proc/1/nowhere")
        self.assert_distrusted("cannot be")

    def test_what_else_stands_in_it_is_passed_over(self) -> None:
        self.file.parent.mkdir(parents=True)
        self.file.write_text(f"# mine\n\nhost:9443 {SUM.upper()}\n")
        self.judge(may_add=False)
