"""What becomes of what a program asks for: one answer to each, in order, and pastes as people paste them."""

from __future__ import annotations

from typing import Any

from chatd.chat import hub
from chatd.chat.pastes import LONGEST
from chatd.frontends.line import FLOOD_LINES, FLOOD_RATE
from tests.behaviour.scene import PASSWORD
from tests.frontends.web.programs import Peer, WebStage, kinds, texts


class AnswerTests(WebStage):
    def test_each_id_comes_back_once_and_with_the_last_thing_told(self) -> None:
        peer = self.guest("gus")
        asked: tuple[tuple[str, dict[str, Any], str], ...] = (
            ("enter", {"room": "public"}, "done"),
            ("say", {"text": "hello"}, "done"),
            ("say", {"text": "a\nb\nc"}, "done"),
            ("me", {"text": "waves"}, "done"),
            ("typed", {"text": "/me waves"}, "done"),
            ("typed", {"text": "/who"}, "who"),
            ("typed", {"text": "/nonsense"}, "error"),
            ("typed", {"text": "/format json"}, "error"),
            ("rooms", {}, "rooms"),
            ("history", {"count": 2}, "history"),
            ("resume", {}, "resume"),
            ("status", {"status": "away"}, "status"),
            ("delete", {"room": "public"}, "error"),
            ("nonsense", {}, "error"),
            ("say", {}, "error"),
            ("say", {"text": " "}, "error"),
            ("leave", {"room": "public"}, "you-left"),
            ("logout", {}, "done"),
        )
        for number, (type_, fields, last) in enumerate(asked):
            for to in (number, f"#{number}"):
                told = peer.ask(type_, id=to, **fields)
                self.assertEqual([each.get("id") for each in told], [None] * (len(told) - 1) + [to], (type_, told))
                if to == number:
                    self.assertEqual(told[-1]["type"], last, (type_, told))

    def test_without_one_what_is_answered_by_nothing_is(self) -> None:
        peer = self.guest("gus", "public")
        self.assertEqual(kinds(peer.ask("say", text="hello")), ["said"])
        self.assertEqual(kinds(peer.ask("me", text="waves")), ["emoted"])
        self.assertEqual(kinds(peer.ask("echo", on="off")), ["setting"])
        self.assertEqual(peer.ask("say", text="hello"), [])

    def test_they_come_in_the_order_of_what_was_asked(self) -> None:
        peer = self.program()
        peer.send(
            {"type": "register", "name": "ann", "password": PASSWORD, "id": 1},
            {"type": "enter", "room": "public", "id": 2},
            {"type": "say", "text": "hello"},
            {"type": "who", "id": 3},
            {"type": "say", "text": "world", "id": 4},
            {"type": "leave", "id": 5},
            {"type": "rooms", "id": 6},
        )
        told = [(each["type"], each.get("id")) for each in peer.read() if each["type"] != "welcome"]
        self.assertEqual(
            told,
            [
                ("done", None),
                ("done", 1),
                ("you-entered", None),
                ("done", 2),
                ("said", None),
                ("who", 3),
                ("said", None),
                ("done", 4),
                ("you-left", 5),
                ("rooms", 6),
            ],
        )

    def test_what_goes_wrong_in_the_server_is_answered_too(self) -> None:
        peer = self.guest("gus", "public")
        for type_ in ("rooms", "say"):
            handlers = self.server.house.requests.menu.dispatcher._handlers  # noqa: SLF001 - one is to fail
            kind = next(kind for kind in handlers if kind.__struct_config__.tag == type_)
            self.patch_handler(handlers, kind)
            for to in ({"id": 7}, {}):
                (told,) = peer.ask(type_, **({"text": "x"} if type_ == "say" else {}), **to)
                self.assertEqual((told["error"], told.get("id")), ("internal", to.get("id")))
                self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(kinds(peer.ask("version")), ["version"])

    def patch_handler(self, handlers: dict[Any, Any], kind: type[Any]) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError

        old, handlers[kind] = handlers[kind], fail
        self.addCleanup(handlers.__setitem__, kind, old)

    def test_what_is_asked_meanwhile_is_answered_beforehand_or_not_at_all(self) -> None:
        peer = self.account("ann")
        peer.ask("create", room="lab")
        (told,) = peer.ask("delete", room="lab", id=1)
        self.assertEqual((told["error"], told["about"], told["id"]), ("answer-needed", "room-again", 1))
        (told,) = peer.ask("delete", room="lab", answers={"room-again": "lob"}, id=2)
        self.assertEqual((told["type"], told["id"]), ("error", 2))
        self.assertIn("lab", str(peer.ask("rooms")))
        told = peer.ask("delete", room="lab", answers={"room-again": " \x1b[2Jlab\u202e "}, id=3)[-1]
        self.assertNotEqual(told["type"], "error", told)
        self.assertNotIn("lab", str(peer.ask("rooms")))

    def test_answers_beside_a_login_do_not_take_its_password_away(self) -> None:
        self.account("ann").lose()
        peer = self.program()
        told = peer.ask("login", name="ann", password=PASSWORD, answers={"colour": "red", "password": "no"}, id=1)
        self.assertEqual(kinds(told), ["welcome", "done"])

    def test_a_secret_is_told_to_nobody(self) -> None:
        secret = "s3cr\tet"
        peer = self.program()
        peer.ask("register", name="ann", password=secret, id=1)
        other = self.program()
        other.ask("login", name="ann", password=secret + "x", id=1)
        other.ask("login", name=5, password=secret)
        other.ask("login", name="x" * 9000, password=secret)
        other.ask("logn", name="ann", password=secret)
        for each in (peer, other):
            self.assertNotIn("s3cr", str(each.objects))
        self.assertNotIn("s3cr", self.file("log.csv"))
        self.assertEqual(repr(self.server.accounts.get("ann")).count("s3cr"), 0)


