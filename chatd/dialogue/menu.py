"""The main menu: the conversation of a connection from the greeting to the goodbye."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred

from chatd.chat import requests as r
from chatd.chat.answers import Closing, Greeting, Lines, MainMenu, Refusal, Word
from chatd.chat.names import closest
from chatd.dialogue.prompt import Back
from chatd.dialogue.resume import Resume
from chatd.dialogue.rooms import rejoin
from chatd.dialogue.sign_in import Attempts, SignIn
from chatd.session import Session
from chatd.transfers.service import Transfers
from chatd.transfers.tickets import UNKNOWN
from chatd.verbs.dispatch import Dispatcher
from chatd.verbs.post import Post
from chatd.verbs.table import VERBS, Verb, fill

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


class Menu:
    """Leads sessions through the menu.

    :param post: has what came for a user meanwhile
    :param motd: gives the lines of the message of the day
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
    ) -> None:
        self.sign_in = sign_in
        self.resume = resume
        self.post = post
        self.dispatcher = dispatcher
        self.transfers = transfers
        self.last_rooms = last_rooms
        self.greeting = greeting
        self.motd = motd

    async def converse(self, session: Session) -> None:
        """Lead ``session`` from the greeting until the connection or the conversation ends.

        :raises Gone: then
        """
        await _Conversation(self, session).run()


class _Conversation:
    """One connection's way through the menu."""

    def __init__(self, menu: Menu, session: Session) -> None:
        self._menu = menu
        self._session = session
        self._attempts = Attempts()
        sign_in = menu.sign_in
        self._words: dict[str, Callable[[str], Done]] = {
            "login": lambda rest: sign_in.log_in(session, self._attempts, rest),
            "oldest": lambda rest: sign_in.oldest(session, self._attempts),
            "register": lambda rest: sign_in.register(session, rest),
            "guest": lambda rest: sign_in.guest(session, rest),
            "public": lambda rest: self._do(r.Enter("public")),
            "rejoin": lambda rest: rejoin(session, menu.last_rooms, self._do),
            "password": lambda rest: sign_in.password(session),
            "unregister": lambda rest: sign_in.unregister(session),
            "resume": lambda rest: menu.resume.resume(session, self._attempts, rest),
            "logout": lambda rest: sign_in.log_out(session),
            "put": self._put,
            "get": self._get,
            "help": self._help,
        }

    async def run(self) -> None:
        """Until the connection or the conversation ends."""
        self._session.tell(self._menu.greeting)
        if self._menu.motd():
            self._session.tell(Lines(self._menu.motd()))
        self._show_menu()
        while True:
            await self._choose()
            if self._session.rooms:
                await self._session.in_rooms()
                self._show_menu()

    async def _choose(self) -> None:
        line = (await self._session.ask("choose", "choose:")).strip()
        word, _, rest = line.partition(" ")
        user = self._session.user
        try:
            await self._obey(self._by_number(word), rest.strip())
        except Refusal as refusal:
            self._session.tell(refusal.answer)
        except Back:
            pass
        if self._session.user is not user and not self._session.rooms:
            await self._menu.post.hand_over(self._session)
            self._show_menu()

    async def _obey(self, word: str, rest: str) -> None:
        if not word:
            self._show_menu()
        elif word in self._words:
            await self._words[word](rest)
        elif word in _MENU_VERBS:
            await self._do(fill(_MENU_VERBS[word], rest))
        else:
            raise Refusal("unknown-word", near=closest(word, (item.word for item in self._items())))

    def _show_menu(self) -> None:
        self._session.tell(MainMenu(tuple(self._items(always_only=True))))

    def _items(self, always_only: bool = False) -> list[Word]:
        user = self._session.user
        state = NOBODY if user is None else GUEST if user.guest else ACCOUNT
        return [i.word for i in ITEMS if state in i.shown_to and (i.always or not always_only)]

    def _by_number(self, word: str) -> str:
        items = self._items()
        if word.isdecimal() and len(word) < 4 and 0 < int(word) <= len(items):
            return items[int(word) - 1].word
        return word.casefold()

    async def _do(self, request: r.Request) -> None:
        await self._menu.dispatcher.do(self._session, request)

    async def _help(self, rest: str) -> None:
        self._session.tell(MainMenu(tuple(self._items())))

    async def _put(self, rest: str) -> None:
        # What follows may be the file, so whatever comes of it, no line is taken any more.
        try:
            ticket, size = _two(rest, "put TICKET [SIZE]")
            await self._menu.transfers.put(ticket, self._session.peer, UNKNOWN if size is None else size)
        except Refusal as refusal:
            self._session.tell(refusal.answer)
        self._session.end(Closing("transfer"))

    async def _get(self, rest: str) -> None:
        ticket, offset = _two(rest, "get TICKET [OFFSET]")
        await self._menu.transfers.get(ticket, offset or 0, self._session.peer)
        self._session.end(Closing("transfer"))


def _two(rest: str, usage: str) -> tuple[str, int | None]:
    words = rest.split()
    if not 1 <= len(words) <= 2 or not all(word.isdecimal() and len(word) < 19 for word in words[1:]):
        raise Refusal("usage", usage)
    return words[0], int(words[1]) if len(words) > 1 else None
