"""What a session takes of memory, as far as that is no matter of measuring."""

from __future__ import annotations

import gc

from tests.behaviour.scene import Stage


class AttributeTests(Stage):
    def test_no_session_that_does_the_usual_keeps_its_attributes_in_a_dictionary(self) -> None:
        self.start()
        # All connect before the first one speaks: Python remembers which attributes the first objects of a class have.
        clients = [self.server.connect() for _ in range(40)]
        for number, client in enumerate(clients):
            client.send(f"guest ana{number}", "public", "hello", "Exit Chat")
        sessions = [client.protocol.session for client in clients]
        own = [each for session in sessions for each in gc.get_referents(session) if type(each) is dict]
        self.assertEqual([each for each in own if "voice" in each], [])