class EntranceTests(WebStage):
    def test_a_second_login_is_answered(self) -> None:
        self.account("ann").lose()
        peer = self.program()
        self.assertEqual(kinds(peer.ask("login", name="ann", password=PASSWORD, id=1)), ["welcome", "done"])
        for name in ("ann", "bob"):
            (told,) = peer.ask("login", name=name, password=PASSWORD, id=2)
            self.assertEqual((told["error"], told["about"]), ("logged-in-already", "ann"))
        (told,) = peer.ask("guest", name="gus")
        self.assertEqual(told["error"], "logged-in-already")
        peer.ask("logout")
        self.assertEqual(kinds(peer.ask("guest", name="gus")), ["welcome"])

    def test_two_that_are_sent_at_once_are_two(self) -> None:
        self.account("ann").lose()
        peer = self.program()
        login = {"type": "login", "name": "ann", "password": PASSWORD}
        peer.send({**login, "id": 1}, {**login, "id": 2})
        self.assertEqual(
            [(t["type"], t.get("id")) for t in peer.read()], [("welcome", None), ("done", 1), ("error", 2)]
        )

    def test_a_wrong_one_is_told_and_the_third_ends_the_connection(self) -> None:
        self.account("ann").lose()
        peer = self.program()
        for _ in range(3):
            told = peer.ask("login", name="ann", password="wrong", id=1)
            self.assertEqual((told[0]["error"], told[0]["id"]), ("wrong-password", 1))
        self.assertEqual((told[-1]["type"], told[-1]["reason"]), ("closing", "wrong-passwords"))
        self.assertEqual(peer.codes, [1000])

    def test_a_guest_makes_an_account_and_stays_where_he_is(self) -> None:
        peer = self.guest("gus", "public")
        told = peer.ask("register", name="gus", password=PASSWORD, id=1)
        self.assertEqual((kinds(told)[:2], kinds(told)[-2:]), (["done", "welcome"], ["you-entered", "done"]))
        self.assertEqual(texts(peer.ask("say", text="still here")), ["still here"])

    def test_but_for_a_room_that_does_not_let_him_in_again(self) -> None:
        owner, peer = self.account("ann", "public"), self.guest("gus", "public")
        owner.ask("create", room="lab")
        owner.ask("enter", room="lab")
        peer.ask("enter", room="lab")
        owner.ask("access", access="password", answers={"new-room-password": "sesame"})
        told = peer.ask("register", name="gus", password=PASSWORD, id=1)
        self.assertEqual([each["error"] for each in told if each["type"] == "error"], ["answer-needed"])
        self.assertEqual((told[-1]["id"], kinds(told).count("you-entered")), (1, 1))

    def test_too_many_sessions_and_the_oldest_goes(self) -> None:
        self.furnish({"accounts": {"sessions_per_account": 1}})
        first = self.account("ann", "public")
        second = self.program()
        self.assertEqual(second.ask("login", name="ann", password=PASSWORD, id=1)[0]["error"], "too-many-sessions")
        self.assertEqual(second.ask("oldest", id=2)[-1], {"type": "done", "done": "oldest", "about": "", "id": 2})
        self.assertEqual((first.read()[-1]["reason"], first.codes), ("other-session", [1000]))
        self.assertEqual(second.ask("oldest", id=3)[0]["error"], "no-oldest")

    def test_the_password_is_changed_and_the_account_given_up(self) -> None:
        peer = self.account("ann")
        (told,) = peer.ask("password", password="wrong", new="new", id=1)
        self.assertEqual(told["error"], "wrong-password")
        self.assertEqual(kinds(peer.ask("password", password=PASSWORD, new="new", id=2)), ["done", "done"])
        self.assertEqual(peer.ask("unregister", password="", id=3)[0]["about"], "password")
        self.assertEqual(peer.ask("unregister", password="new", id=4)[-1]["id"], 4)
        self.assertIsNone(self.server.accounts.get("ann"))

    def test_who_has_not_come_in_can_do_little(self) -> None:
        peer = self.program()
        for type_, fields in (
            ("status", {"status": "away"}),
            ("rooms", {}),
            ("logout", {}),
            ("enter", {"room": "public"}),
        ):
            self.assertEqual(peer.ask(type_, id=1, **fields)[0]["error"], "not-logged-in", type_)
        self.assertEqual(peer.ask("say", text="x", room="public")[0]["error"], "not-in-room")
        self.assertEqual(kinds(peer.ask("version")), ["version"])


