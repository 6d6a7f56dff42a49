"""The server's secret."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.stores.datadir import Unusable
from chatd.stores.secret import SIZE, load


class SecretTests(SynchronousTestCase):
    def setUp(self) -> None:
        directory = Path(self.mktemp())
        directory.mkdir()
        self.file = directory / "secret.key"

    def load(self, fill: bytes = b"a") -> bytes:
        return load(self.file, lambda size: fill * size)

    def test_it_is_made_once_for_its_owner_alone(self) -> None:
        self.assertEqual(self.load(), b"a" * SIZE)
        self.assertEqual(self.load(b"b"), b"a" * SIZE)
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        self.assertEqual([path.name for path in self.file.parent.iterdir()], ["secret.key"])

    def test_one_that_others_may_read_is_refused(self) -> None:
        self.load()
        self.file.chmod(0o640)
        self.assertIn("chmod 600", str(self.assertRaises(Unusable, self.load)))

    def test_one_that_is_torn_is_refused(self) -> None:
        self.load()
        self.file.write_bytes(b"short")
        self.assertIn("has 5 bytes", str(self.assertRaises(Unusable, self.load)))
