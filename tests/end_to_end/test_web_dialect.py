"""Course-work clients, as students write them, against a real chatd."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.sockets import WEB, Object, Peer
from tests.end_to_end.tools import guest, nc


class Student:
    """A client that knows nothing but its own objects.

    :param name: she has registered with
    """

    def __init__(self, test: SynchronousTestCase, daemon: server.Daemon, name: str) -> None:
        self.name = name
        self.peer = Peer(test, daemon, dialect=True)
        self.tell("register")

    def tell(self, kind: str, **fields: Any) -> None:
        self.peer.tell(kind, sender=self.name, **fields)

    def take(self, kind: str, **fields: Any) -> Object:
        told = self.peer.take(kind, **fields)
        assert {"sender", "content", "timestamp"} <= set(told), told
        return told


class DialectTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, *WEB)

    def student(self, name: str) -> Student:
        student = Student(self, self.daemon, name)
        self.there = student.take("register_success")["userList"]
        self.assertIn(name, self.there)
        return student

    def test_a_class_talks_among_itself_and_with_the_others(self) -> None:
        person = guest(nc(self, self.daemon.port), "person")
        ana = self.student("ana")
        self.assertEqual(self.there, ["ana", "person"])
        person.line("ana entered (guest)")
        bob = self.student("bob")
        ana.take("status_update", content={"user": "bob", "status": "ACTIVE"})
        ana.tell("broadcast", content="hola")
        for student in (ana, bob):
            self.assertEqual(student.take("broadcast")["content"], "hola")
        person.line("ana: hola")
        person.send("hello students")
        self.assertEqual(bob.take("broadcast", sender="person")["content"], "hello students")
        bob.tell("private", target="ana", content="psst")
        for student in (ana, bob):
            student.take("private", sender="bob", target="ana", content="psst")
        bob.tell("change_status", content="Ocupado")
        for student in (ana, bob):
            student.take("status_update", content={"user": "bob", "status": "BUSY"})
        ana.tell("list_users")
        self.assertEqual(ana.take("list_users_response")["content"], ["ana", "bob", "person"])
        bob.tell("disconnect", content="adios")
        self.assertEqual(bob.peer.closed(), 1000)
        ana.take("status_update", content={"user": "bob", "status": "OFFLINE"})

    def test_an_address_is_told_to_oneself(self) -> None:
        eva, ivo = self.student("eva"), self.student("ivo")
        eva.tell("user_info", target="eva")
        self.assertEqual(eva.take("user_info_response")["content"], {"ip": "127.0.0.1", "status": "ACTIVE"})
        eva.tell("user_info", target="ivo")
        self.assertEqual(eva.take("user_info_response", target="ivo")["content"], {"ip": None, "status": "ACTIVE"})
        ivo.tell("disconnect")

    def test_what_is_wrong_is_told_and_may_be_tried_again(self) -> None:
        self.student("uma")
        late = Student(self, self.daemon, "uma")
        self.assertIn("taken", late.take("error")["content"])
        late.tell("broadcast", content="too early")
        self.assertEqual(late.take("error")["content"], "register first")
        late.name = "uma2"
        late.tell("register")
        late.take("register_success")
        for kind, fields, why in (
            ("broadcast", {}, "content"),
            ("broadcast", {"content": 3}, "content"),
            ("private", {"content": "hi"}, "target"),
            ("private", {"target": "nobody", "content": "hi"}, "nobody"),
            ("change_status", {"content": "asleep"}, "ACTIVE"),
            ("shout", {"content": "hi"}, "shout"),
            ("register", {}, "uma2"),
        ):
            late.tell(kind, **fields)
            self.assertIn(why, late.take("error")["content"], kind)
        late.peer.socket.send("{")
        late.take("error")
        late.name = "uma"
        late.tell("broadcast", content="as somebody else")
        self.assertIn("uma2", late.take("error")["content"])
        late.peer.socket.send(b'{"type":"broadcast","sender":"uma2","content":"in a binary frame"}')
        late.take("broadcast", content="in a binary frame")
