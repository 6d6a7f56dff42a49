"""Two things that change the same account or room while the disk is slow, and a disk that fails."""

from __future__ import annotations

from collections.abc import Callable
from errno import ENOSPC
from typing import TypeVar

from twisted.internet.defer import Deferred, fail

from chatd.testing import Client, at_once
from tests.behaviour.scene import Stage
from tests.transfers.memory import Threads

T = TypeVar("T")


class Disk:
    """Does what it is asked to at once; or while it is ``slow``, upon :meth:`work`; or while it ``fails``, never."""

    def __init__(self) -> None:
        self.slow = False
        self.fails = False
        self._threads = Threads()

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        if self.fails:
            return fail(OSError(ENOSPC, "No space left on device"))
        return self._threads(work) if self.slow else at_once(work)

    def work(self) -> None:
        """Do all that was asked for, and be quick again."""
        self.slow = False
        while self._threads.busy:
            self._threads.turn()


class _DiskTests(Stage):
    def setUp(self) -> None:
        self.disk = Disk()
        self.start(on_disk=self.disk)
        self.alice = self._client("register alice", "pw", "pw", "create lab")
        self.other = self._client("login alice", "pw")

    def _client(self, *lines: str) -> Client:
        client = self.server.connect()
        client.send(*lines)
        client.received()
        return client

    def _finish(self) -> None:
        self.disk.work()
        self.server.turn()

    def _told(self, client: Client) -> list[str]:
        return [line for line in client.lines() if not line.startswith(("11", "01"))]

    def _rooms_after_a_restart(self) -> str:
        self.restart()
        client = self._client("guest gus")
        client.send("rooms", "info lab")
        return "\n".join(client.lines())


class SlowDiskTests(_DiskTests):
    def test_a_room_that_is_being_deleted_is_not_brought_back_by_a_change_of_it(self) -> None:
        self.other.send("enter lab")
        self.disk.slow = True
        self.alice.send("delete lab", "lab")
        self.other.send("/topic new")
        self._finish()
        self.assertIn("00 the room lab is deleted", self.alice.lines())
        self.assertIn("there is no room lab", self._rooms_after_a_restart())

    def test_nor_by_its_owner_going(self) -> None:
        self.disk.slow = True
        self.alice.send("delete lab", "lab")
        self.other.send("unregister", "pw")
        self._finish()
        self.assertIn("00 the account alice is gone", self.other.lines())
        self.assertIn("there is no room lab", self._rooms_after_a_restart())

    def test_a_room_is_deleted_once(self) -> None:
        self.disk.slow = True
        for client in (self.alice, self.other):
            client.send("delete lab", "lab")
        self._finish()
        self.assertEqual(self._told(self.alice), ["00 the room lab is deleted"])
        self.assertEqual(self._told(self.other), ["00 there is no room lab"])

    def test_a_room_is_made_once(self) -> None:
        self.disk.slow = True
        for client in (self.alice, self.other):
            client.send("create den")
        self._finish()
        self.assertEqual(self._told(self.alice), ["00 the room den is made; enter den"])
        self.assertEqual(self._told(self.other), ["00 there is a room den already; enter it"])

    def test_it_is_made_though_whoever_makes_it_goes(self) -> None:
        self.disk.slow = True
        self.alice.send("create den")
        self.alice.lose()
        self._finish()
        self.other.send("enter den")
        self.assertIn("111 [den] -- you are in", self.other.lines()[0])

    def test_an_account_is_made_once(self) -> None:
        first, second = self._client(), self._client()
        self.disk.slow = True
        for client in (first, second):
            client.send("register bob", "pw", "pw")
        self._finish()
        self.assertIn("00 welcome, bob", first.lines())
        self.assertIn("00 bob is taken, or looks like a name that is", second.lines())

    def test_it_is_made_though_whoever_makes_it_goes_before_it_is_confirmed(self) -> None:
        client = self._client()
        self.disk.slow = True
        client.send("register bob", "pw", "pw")
        client.lose()
        self._finish()
        self.assertEqual(self.server.house.sessions.of("bob"), [])
        again = self.server.connect()
        again.send("login bob", "pw")
        self.assertIn("00 welcome, bob", again.lines())

    def test_a_password_is_changed_by_one_of_two_at_once_and_the_other_is_told(self) -> None:
        self.disk.slow = True
        self.alice.send("password", "pw", "new1", "new1")
        self.other.send("password", "pw", "new2", "new2")
        self._finish()
        self.assertEqual(self._told(self.alice), ["00 your password is changed"])
        self.assertEqual(self._told(self.other), ["00 wrong name or password"])
        self.assertIn("00 welcome, alice", self._now_logs_in("new1"))
        self.assertIn("00 wrong name or password", self._now_logs_in("new2"))

    def test_an_account_that_is_being_given_up_is_not_brought_back_by_a_new_password(self) -> None:
        self.disk.slow = True
        self.alice.send("unregister", "pw")
        self.other.send("password", "pw", "new", "new")
        self._finish()
        self.assertIn("00 the account alice is gone", self.alice.lines())
        self.restart()
        for password in ("pw", "new"):
            self.assertIn("00 wrong name or password", self._now_logs_in(password))

    def _now_logs_in(self, password: str) -> list[str]:
        client = self.server.connect()
        client.send("login alice", password)
        return client.lines()

    def test_two_changes_of_a_room_both_hold(self) -> None:
        self.alice.send("enter lab")
        self.other.send("enter lab")
        self.disk.slow = True
        self.alice.send("/topic new")
        self.other.send("/access password", "sesame")
        self._finish()
        told = self._rooms_after_a_restart()
        self.assertIn("topic: new", told)
        self.assertIn("access: password", told)

    def test_what_is_said_meanwhile_is_heard(self) -> None:
        self.alice.send("enter lab")
        self.other.send("enter lab")
        self.disk.slow = True
        self.alice.send("/topic new")
        self.other.received()
        self.other.send("hello")
        self.assertTrue(self.other.lines()[0].endswith("alice: hello"))
        self._finish()


