"""What a connection speaks shows at its first object."""

from __future__ import annotations

from chatd.website import Website
from tests.behaviour.scene import Stage
from tests.frontends.web.sockets import Object, Peer


class DialectTests(Stage):
    def setUp(self) -> None:
        self.start()
        self.addCleanup(self.stop)
        self.website = Website(self.server.house)
        self.peer = Peer(self.server, self.website)
        self.peer.objects()

    def told(self, *asked: Object | str) -> list[str]:
        self.peer.send(*asked)
        return [told["type"] for told in self.peer.objects()]

    def test_it_is_held_from_then_on(self) -> None:
        self.assertEqual(self.told({"type": "register", "sender": "ana"}), ["register_success"])
        self.assertEqual(self.told({"type": "rooms"}), ["error"])
        self.assertEqual(self.told({"type": "broadcast", "sender": "ana", "content": "hola"}), ["broadcast"])

    def test_whoever_began_otherwise_is_not_spoken_to_in_it(self) -> None:
        self.assertEqual(self.told({"type": "guest", "name": "eve"}), ["welcome"])
        self.peer.send({"type": "broadcast", "sender": "eve", "content": "hola"})
        self.assertEqual([told["error"] for told in self.peer.objects()], ["unknown-type"])

    def test_what_is_no_object_shows_nothing(self) -> None:
        self.assertEqual(
            self.told("{", "[]", {"type": "register", "sender": "ana"}), ["error", "error", "register_success"]
        )

    def test_everything_sent_ahead_is_done_in_order(self) -> None:
        said: list[Object] = [{"type": "broadcast", "sender": "ana", "content": f"{number}"} for number in range(3)]
        kinds = self.told({"type": "register", "sender": "ana"}, *said, {"type": "list_users", "sender": "ana"})
        self.assertEqual(kinds, ["register_success", *["broadcast"] * 3, "list_users_response"])

    def test_lines_of_a_broadcast_are_said_one_by_one(self) -> None:
        self.told({"type": "register", "sender": "ana"})
        self.peer.send({"type": "broadcast", "sender": "ana", "content": "one\ntwo"})
        self.assertEqual([told["content"] for told in self.peer.objects()], ["one", "two"])

    def test_what_was_said_before_is_not_told(self) -> None:
        self.told({"type": "register", "sender": "ana"}, {"type": "broadcast", "sender": "ana", "content": "early"})
        other = Peer(self.server, self.website)
        other.send({"type": "register", "sender": "bob"})
        self.assertEqual([told["type"] for told in other.objects()][1:], ["register_success"])
