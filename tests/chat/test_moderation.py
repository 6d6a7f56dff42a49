"""Bans and mutes: whom they concern, where, and until when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refused
from chatd.chat.moderation import BAN, MUTE, SERVER, Ban, Bans, covers, network
from chatd.chat.moments import Moment
from tests.refusing import refusal

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.7"


def ban(number: int = 1, kind: str = BAN, who: str = "", address: str = "", where: str = "lab", until: int = 0) -> Ban:
    return Ban(number, kind, who, address, where, "alice", until, "noise", 1)


class NetworkTests(SynchronousTestCase):
    def test_one_way_of_writing(self) -> None:
        for given_, written in {
            "192.0.2.7": "192.0.2.7/32",
            "192.0.2.7/24": "192.0.2.0/24",
            "192.0.2.0/255.255.255.0": "192.0.2.0/24",
            "2001:DB8::7": "2001:db8::7/128",
            "2001:db8::7/32": "2001:db8::/32",
            "::ffff:192.0.2.7": "192.0.2.7/32",
        }.items():
            self.assertEqual(network(given_), written)

    def test_names_are_none(self) -> None:
        for text in ("bob", "", "192.0.2", "192.0.2.7/33", "192.0.2.256", "a::b::c", "unix", "7"):
            self.assertIs(network(text), None)

    def test_an_address_is_in_it_or_not(self) -> None:
        for net, address, inside in (
            ("192.0.2.0/24", HERE, True),
            ("192.0.2.0/24", ELSEWHERE, False),
            ("2001:db8::/32", "2001:db8::1", True),
            ("fe80::/10", "fe80::1%eth0", True),
            ("192.0.2.0/24", "2001:db8::1", False),
            ("0.0.0.0/0", "unix", False),
        ):
            self.assertIs(covers(net, address), inside)

    @given(st.ip_addresses())
    def test_every_address_is_in_its_own_network(self, address: object) -> None:
        net = network(str(address))
        assert net is not None
        self.assertTrue(covers(net, str(address)))
        self.assertEqual(network(net), net)


class BansTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.now = 1000
        self.bans = Bans(lambda: self.now)

    def found(self, name: str = "bob", guest: bool = False, address: str = HERE, where: str = "LAB") -> bool:
        return self.bans.find(BAN, where, name, guest, address) is not None

    def test_a_name_is_found_in_any_case_and_from_anywhere(self) -> None:
        self.bans.add(ban(who="Bob"))
        self.assertTrue(self.found("BOB", address=ELSEWHERE))
        self.assertFalse(self.found("bib"))
        self.assertFalse(self.found(where="den"))
        self.assertFalse(self.found(where=SERVER))

    def test_an_address_alone_concerns_everybody(self) -> None:
        self.bans.add(ban(address="192.0.2.0/24"))
        self.assertTrue(self.found("x") and self.found("y", guest=True) and self.found(""))
        self.assertFalse(self.found(address=ELSEWHERE))

    def test_a_guests_address_concerns_guests(self) -> None:
        self.bans.add(ban(who="bob", address="192.0.2.7/32"))
        self.assertTrue(self.found("other", guest=True))
        self.assertFalse(self.found("other"))
        self.assertTrue(self.found("bob", address=ELSEWHERE))

    def test_a_mute_is_no_ban(self) -> None:
        self.bans.add(ban(kind=MUTE, who="bob"))
        self.assertFalse(self.found())

    def test_it_is_over_by_the_clock(self) -> None:
        self.bans.add(ban(who="bob", until=1001))
        self.assertTrue(self.found())
        self.assertEqual(self.bans.over(), [])
        self.now = 1001
        self.assertFalse(self.found())
        self.assertEqual(self.bans.over(), [ban(who="bob", until=1001)])
        self.assertEqual(self.bans.holding("lab"), [])

    def test_those_at_one_place_are_listed_in_order(self) -> None:
        kept = [ban(3, who="c"), ban(1, MUTE, who="a"), ban(2, who="b", where="den"), ban(4, who="d", where=SERVER)]
        self.bans.load(kept)
        self.assertEqual([one.id for one in self.bans.holding("Lab")], [1, 3])
        self.assertEqual([one.id for one in self.bans.holding(SERVER)], [4])
        self.assertEqual([one.id for one in self.bans.of_room("lab")], [3, 1])
        self.assertEqual(self.bans.next_id(), 5)

    def test_they_are_found_for_lifting_by_what_was_given(self) -> None:
        guest, net = ban(1, who="Bob", address="192.0.2.7/32"), ban(2, address="192.0.2.0/24")
        self.bans.load([guest, net])
        self.assertEqual(self.bans.about(BAN, "lab", "bob"), [guest])
        self.assertEqual(self.bans.about(BAN, "lab", "192.0.2.9/24"), [net])
        self.assertEqual(self.bans.about(BAN, "lab", "192.0.2.7"), [])
        self.assertEqual(self.bans.about(MUTE, "lab", "bob"), [])

    def test_one_that_is_removed_is_gone_for_good(self) -> None:
        self.bans.add(ban(who="bob"))
        for _ in range(2):
            self.bans.remove(ban(who="bob"))
        self.assertEqual((self.bans.all(), self.found()), ([], False))

    def test_two_about_the_same_are_known_as_such(self) -> None:
        self.assertTrue(ban(1, who="Bob").same_subject(ban(2, who="bob", address="192.0.2.7/32", where="LAB", until=7)))
        for other in (ban(who="bib"), ban(kind=MUTE, who="bob"), ban(who="bob", where="den"), ban(address="::1/128")):
            self.assertFalse(ban(who="bob").same_subject(other))

    def test_what_is_refused_says_why_and_until_when(self) -> None:
        self.bans.load([ban(who="bob", until=2000), ban(2, who="bob", where=SERVER)])
        told = refusal(self, self.bans.check, "lab", "bob", False, HERE)
        self.assertEqual(told, Refused("banned", "lab", why="noise", until=Moment(2000)))
        told = refusal(self, self.bans.check_server, "bob", False, HERE)
        self.assertEqual(told, Refused("server-banned", why="noise"))
        self.bans.check("den", "bob", False, HERE)
        self.bans.check_server("bib", False, HERE)
