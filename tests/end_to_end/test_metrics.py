"""Metrics as Prometheus fetches them, and alerts as it reads them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import guest, nc, requires

RULES = Path(__file__).resolve().parents[2] / "etc" / "chatd.rules.yml"


class MetricsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, "--metrics", server.LOOPBACK)
        where = re.search(r"metrics: tcp (\S+), at /metrics", self.daemon.log.so_far())
        assert where is not None, self.daemon.log.so_far()
        self.site = f"http://{where[1]}"

    def test_they_are_told_over_http_and_in_good_form(self) -> None:
        guest(nc(self, self.daemon.port), "ann").answer("hello", "ann: hello")
        with urlopen(f"{self.site}/metrics", timeout=DEADLINE) as answer:
            self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
            text = answer.read().decode()
        for line in ('chatd_sessions{frontend="line",kind="guest"} 1.0', "chatd_messages_total 1.0"):
            self.assertIn(f"\n{line}\n", text)
        self.assertIn("\nprocess_resident_memory_bytes ", text)
        error = self.assertRaises(HTTPError, urlopen, self.site, timeout=DEADLINE)
        self.assertEqual(error.code, 404)
        error.close()
        checked = self.promtool("check", "metrics", given=text)
        self.assertEqual(checked, "")

    def test_the_alerts_are_rules_that_prometheus_takes(self) -> None:
        self.assertIn("SUCCESS", self.promtool("check", "rules", str(RULES)))

    def promtool(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [requires("promtool"), *arguments],
            input=given.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=DEADLINE,
            check=False,
        )
        return done.stdout.decode()
