"""The post: what cannot be told now is on disk before that is said, and gone only when it has been told."""

from __future__ import annotations

from twisted.internet.defer import Deferred, fail, succeed

from chatd.auth import Account
from chatd.chat import events as e
from chatd.chat.answers import Refused
from chatd.chat.hub import Hub
from chatd.chat.letters import MOST_WAITING, Letter
from chatd.chat.user import USER, User
from chatd.outlet import Gone
from chatd.verbs.post import Post
from tests.accounts import HASH, MemoryAccounts
from tests.connections import SessionTestCase
from tests.refusing import refusal


class SlowStore:
    """Implements :class:`chatd.verbs.post.LetterStore`; work is done when a test says so."""

    def __init__(self) -> None:
        self.kept: dict[int, Letter] = {}
        self.work: list[tuple[Deferred[None], Letter]] = []

    def all(self) -> list[Letter]:
        return list(self.kept.values())

    def save(self, letter: Letter) -> Deferred[None]:
        done: Deferred[None] = Deferred()
        self.work.append((done, letter))
        return done

    def remove(self, letter: Letter) -> Deferred[None]:
        if letter.id not in self.kept:
            return fail(KeyError(letter.id))
        del self.kept[letter.id]
        return succeed(None)

    def finish(self) -> None:
        done, letter = self.work.pop(0)
        self.kept[letter.id] = letter
        done.callback(None)


class PostTests(SessionTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.store = SlowStore()
        self.here: set[str] = set()
        self.hub = Hub()
        accounts = MemoryAccounts(Account("Bob", HASH, created=0))
        self.post = Post(self.hub, accounts, self.store, self.here.__contains__, lambda: 1000)
        self.session.user = User("Bob", False, USER, 0)

    def write(self, text: str, to: str = "Bob") -> e.Private:
        event = e.Private("alice", to, text)
        self.post.note(e.Entry(f"@{to}", 1, 1000, event))
        return event

    def hand_over(self) -> Deferred[None]:
        return self.begin(self.post.hand_over(self.session))

    def test_nothing_is_said_to_be_kept_before_it_is(self) -> None:
        kept = self.begin(self.post.is_kept(self.write("one")))
        self.assertNoResult(kept)
        self.store.finish()
        self.assertTrue(self.successResultOf(kept))

    def test_what_could_not_be_kept_is_not_said_to_be(self) -> None:
        first, second = self.write("one"), self.write("two")
        kept = [self.begin(self.post.is_kept(event)) for event in (first, second)]
        done, _ = self.store.work.pop(0)
        done.errback(OSError("full"))
        self.store.finish()
        self.assertEqual([self.successResultOf(each) for each in kept], [False, True])
        self.flushLoggedErrors(OSError)

    def test_who_comes_while_one_is_written_gets_it_too(self) -> None:
        self.write("one")
        handed = self.hand_over()
        self.assertNoResult(handed)
        self.store.finish()
        self.successResultOf(handed)
        (told,) = self.alice.lines()
        self.assertTrue(told.endswith("<alice> one"), told)
        self.assertEqual(self.store.all(), [])

    def test_only_for_accounts_that_would_not_be_told(self) -> None:
        self.here.add("bob")
        self.write("one")
        self.here.clear()
        self.write("two", to="gus")
        self.post.note(e.Entry("@alice", 1, 1000, e.Private("alice", "Bob", "her own copy")))
        self.assertEqual(self.store.work, [])

    def test_what_is_not_told_is_kept(self) -> None:
        for text in ("one", "two"):
            self.write(text)
            self.store.finish()
        self.session.outlet.lost()
        self.failureResultOf(self.hand_over(), Gone)
        self.assertEqual([letter.id for letter in self.store.all()], [1, 2])

    def test_a_slow_reader_has_each_before_it_is_forgotten(self) -> None:
        for text in ("x" * 200, "two", "three"):
            self.write(text)
            self.store.finish()
        self.alice.wire.stop_reading()
        handed = self.hand_over()
        self.assertNoResult(handed)
        self.assertEqual(len(self.store.all()), 3)
        self.alice.wire.read()
        self.successResultOf(handed)
        self.assertEqual([line[-3:] for line in self.alice.lines()], ["xxx", "two", "ree"])
        self.assertEqual(self.store.all(), [])

    def test_those_under_way_are_counted(self) -> None:
        for _ in range(MOST_WAITING - 1):
            self.write("x")
            self.store.finish()
        with self.post.room_for_one("bob"):
            told = refusal(self, self.post.room_for_one("BOB").__enter__)
            self.assertEqual(told, Refused("mailbox-full", "BOB", limit=MOST_WAITING))
        with self.post.room_for_one("bob"):
            pass

    def test_what_is_for_nobody_any_more_is_cleaned_up(self) -> None:
        self.store.kept[5] = Letter(5, e.Entry("@gone", 1, 1000, e.Private("alice", "gone", "x")))
        post = Post(self.hub, MemoryAccounts(), self.store, self.here.__contains__, lambda: 1000)
        post.clean_up()
        self.assertEqual(self.store.all(), [])
