"""Names that are nobody's: the closest ones are told, be they here or not."""

from __future__ import annotations

from chatd.chat import requests as r
from tests.behaviour.drivers import Driver
from tests.behaviour.scene import Scene, on_every_frontend


@on_every_frontend
class UnknownNames(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.account("robert").choose("logout")
        self.alice = self.account("alice")
        self.alice.do(r.Create("lab"), r.Enter("lab"))

    def assert_near(self, error: str, about: str, near: str, *requests: r.Request) -> None:
        for request in requests:
            self.alice.forget()
            self.alice.do(request)
            self.alice.expect_refused(error, about, near=(near,))

    def test_who_is_not_here_is_suggested(self) -> None:
        name = "robret"
        asked = (r.Whois(name), r.Message(name, "hi"), r.Ignore(name), r.Mute(name), r.Ban(name))
        self.assert_near("no-such-user", name, "robert", *asked)
        self.alice.answer(f"/history @{name}")
        self.alice.expect_refused("no-such-user", name, near=("robert",))

    def test_who_has_an_account_is_suggested(self) -> None:
        asked = (r.Invite("robret"), r.Voice("robret"), r.Access("owner", "robret"))
        self.assert_near("no-such-account", "robret", "robert", *asked)

    def test_who_is_on_a_list_is_suggested(self) -> None:
        self.alice.do(r.Invite("robert"), r.Voice("robert"), r.Ignore("robert"))
        self.assert_near("not-invited", "rob", "robert", r.Uninvite("rob"))
        self.assert_near("no-voice", "rob", "robert", r.Unvoice("rob"))
        self.assert_near("not-ignored", "rob", "robert", r.Unignore("rob"))