class ResumeTests(WebStage):
    def setUp(self) -> None:
        super().setUp()
        self.other = self.account("eve", "public")

    def code(self, peer: Peer) -> str:
        return str(next(told["resume"] for told in peer.objects if told["type"] == "welcome"))

    def seen(self, peer: Peer) -> dict[str, int]:
        return {told["room"]: told["seq"] for told in peer.objects if "seq" in told}

    def test_exactly_what_was_missed_comes_once_and_in_order(self) -> None:
        peer = self.account("ann", "public")
        self.other.ask("say", text="heard")
        peer.read()
        seen = {**self.seen(peer), "@me": 0}
        peer.lose(clean=False)
        self.other.ask("say", text="missed\nall of it")
        self.other.ask("msg", name="ann", text="psst")
        again = self.program()
        told = again.ask("resume", code=self.code(peer), seen=seen, id=1)
        self.assertEqual([text for each in told if (text := each.get("text"))], ["psst", "missed", "all of it"])
        self.assertEqual((told[-2]["type"], told[-1]["type"], told[-1]["id"]), ("you-entered", "done", 1))
        self.assertTrue(all(each["replayed"] for each in told if each["type"] in ("said", "private", "left")))

    def test_ones_own_log_may_be_called_by_name(self) -> None:
        peer = self.account("ann")
        self.other.ask("msg", name="ann", text="one")
        (told,) = (each for each in peer.read() if each["type"] == "private")
        self.other.ask("msg", name="ann", text="two")
        peer.lose()
        for name in ("@ann", "@me"):
            again = self.program()
            told_again = again.ask("resume", code=self.code(peer), seen={name: told["seq"]})
            self.assertEqual([each["text"] for each in told_again if each["type"] == "private"], ["two"])
            again.lose()

    def test_the_old_connection_ends(self) -> None:
        peer = self.account("ann", "public")
        self.other.read()
        again = self.program()
        again.ask("resume", code=self.code(peer), seen={"public": None})
        self.assertEqual((peer.read()[-1]["reason"], peer.codes), ("other-session", [1000]))
        self.assertEqual(self.other.read(), [], "who is there all the time neither leaves nor enters")

    def test_a_place_that_is_none_is_told_and_the_others_are_entered(self) -> None:
        peer = self.account("ann", "public")
        told = self.program().ask(
            "resume", code=self.code(peer), seen={"": 1, "nowhere": 5, "@": 1, "public": -5}, id=1
        )
        self.assertEqual([each.get("error") for each in told if each["type"] == "error"], ["no-such-room"] * 2)
        self.assertEqual((kinds(told)[-2:], told[-1]["id"]), (["you-entered", "done"], 1))
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_hundreds_of_places_take_no_time(self) -> None:
        peer = self.account("ann")
        looked: list[str] = []
        self.patch(hub, "closest", lambda word, known: looked.append(word))
        told = self.program().ask("resume", code=self.code(peer), seen={f"room{n}": 1 for n in range(500)}, id=1)
        self.assertEqual((len(told), looked), (502, []))

    def test_a_wrong_code_is_refused(self) -> None:
        for code in ("", "x", "\u202e", "A" * 5000):
            (told,) = self.program().ask("resume", code=code, seen={"public": 1}, id=1)
            self.assertEqual((told["type"], told["id"]), ("error", 1))

    def test_over_a_restart(self) -> None:
        peer = self.account("ann", "public")
        self.other.ask("say", text="before")
        peer.read()
        seen = self.seen(peer)
        self.other.ask("say", text="unheard")
        for each in (peer, self.other):
            each.lose()
        self.restart()
        self.website = type(self.website)(self.server.house)
        told = self.program().ask("resume", code=self.code(peer), seen=seen, id=1)
        self.assertEqual(texts(told), ["unheard"])