class FailingDiskTests(_DiskTests):
    """What cannot be kept is refused with a clear line, and not done."""

    NOT_KEPT = "00 that could not be written to disk, so it was not done; tell whoever runs this server"

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(setattr, self.disk, "fails", False)

    def _fails(self, client: Client, *lines: str) -> None:
        self.disk.fails = True
        client.send(*lines)
        self.disk.fails = False
        told = [line.replace("111 -- ", "00 ") for line in client.lines()]
        self.assertIn(self.NOT_KEPT, told)

    def test_an_account(self) -> None:
        visitor = self._client()
        self._fails(visitor, "register bob", "pw", "pw")
        visitor.send("login bob", "pw")
        self.assertIn("00 wrong name or password", visitor.lines())
        visitor.send("register bob", "pw", "pw")
        self.assertIn("00 welcome, bob", visitor.lines())

    def test_a_password(self) -> None:
        self._fails(self.alice, "password", "pw", "new", "new")
        self.alice.send("logout", "login alice", "pw")
        self.assertIn("00 welcome, alice", self.alice.lines())

    def test_giving_an_account_up(self) -> None:
        self._fails(self.alice, "unregister", "pw")
        self.assertFalse(self.other.closed)
        self.alice.send("logout", "login alice", "pw", "enter lab", "/topic mine")
        self.assertIn("111 [lab] -- alice set the topic: mine", self.alice.lines())

    def test_making_a_room(self) -> None:
        self._fails(self.alice, "create den")
        self.alice.send("enter den", "create den")
        told = self._told(self.alice)
        self.assertEqual(told, ["00 there is no room den", "00 the room den is made; enter den"])

    def test_deleting_a_room(self) -> None:
        self.other.send("enter lab")
        self.other.received()
        self._fails(self.alice, "delete lab", "lab")
        self.other.send("still here")
        self.assertTrue(self.other.lines()[0].endswith("alice: still here"))

    def test_changing_a_room(self) -> None:
        self.other.send("enter lab")
        self.other.received()
        for lines in (("/topic new",), ("/access password", "sesame")):
            self._fails(self.other, *lines)
        self.other.send("/topic", "/access")
        self.assertEqual(self.other.lines(), ["111 -- lab has no topic", "111 -- access of lab: open"])
