"""Programs for node on the WebSocket, with the library ``ws``."""

from __future__ import annotations

import re

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.node import HERE, node
from tests.end_to_end.sockets import WEB, address


class NodeTests(SynchronousTestCase):
    def test_it_holds_sessions(self) -> None:
        daemon = server.shared(self, *WEB)
        script = HERE / "session.mjs"
        program = node(self, script, address(daemon))
        steps = re.findall(r'^  async "(.+)"\(\)', script.read_text(), re.MULTILINE)
        self.assertEqual(len(steps), 6)
        for step in steps:
            program.line(step)
        self.assertEqual(program.wait(), 0, program.so_far())
