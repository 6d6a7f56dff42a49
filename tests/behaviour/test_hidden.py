"""A hidden room is, for those who do not know it, a room that is not there: to the last byte, but for the name."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import requests as r
from chatd.hashing import HashPool
from tests.behaviour.drivers import Driver, said
from tests.behaviour.scene import Scene, on_every_frontend

HIDDEN, ABSENT = "attic", "ettic"
"""One room's name and what is nearly its name, so that a suggestion would tell."""


@on_every_frontend
class Hidden(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room(HIDDEN, self.alice)
        self.bob = self.account("bob")
        self.alice.do(r.Access("hidden", "on"))

    def _close(self, access: str, password: str = "sesame") -> None:
        self.alice.do(r.Access(access))
        if access == "password":
            self.alice.answer(password)
        self.alice.forget()

    def _told(self, driver: Driver, request: r.Request, name: str) -> bytes:
        """All that comes of a request."""
        driver.forget()
        start = len(driver.everything)
        driver.do(request)
        if isinstance(request, r.Delete):
            driver.answer(name)
        driver.forget()
        return bytes(driver.everything[start:])

    def _asked(self, name: str, inside: bool) -> list[r.Request]:
        everywhere = [r.Info(name), r.Who(name), r.Delete(name)]
        return everywhere + [r.Focus(name), r.Leave(name), r.Get(f"{name}#1")] * inside

    def _assert_same(self, driver: Driver, requests: tuple[list[r.Request], list[r.Request]]) -> None:
        for there, absent in zip(*requests, strict=True):
            told = self._told(driver, there, HIDDEN)
            self.assertIn(b"no-such-room" if b"{" in told else b"there is no room", told, there)
            self.assertEqual(told, self._told(driver, absent, ABSENT).replace(ABSENT.encode(), HIDDEN.encode()))

    def test_what_is_asked_about_it_is_answered_as_if_it_were_not_there(self) -> None:
        guest, visitor = self.guest("eve"), self.visitor()
        for access in ("open", "accounts", "password", "invited"):
            self._close(access)
            for driver in (self.bob, guest):
                self._assert_same(driver, (self._asked(HIDDEN, False), self._asked(ABSENT, False)))
            self._assert_same(visitor, ([r.Info(HIDDEN), r.Enter(HIDDEN)], [r.Info(ABSENT), r.Enter(ABSENT)]))

    def test_so_it_is_in_another_room(self) -> None:
        self.bob.do(r.Enter("public"))
        self._assert_same(self.bob, (self._asked(HIDDEN, True), self._asked(ABSENT, True)))

    def test_who_may_not_enter_it_is_told_that_it_is_not_there(self) -> None:
        guest = self.guest("eve")
        self._close("accounts")
        self._assert_same(guest, ([r.Enter(HIDDEN)], [r.Enter(ABSENT)]))
        self._close("invited")
        self._assert_same(self.bob, ([r.Enter(HIDDEN)], [r.Enter(ABSENT)]))
        self._close("password")
        for password in ("", "wrong"):
            self._assert_same(self.bob, ([r.Enter(HIDDEN, password)], [r.Enter(ABSENT, password)]))

    def test_so_is_who_is_banned_and_who_finds_it_full(self) -> None:
        self.alice.do(r.Ban("bob"))
        self._assert_same(self.bob, ([r.Enter(HIDDEN)], [r.Enter(ABSENT)]))
        self.alice.do(r.Unban("bob"), r.Access("limit", "1"))
        self._assert_same(self.bob, ([r.Enter(HIDDEN)], [r.Enter(ABSENT)]))

    def test_a_password_is_as_long_in_being_checked(self) -> None:
        verify = HashPool.verify
        checked: list[str | None] = []

        async def spy(pool: HashPool, hashed: str | None, password: str) -> bool:
            checked.append(hashed)
            return await verify(pool, hashed, password)

        self.patch(HashPool, "verify", spy)
        self._close("password")
        for name in (HIDDEN, ABSENT):
            self.bob.do(r.Enter(name, "wrong"))
        self._close("invited")
        self.bob.do(r.Enter(HIDDEN, "wrong"))
        self.assertEqual([hashed is None for hashed in checked], [False, True, True])

    def test_it_is_found_in_no_list(self) -> None:
        self.alice.do(r.Say("hello"))
        for name in (HIDDEN, ABSENT):
            self.bob.do(r.Enter("public"), r.Rooms(), r.Whois("alice"), r.Create("public2"), r.Menu())
            self.bob.do(r.Info(f"{name}x"))
        self.assertNotIn(HIDDEN.encode(), bytes(self.bob.everything).replace(f"{HIDDEN}x".encode(), b""))

    def test_who_knows_its_name_may_enter_where_anybody_may(self) -> None:
        self.bob.do(r.Enter(HIDDEN), r.Say("found you"))
        self.alice.expect(*said(HIDDEN, "bob", "found you"))

    def test_or_with_the_password_in_the_same_line(self) -> None:
        self._close("password")
        self.bob.do(r.Enter(HIDDEN, "sesame"))
        self.bob.expect(a.YouEntered(HIDDEN, "", 2))

    def test_a_password_may_have_spaces_in_it(self) -> None:
        self._close("password", "open  sesame, please")
        self.bob.do(r.Enter(HIDDEN, "open sesame, please"))
        self.bob.expect_refused("no-such-room", HIDDEN)
        self.bob.do(r.Enter(HIDDEN, "open  sesame, please"))
        self.bob.expect(a.YouEntered(HIDDEN, "", 2))

    def test_the_invited_know_it(self) -> None:
        self._close("password")
        self.alice.do(r.Invite("bob"))
        self.bob.forget()
        self.bob.do(r.Rooms(), r.Enter(HIDDEN))
        self.bob.expect(a.Prompt("room-password", f"password of {HIDDEN}:"))
        self.bob.answer("any")
        self.bob.expect(a.YouEntered(HIDDEN, "", 2))

    def test_they_are_told_why_they_may_not_enter(self) -> None:
        self.alice.do(r.Invite("bob"), r.Ban("bob", text="noise"))
        self.bob.do(r.Enter(HIDDEN))
        self.bob.expect(a.Refused("banned", HIDDEN, why="noise"))

    def test_its_name_is_taken_all_the_same(self) -> None:
        self.bob.do(r.Create(HIDDEN))
        self.bob.expect_refused("name-taken", HIDDEN)
