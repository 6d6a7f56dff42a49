"""The main menu: the conversation of a connection from the greeting to the goodbye."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred

from chatd.chat import requests as r
from chatd.chat.answers import Closing, Greeting, Lines, MainMenu, Refusal, Refused, Word
from chatd.chat.names import closest
from chatd.chat.user import User
from chatd.dialogue.prompt import Back
from chatd.dialogue.resume import Resume
from chatd.dialogue.rooms import rejoin
from chatd.dialogue.sign_in import Attempts, SignIn
from chatd.session import Session
from chatd.transfers.service import Transfers
from chatd.transfers.tickets import UNKNOWN
from chatd.verbs.dispatch import Dispatcher
from chatd.verbs.post import Post
from chatd.verbs.table import VERBS, Verb, fill, find

Done = Coroutine[Deferred[Any], Any, None]

NOBODY, GUEST, ACCOUNT = "nobody", "guest", "account"
_ALL = (NOBODY, GUEST, ACCOUNT)
_USERS = (GUEST, ACCOUNT)


class Item(NamedTuple):
    """A word of the menu, and to whom it is shown; whoever else says it is told why it is not for him.

    :param always: whether the menu has it each time, and not only when help is asked for
    """

    word: Word
    shown_to: tuple[str, ...]
    always: bool = True


def _verb(name: str, shown_to: tuple[str, ...] = _USERS, help: str = "", always: bool = True) -> Item:
    verb = _MENU_VERBS[name]
    return Item(Word(name, verb.arguments, help or verb.help), shown_to, always)


_MENU_VERBS: dict[str, Verb] = {verb.name: verb for verb in VERBS if verb.in_menu}

# Those that the menu always has come first, so that every number stands for the same word in the menu and in the help.
ITEMS = (
    Item(Word("login", "[NAME]", "log in"), (NOBODY,)),
    Item(Word("register", "[NAME]", "make an account"), (NOBODY, GUEST)),
    Item(Word("guest", "[NAME]", "look around without an account"), (NOBODY,)),
    Item(Word("public", "", "enter the public room"), _USERS),
    _verb("enter", help="enter a room"),
    Item(Word("rejoin", "", "enter the rooms of your last session"), (ACCOUNT,)),
    _verb("create", (ACCOUNT,)),
    _verb("rooms"),
    _verb("who", help="who is here, or in a room"),
    _verb("msg"),
    Item(Word("logout", "", "log out, and stay connected"), _USERS),
    _verb("quit", _ALL, "disconnect"),
    Item(Word("help", "", "all words there are"), _ALL),
    _verb("delete", (ACCOUNT,), always=False),
    _verb("info", _ALL, always=False),
    _verb("whois", always=False),
    _verb("status", always=False),
    _verb("search", always=False),
    _verb("more", always=False),
    Item(Word("password", "", "change your password"), (ACCOUNT,), always=False),
    Item(Word("unregister", "", "give your account up"), (ACCOUNT,), always=False),
    Item(Word("resume", "CODE [ROOM=NUMBER]", "go on with a session, by a code from /resume"), (NOBODY,), always=False),
    Item(Word("put", "TICKET [SIZE]", "give a file, by a ticket from /send"), _ALL, always=False),
    Item(Word("get", "TICKET [OFFSET]", "fetch a file, by a ticket from /get"), _ALL, always=False),
    _verb("format", _ALL, always=False),
    _verb("motd", _ALL, always=False),
    _verb("version", _ALL, always=False),
)

_ALL_WORDS = {state: tuple(item.word for item in ITEMS if state in item.shown_to) for state in _ALL}
_SHOWN_WORDS = {state: tuple(item.word for item in ITEMS if state in item.shown_to and item.always) for state in _ALL}


class Menu:
    """Leads sessions through the menu.

    :param post: has what came for a user meanwhile
    :param motd: gives the lines of the message of the day
    :param arrived: called with each session that has become somebody's, when that is told
    """

    def __init__(
        self,
        sign_in: SignIn,
        resume: Resume,
        dispatcher: Dispatcher,
        transfers: Transfers,
        post: Post,
        last_rooms: Mapping[str, tuple[str, ...]],
        greeting: Greeting,
        motd: Callable[[], tuple[str, ...]],
        arrived: Callable[[Session], None],
    ) -> None:
        self.sign_in = sign_in
        self.resume = resume
        self.post = post
        self.dispatcher = dispatcher
        self.transfers = transfers
        self.last_rooms = last_rooms
        self.greeting = greeting
        self.motd = motd
        self.arrived = arrived

    def converse(self, session: Session) -> Done:
        """Lead ``session`` from the greeting until the connection or the conversation ends.

        :raises Gone: (in the coroutine) then
        """
        return _Conversation(self, session).run()


def _state(user: User | None) -> str:
    return NOBODY if user is None else GUEST if user.guest else ACCOUNT


class _Conversation:
    """One connection's way through the menu."""

    __slots__ = ("attempts", "menu", "session")

    def __init__(self, menu: Menu, session: Session) -> None:
        self.menu = menu
        self.session = session
        self.attempts = Attempts()

    async def run(self) -> None:
        """Until the connection or the conversation ends."""
        if self.session.only_tickets:
            self.session.tell(Refused("too-many-connections"))
        else:
            self._greet()
        while True:
            await self._choose(await self.session.ask("choose", "choose:"))
            if self.session.rooms:
                await self.session.in_rooms()
                self._show_menu()

    def _greet(self) -> None:
        self.session.tell(self.menu.greeting)
        if self.menu.motd():
            self.session.tell(Lines(self.menu.motd()))
        self._show_menu()

    async def _choose(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        user = self.session.user
        try:
            await self._obey(self._by_number(word), rest.strip())
        except Refusal as refusal:
            self.session.tell(refusal.answer)
        except Back:
            pass
        if self.session.user is not user and not self.session.rooms:
            self.menu.arrived(self.session)
            await self.menu.post.hand_over(self.session)
            self._show_menu()

    async def _obey(self, word: str, rest: str) -> None:
        if self.session.only_tickets and word not in ("put", "get"):
            self.session.end(Closing("too-many-connections"))
        elif not word:
            pass  # Only the question again: a flood of line feeds must not bring a flood of menus.
        elif word in _WORDS:
            await _WORDS[word](self, rest)
        elif word in _MENU_VERBS:
            await self.do(fill(_MENU_VERBS[word], rest))
        elif word.startswith("/") and (verb := find(word[1:])) is not None and not verb.in_menu:
            raise Refusal("room-verb", verb.name)
        else:
            raise Refusal("unknown-word", near=closest(word, (known.word for known in self.words())))

    def words(self) -> tuple[Word, ...]:
        """All words that there are for whoever this is now."""
        return _ALL_WORDS[_state(self.session.user)]

    def _show_menu(self) -> None:
        self.session.tell(MainMenu(_SHOWN_WORDS[_state(self.session.user)]))

    def _by_number(self, word: str) -> str:
        if word.isdecimal() and len(word) < 4:
            words = self.words()
            if 0 < int(word) <= len(words):
                return words[int(word) - 1].word
        return word.casefold()

    async def do(self, request: r.Request) -> None:
        """Do what one may ask for in a room too."""
        await self.menu.dispatcher.do(self.session, request)

    async def put(self, rest: str) -> None:
        """Take the file that follows, or may follow."""
        # What follows may be the file, so whatever comes of it, no line is taken any more.
        try:
            ticket, size = _two(rest, "put TICKET [SIZE]")
            await self.menu.transfers.put(ticket, self.session.peer, UNKNOWN if size is None else size)
        except Refusal as refusal:
            self.session.tell(refusal.answer)
        self.session.end(Closing("transfer"))

    async def get(self, rest: str) -> None:
        """Send a file."""
        ticket, offset = _two(rest, "get TICKET [OFFSET]")
        await self.menu.transfers.get(ticket, offset or 0, self.session.peer)
        self.session.end(Closing("transfer"))


def _two(rest: str, usage: str) -> tuple[str, int | None]:
    words = rest.split()
    if not 1 <= len(words) <= 2 or not all(word.isdecimal() and len(word) < 19 for word in words[1:]):
        raise Refusal("usage", usage)
    return words[0], int(words[1]) if len(words) > 1 else None


async def _help(conversation: _Conversation, rest: str) -> None:
    conversation.session.tell(MainMenu(conversation.words()))


_WORDS: dict[str, Callable[[_Conversation, str], Done]] = {
    "login": lambda c, rest: c.menu.sign_in.log_in(c.session, c.attempts, rest),
    "oldest": lambda c, rest: c.menu.sign_in.oldest(c.session, c.attempts),
    "register": lambda c, rest: c.menu.sign_in.register(c.session, rest),
    "guest": lambda c, rest: c.menu.sign_in.guest(c.session, rest),
    "public": lambda c, rest: c.do(r.Enter("public")),
    "rejoin": lambda c, rest: rejoin(c.session, c.menu.last_rooms, c.do),
    "password": lambda c, rest: c.menu.sign_in.own.password(c.session),
    "unregister": lambda c, rest: c.menu.sign_in.unregister(c.session),
    "resume": lambda c, rest: c.menu.resume.resume(c.session, c.attempts, rest),
    "logout": lambda c, rest: c.menu.sign_in.log_out(c.session),
    "put": _Conversation.put,
    "get": _Conversation.get,
    "help": _help,
}
"""What the words of the menu do that are no verbs."""
