"""The picture of the page can be made anew at any time, from a real server and real people."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.source import ROOT

SIZE = (1734, 856)
"""Pixels: a desk and a phone, and some space around them."""
PLAIN = 20_000
"""Bytes that a picture of that size has at most where nothing is to be seen on it."""


class PictureTests(SynchronousTestCase):
    def test_it_shows_a_desk_and_a_phone(self) -> None:
        file = Path(self.mktemp()).absolute().with_suffix(".png")
        subprocess.run([sys.executable, "docs/picture_of_page.py", file], cwd=ROOT, check=True, timeout=120)
        picture = file.read_bytes()
        # The signature, and the size in the first chunk (ISO/IEC 15948, 5.2 and 11.2.2).
        self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", picture[16:24]), SIZE)
        self.assertGreater(len(picture), PLAIN)
