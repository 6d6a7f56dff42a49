"""A small crowd that comes back."""

from __future__ import annotations

import os
import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end.tools import requires
from tests.source import ROOT


class ComebackTests(SynchronousTestCase):
    def test_everybody_comes_back_and_has_missed_nothing(self) -> None:
        requires("nc")
        command = [sys.executable, "-m", "benchmarks.comeback", "--clients", "60"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("60 of 60 have heard everything once", done.stdout)