class PasteTests(WebStage):
    def setUp(self) -> None:
        super().setUp()
        self.peer, self.other = self.guest("gus", "public"), self.guest("eve", "public")
        self.peer.read()

    def heard(self) -> list[tuple[str, int, int, int]]:
        """What the other one heard: text, block, line and lines."""
        first = [each for each in self.other.read() if each["type"] == "said"]
        base = first[0]["seq"] if first else 0
        return [(e["text"], e.get("block", base - 1) - base, e.get("line", 0), e.get("lines", 0)) for e in first]

    def test_over_several_messages_is_one_block(self) -> None:
        self.peer.send(
            {"type": "say", "text": "a\nb", "lines": 3},
            {"type": "say", "text": "c", "lines": 2, "goes_on": True},
            {"type": "who"},
            {"type": "say", "text": "d\ne", "goes_on": True},
        )
        self.assertEqual(self.heard(), [(text, 0, line + 1, 5) for line, text in enumerate("abcde")])
        self.peer.ask("say", text="alone")
        self.assertEqual(self.heard(), [("alone", -1, 0, 0)])

    def test_also_where_time_goes_by_between_them(self) -> None:
        self.peer.ask("say", text="a", lines=1)
        self.server.advance(2)
        self.peer.ask("say", text="b", goes_on=True)
        self.assertEqual(self.heard(), [("a", 0, 1, 2), ("b", 0, 2, 2)])

    def test_what_goes_on_with_nothing_is_said_all_the_same(self) -> None:
        self.peer.ask("say", text="a", goes_on=True)
        self.assertEqual(self.heard(), [("a", -1, 0, 0)])

    def test_what_is_typed_is_no_part_of_one(self) -> None:
        self.peer.ask("say", text="a\nb", lines=5)
        self.peer.ask("typed", text="typed", room="public")
        self.assertEqual(self.heard(), [("a", 0, 1, 7), ("b", 0, 2, 7), ("typed", -1, 0, 0)])
        self.peer.ask("say", text="c", lines=2)
        self.peer.ask("typed", text="typed")
        self.peer.ask("say", text="d", goes_on=True)
        self.assertEqual(self.heard(), [("c", 0, 1, 3), ("typed", -1, 0, 0), ("d", -1, 0, 0)])

    def test_nothing_in_it_is_a_verb(self) -> None:
        self.peer.ask("say", text="/quit\nExit Chat\n//x\n/me waves")
        self.assertEqual([text for text, *_ in self.heard()], ["/quit", "Exit Chat", "//x", "/me waves"])

    def test_one_that_is_too_long_for_a_block_goes_on_in_another(self) -> None:
        self.furnish({"limits": {"flood": False}})
        self.peer, self.other = self.guest("gus", "public"), self.guest("eve", "public")
        self.peer.ask("say", text="a\n" * (LONGEST + 3))
        heard = self.heard()
        self.assertEqual(len(heard), LONGEST + 3)
        self.assertEqual(heard[LONGEST - 1], ("a", 0, LONGEST, LONGEST))
        self.assertEqual(heard[LONGEST], ("a", LONGEST, 1, 3))

    def test_a_refused_one_is_told_once(self) -> None:
        self.peer.ask("leave")
        (told,) = self.peer.ask("say", text="a\nb\nc", room="public", lines=4)
        self.assertEqual(told["error"], "not-in-room")
        self.assertEqual(self.peer.ask("say", text="d\ne", room="public", lines=2, goes_on=True), [])
        self.assertEqual([t["id"] for t in self.peer.ask("say", text="f", room="public", goes_on=True, id=4)], [4])
        (told,) = self.peer.ask("say", text="a\nb", room="public", id=5)
        self.assertEqual((told["error"], told["id"]), ("not-in-room", 5))
        self.assertEqual(self.heard(), [])

    def test_nor_is_the_rest_of_it_said(self) -> None:
        self.peer.ask("leave")
        for to in ({"id": 1}, {}):
            self.peer.ask("say", text="a", room="public", lines=2, **to)
            self.peer.ask("enter", room="public")
            self.peer.ask("say", text="b", room="public", lines=1, goes_on=True)
            self.assertEqual(
                self.peer.ask("say", text="c", room="public", goes_on=True, id=3)[0]["error"], "not-in-room"
            )
            self.assertEqual(texts(self.peer.ask("say", text="anew")), ["anew"])
            self.assertEqual([text for text, *_ in self.heard()], ["anew"])
            self.peer.ask("leave")

    def test_the_flood_rule_counts_it_as_one_line(self) -> None:
        lines = [f"line {number}" for number in range(LONGEST)]
        for start in range(0, LONGEST, 100):
            text = "\n".join(lines[start : start + 100])
            self.peer.ask("say", text=text, lines=LONGEST - start - 100, goes_on=start > 0)
        self.assertEqual([text for text, *_ in self.heard()], lines)

    def test_and_every_line_that_is_none(self) -> None:
        for number in range(FLOOD_LINES + 50):
            self.peer.ask("say", text=str(number), id=number)
        self.assertLessEqual(len(self.heard()), FLOOD_LINES)
        self.server.advance(50 / FLOOD_RATE + 1)
        self.peer.ask("version")
        self.assertEqual(texts(self.peer.objects), [str(number) for number in range(FLOOD_LINES + 50)])

    def test_it_counts_pieces_as_it_counts_lines_of_netcat(self) -> None:
        netcat = self.server.connect()
        netcat.send("guest net", "public")
        self.other.read()
        heard = []
        for each in range(2):
            for number in range(FLOOD_LINES):
                if each:
                    netcat.send(f"a{number}", "b")
                else:
                    self.peer.ask("say", text=f"a{number}\nb")
            heard.append(len(self.heard()))
        self.assertLess(max(heard), 2 * FLOOD_LINES)
        # What was asked for to come here counts too.
        self.assertAlmostEqual(heard[0], heard[1], delta=4)
