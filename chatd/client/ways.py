"""The ways in which the program is run: what each of them is put together from."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure

from chatd.client import transfers
from chatd.client.conversation import Conversation, Display, Echoing
from chatd.client.drops import Drops
from chatd.client.errand import Errand, Following, Work, fetching, giving
from chatd.client.files import Gift, NotGiven, gift
from chatd.client.gate import Gate
from chatd.client.link import Link
from chatd.client.model.desk import Desk
from chatd.client.model.rows import Clockface
from chatd.client.outcome import Finish, Status
from chatd.client.printer import Printer
from chatd.client.program import Program
from chatd.client.resumption import Resumption
from chatd.client.script import Script
from chatd.client.sign_in import SignIn
from chatd.client.words import Words

if TYPE_CHECKING:
    from urwid import Widget

    from chatd.client.screen.stage import Stage


def begin(program: Program) -> None:
    """In the way that the options ask for."""
    options = program.options
    if options.is_errand:
        _errand(program)
    elif not program.is_person:
        _script(program)
    elif options.plain:
        _lines(program)
    else:
        _full_screen(program)


def _lines(program: Program) -> None:
    printer = Printer(program.screen, Words())
    program.tell = printer.tell
    conversation = _conversation(program, Gate(program.reactor), printer, program.echo, None)
    program.keyboard.typist = conversation
    program.keyboard.resumeProducing()
    program.connect(conversation)


def _full_screen(program: Program) -> None:
    # Imported here, so that lines and scripts do without it.
    from chatd.client.fullscreen import FullScreen  # noqa: PLC0415
    from chatd.client.screen.palette import chosen  # noqa: PLC0415
    from chatd.client.screen.stage import Stage  # noqa: PLC0415

    reactor, options = program.reactor, program.options
    gate = Gate(reactor)
    desk = Desk(str(options.address), Clockface(), Words())
    theme = chosen(options.theme, os.environ)

    def stage(window: Widget, press: Callable[[str], None]) -> Stage:
        program.stage = Stage(reactor, window, press, theme)
        return program.stage

    full = FullScreen(reactor, desk, gate, stage, lambda: program.finish(Status.DONE, ""))
    full.conversation = _conversation(program, gate, full, full, lambda status, sentence: full.cut(sentence))
    program.tell = full.tell
    assert program.stage is not None
    program.stage.start()
    Link(reactor, program.server, full.conversation, random.random, full.connection, program.unreachable).start()


def _conversation(program: Program, gate: Gate, display: Display, echo: Echoing, cut: Finish | None) -> Conversation:
    reactor, options = program.reactor, program.options
    resumption = Resumption()
    put, get = _moving(program)
    return Conversation(
        display,
        echo,
        SignIn(options, persistent=True, resumption=resumption),
        resumption,
        gate,
        lambda say, tell: Drops(reactor, gate, put, get, say, tell, deferToThread, options.fetch, display.progressed),
        program.finish,
        cut,
        str(options.address),
    )


def _moving(program: Program) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """What sends and what fetches a file."""
    put = partial(transfers.put, program.dial, program.reactor)
    return put, partial(transfers.get, program.dial, program.reactor, folder=program.options.downloads)


def _script(program: Program) -> None:
    sign_in = SignIn(program.options, persistent=False)
    address = str(program.options.address)
    script = Script(program.reactor, program.keyboard, sign_in, Words(), program.finish, address)
    program.keyboard.typist = script
    program.connect(script)


def _errand(program: Program) -> None:
    options, show, finish = program.options, program.screen.line, program.finish
    put, get = _moving(program)
    if options.follow:
        _run(program, Following(show, Words(), options.json), comes_back=True)
    elif options.get:
        _run(program, fetching(options.get, get, show, finish))
    else:
        _give(program, put)


def _give(program: Program, put: Callable[..., Any]) -> None:
    try:
        given = gift(f"Send: {program.options.send}")
    except NotGiven as refusal:
        program.finish(Status.USAGE, str(refusal))
        return
    assert given is not None

    def go(sha256: str, given: Gift = given) -> None:
        _run(program, giving(given, sha256, put, program.screen.line, program.finish))

    def fail(failure: Failure) -> None:
        failure.trap(NotGiven)
        program.finish(Status.USAGE, str(failure.value))

    deferToThread(given.digest, lambda: program.is_over).addCallbacks(go, fail)


def _run(program: Program, work: Work, comes_back: bool = False) -> None:
    resumption = Resumption()
    sign_in = SignIn(program.options, persistent=False, resumption=resumption)
    address = str(program.options.address)
    cut = (lambda: None) if comes_back else None
    errand = Errand(sign_in, resumption, Words(), work, program.finish, cut, address)
    if not comes_back:
        program.connect(errand)
        return
    told: Callable[[str, bool], None] = lambda state, stands: None  # noqa: E731
    Link(program.reactor, program.server, errand, random.random, told, program.unreachable).start()
