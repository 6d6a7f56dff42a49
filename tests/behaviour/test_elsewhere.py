"""Accounts that are kept elsewhere, and let in by a checker of twisted.cred."""

from __future__ import annotations

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse

from chatd.auth import CsvChecker
from chatd.chat import answers as a
from chatd.chat import requests as r
from tests.behaviour.drivers import CHOOSE, Driver
from tests.behaviour.scene import PASSWORD, Scene, on_every_frontend


def _memory(**accounts: str) -> InMemoryUsernamePasswordDatabaseDontUse:
    """What ``--auth memory:NAME:PASSWORD`` makes: with text, not bytes, as it comes from the command line."""
    checker = InMemoryUsernamePasswordDatabaseDontUse()
    for name, password in accounts.items():
        checker.addUser(name, password)  # type: ignore[arg-type]
    return checker


@on_every_frontend
class Elsewhere(Scene[Driver]):
    def setUp(self) -> None:
        self.start(checkers=[_memory(bob=PASSWORD)])

    def test_its_user_logs_in(self) -> None:
        self.login("bob")

    def test_a_wrong_password_and_an_unknown_name_are_refused(self) -> None:
        visitor = self.visitor()
        for name, password in (("bob", "wrong"), ("alice", PASSWORD)):
            visitor.login(name, password)
            visitor.expect(a.Refused("wrong-password"), CHOOSE)

    def test_it_makes_rooms_and_owns_them(self) -> None:
        bob = self.login("bob")
        bob.do(r.Create("lab"), r.Delete("lab"))
        bob.answer("lab")
        bob.expect(a.Done("room-created", "lab"), a.Done("room-deleted", "lab"))

    def test_nobody_registers_here(self) -> None:
        visitor = self.visitor()
        visitor.register("alice", PASSWORD)
        visitor.expect(a.Refused("registration-closed"), a.Refused("not-registered"), CHOOSE)

    def test_it_is_not_changed_here(self) -> None:
        bob = self.login("bob")
        bob.choose("password")
        bob.answer(PASSWORD, "new", "new")
        bob.expect(a.Refused("foreign-account"), CHOOSE)
        bob.choose("unregister")
        bob.answer(PASSWORD)
        bob.expect(a.Refused("foreign-account"), CHOOSE)

    def test_it_has_rooms_of_a_last_session(self) -> None:
        self.login("bob", "public").hang_up()
        bob = self.login("bob")
        bob.choose("rejoin")
        bob.expect(a.YouEntered("public", "", 1))


@on_every_frontend
class Both(Scene[Driver]):
    def setUp(self) -> None:
        self.start(checkers=[CsvChecker(), _memory(bob=PASSWORD)])

    def test_whoever_is_known_to_either_logs_in(self) -> None:
        self.account("alice")
        self.login("alice")
        self.login("bob")
