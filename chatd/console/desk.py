"""The console put together: every handler, and the factory of its connections."""

from __future__ import annotations

from chatd import __version__
from chatd.chat.answers import Greeting
from chatd.console import accounts, keeping, people, running
from chatd.console.conversation import Console
from chatd.console.ring import Ring
from chatd.console.status import Survey
from chatd.console.steering import Steering
from chatd.frontends.console import NAME, OwnersOnly
from chatd.frontends.door import Keeper
from chatd.frontends.line import LineFactory, Route
from chatd.house import House
from chatd.outlet import Renderer
from chatd.session import Handling, Session
from chatd.watchdog import Lag
from chatd.wire.jsonlines import JsonLines
from chatd.wire.prose import Prose


def console(house: House, ring: Ring, lag: Lag, steering: Steering, archive: keeping.Archive) -> Console:
    """The console of ``house``."""
    survey = Survey(house, lag, house.world.now())
    handlers = {
        **running.handlers(running.Running(survey, ring, steering)),
        **people.handlers(people.People(house)),
        **accounts.handlers(accounts.Accounts(house)),
        **keeping.handlers(keeping.Keeping(house, archive)),
    }
    renderers: dict[str, Renderer] = {"text": Prose(raw=True), "json": JsonLines()}
    return Console(handlers, Greeting(house.config.server.name, __version__), renderers)


def factory(house: House, console: Console, keeper: Keeper | None = None) -> LineFactory:
    """Makes the connections of ``console``, which end with all others; their lines never wait."""
    limits = house.config.limits
    route = Route(house.intake, house.delivery, console.converse, _in_no_room, Prose(raw=True))
    keeper = keeper or OwnersOnly()
    made = LineFactory(house.world.clock, route, keeper, False, limits.line_bytes, limits.queue_bytes, NAME)
    house.factories.append(made)
    return made


def _in_no_room(session: Session, line: str) -> Handling | None:
    raise AssertionError("the console is in no room")
