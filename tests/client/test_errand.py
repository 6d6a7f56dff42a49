"""What a script has done in a room."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat.events import Entered, Said
from chatd.chat.moments import Moment
from chatd.client.address import Address
from chatd.client.connection import ChatConnection
from chatd.client.errand import Errand, Following, Work, fetching, giving
from chatd.client.files import Gift
from chatd.client.options import Options
from chatd.client.outcome import Status
from chatd.client.resumption import Resumption
from chatd.client.sign_in import SignIn
from chatd.client.transfers import Failed
from chatd.client.words import Words
from chatd.wire.codes import DUPLEX
from tests.client.helpers import SUM, Wire


class Errands(SynchronousTestCase):
    def setUp(self) -> None:
        self.shown: list[str] = []
        self.ended: list[tuple[int, str]] = []
        self.cuts = 0

    def finish(self, status: int, sentence: str) -> None:
        self.ended.append((status, sentence))

    def start(self, work: Work, comes_back: bool = False, **given: Any) -> None:
        options = Options(Address(), Path("d"), **{"guest": "eye", "room": "lab", **given})
        resumption = Resumption()
        sign_in = SignIn(options, False, resumption)
        cut = self.cut if comes_back else None
        self.it = Errand(sign_in, resumption, Words(ZoneInfo("UTC")), work, self.finish, cut, "host:9000")
        self.connect()

    def connect(self) -> None:
        self.wire = Wire(ChatConnection(self.it))
        self.wire.says("00 chatd 1.0", "11 choose:")
        self.wire.tells(a.Setting("format", "json"))
        self.wire.asks("choose")

    def cut(self) -> None:
        self.cuts += 1

    def enter(self) -> None:
        self.wire.tells(a.Welcome("eye", True, "user", "CODE"))
        self.wire.asks("choose")
        self.wire.tells(a.YouEntered("lab", "", 1, seq=4), DUPLEX)

    def assert_ended(self, status: Status, told: str) -> None:
        self.assertEqual([end[0] for end in self.ended], [status])
        self.assertIn(told, self.ended[0][1])


class FollowTests(Errands):
    def follow(self, raw: bool = False) -> None:
        self.start(Following(self.shown.append, Words(ZoneInfo("UTC")), raw), comes_back=True)

    def test_what_happens_is_shown(self) -> None:
        self.follow()
        self.enter()
        self.assertEqual(self.wire.heard(), ["format json", "guest eye", "enter lab"])
        self.wire.happens(Entered("bob"))
        self.wire.happens(Said("bob", "hello"), seq=5)
        self.wire.tells(a.Done("kept", "x"), DUPLEX)
        self.assertEqual(self.shown, ["[lab] -- bob entered", "[lab] 12:01 bob: hello"])

    def test_programs_get_objects(self) -> None:
        self.follow(raw=True)
        self.enter()
        place = '"room":"lab","seq":5,"at":"2026-01-31T12:01:02Z"'
        self.wire.says(f'111 {{"type":"said",{place},"user":"bob","text":"a\x9bmb"}}')
        self.assertEqual(len(self.shown), 1)
        self.assertIn('"text":"ab"', self.shown[0])

    def test_a_connection_that_comes_back_is_gone_on_with(self) -> None:
        self.follow()
        self.enter()
        self.wire.happens(Said("bob", "one"), seq=5)
        self.wire.ends(ConnectionLost())
        self.assertEqual((self.cuts, self.ended), (1, []))
        self.connect()
        self.assertEqual(self.wire.heard(), ["format json", "resume CODE @eye=0 lab=5"])
        self.enter()
        self.wire.happens(Said("bob", "two"), seq=6)
        self.assertEqual([line[-3:] for line in self.shown], ["one", "two"])

    def test_who_is_thrown_out_is_done(self) -> None:
        self.follow()
        self.enter()
        self.wire.tells(a.ThrownOut("lab", "kicked"))
        self.assert_ended(Status.REFUSED, "thrown out")

    def test_who_is_not_let_in_is_told(self) -> None:
        self.follow()
        self.wire.tells(a.Refused("name-taken", "eye"))
        self.assert_ended(Status.LOGIN, "eye is taken")

    def test_a_room_that_is_not_there_is_told(self) -> None:
        self.follow()
        self.wire.tells(a.Welcome("eye", True, "user"))
        self.wire.asks("choose")
        self.wire.tells(a.Refused("no-such-room", "lab"))
        self.assert_ended(Status.REFUSED, "there is no room lab")

    def test_a_password_that_was_not_given_is_told(self) -> None:
        self.follow()
        self.wire.asks_secret("room-password")
        self.assert_ended(Status.REFUSED, "room-password:")

    def test_what_is_no_chatd_is_told(self) -> None:
        self.follow()
        self.wire.says("SSH-2.0-OpenSSH")
        self.assert_ended(Status.UNREACHABLE, "no chatd answers")

    def test_a_server_that_never_let_one_in_is_not_waited_for(self) -> None:
        self.follow()
        self.wire.tells(a.Closing("stopping"))
        self.wire.ends()
        self.assert_ended(Status.CUT, "the server is stopping")


class TransferTests(Errands):
    def setUp(self) -> None:
        super().setUp()
        self.moving: Deferred[Any] = Deferred()

    async def move(self, ticket: a.Ticket, *rest: Any) -> Any:
        rest[-1](1)
        return await self.moving

    def ticket(self, purpose: str) -> None:
        ticket = a.Ticket(ticket="T", purpose=purpose, name="f", size=5, expires=Moment(0), command="")
        self.wire.tells(ticket, DUPLEX)

    def test_a_file_is_fetched(self) -> None:
        self.start(fetching("17", self.move, self.shown.append, self.finish))
        self.enter()
        self.assertEqual(self.wire.heard()[-1], "/get 17")
        self.ticket("get")
        self.assertEqual(self.ended, [])
        self.moving.callback(Path("d/f"))
        self.assertEqual((self.shown, self.ended), (["d/f"], [(Status.DONE, "")]))

    def test_a_file_is_given(self) -> None:
        path = Path(self.mktemp())
        path.write_bytes(b"hello")
        gift = Gift(self.enterContext(path.open("rb")), "a b.txt")
        self.start(giving(gift, SUM, self.move, self.shown.append, self.finish))
        self.enter()
        self.assertEqual(self.wire.heard()[-1], f"/send a_b.txt 5 {SUM}")
        self.ticket("put")
        self.moving.callback(None)
        self.assertEqual((self.shown, self.ended), ([], [(Status.DONE, "")]))

    def test_a_refusal_is_told(self) -> None:
        self.start(fetching("17", self.move, self.shown.append, self.finish))
        self.enter()
        self.wire.tells(a.Refused("no-such-file", "17"), DUPLEX)
        self.assert_ended(Status.REFUSED, "there is no file 17")

    def test_a_transfer_that_fails_is_told(self) -> None:
        self.start(fetching("17", self.move, self.shown.append, self.finish))
        self.enter()
        self.ticket("get")
        self.moving.errback(Failed("it cannot be kept: No space left on device"))
        self.assert_ended(Status.CUT, "No space left")
