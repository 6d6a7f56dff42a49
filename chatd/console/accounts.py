"""Accounts, from the console: they are made, disabled and removed, and get roles and passwords."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from chatd.auth import DISABLED, Account, NameTaken
from chatd.chat import events as e
from chatd.chat import operating as o
from chatd.chat.answers import Answer, Closing, Done, Refusal
from chatd.chat.names import closest, key
from chatd.chat.reports import AccountMade, AccountsMade, PasswordSet, RowRefused
from chatd.chat.user import ROLES
from chatd.console.conversation import ADDRESS
from chatd.console.passwords import readable
from chatd.dialogue.own_account import kept
from chatd.house import House
from chatd.outlet import Gone
from chatd.session import Session
from chatd.verbs.people import free_name

ROWS = "-"
"""Where rows come from: the console itself."""

END = "."
"""Ends them, as the end of input does."""

MOST_ROWS = 10_000


class Accounts:
    """Handlers for accounts."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._own = house.own_accounts

    # New ones

    async def add(self, session: Session, command: o.AddUser) -> Answer:
        """One, or one for each row."""
        self._check_kept()
        if command.source:
            return await self._add_rows(session, command.source)
        return await self._make(command.name)

    def _check_kept(self) -> None:
        if not self._house.authority.registers:
            raise Refusal("accounts-elsewhere")

    async def _make(self, name: str, row: int = 0) -> AccountMade:
        house = self._house
        shown = free_name(house.hub, house.stores.accounts, None, name)
        password = readable(house.world.token())
        hashed = await house.pool.hash(password)
        try:
            await kept(house.stores.accounts.add(Account(shown, hashed, created=house.world.now())))
        except NameTaken:
            raise Refusal("name-taken", shown) from None
        house.logs.append(f"@{shown}", e.Registered(shown), ADDRESS)
        return AccountMade(shown, password, row)

    async def _add_rows(self, session: Session, source: str) -> Answer:
        if source != ROWS:
            raise Refusal("file-is-yours", source)
        names = _names(await self._rows(session))
        if not names:
            raise Refusal("no-rows")
        made = 0
        for row, name in names:
            # Whoever is gone would never learn the passwords.
            await session.outlet.ready()
            try:
                session.tell(await self._make(name, row))
                made += 1
            except Refusal as refusal:
                session.tell(RowRefused(row, name, refusal.answer))
        return AccountsMade(made, len(names) - made)

    async def _rows(self, session: Session) -> list[str]:
        rows: list[str] = []
        with suppress(Gone):  # the end of input
            while len(rows) < MOST_ROWS and (row := await session.ask("row", "a row, or . to end:")).strip() != END:
                rows.append(row)
        return rows

    # Those that there are

    async def passwd(self, session: Session, command: o.Passwd) -> Answer:
        """Asked for twice; where nothing is given, one is made up."""
        self._own.named(command.name)
        question = f"new password of {command.name}, empty for one that is made up:"
        given = await session.ask("new-password", question, secret=True)
        again = await session.ask("new-password-again", "the same again:", secret=True) if given else ""
        if given != again:
            raise Refusal("passwords-differ")
        password = given or readable(self._house.world.token())
        hashed = await self._house.pool.hash(password)

        def change(account: Account) -> Account:
            return msgspec.structs.replace(account, password=DISABLED * account.is_disabled + hashed)

        account = await self._own.edit(command.name, change)
        return PasswordSet(account.name, "" if given else password)

    async def role(self, session: Session, command: o.Role) -> Answer:
        """Holds from now on, for whoever is here too."""
        role = command.role.casefold()
        if role not in ROLES:
            raise Refusal("bad-role", command.role, closest(role, ROLES))
        account = await self._own.edit(command.name, lambda account: msgspec.structs.replace(account, role=role))
        user = self._house.hub.users.get(key(account.name))
        if user is not None and not user.guest and user.role != role:
            user.role = role
            for other in self._house.sessions.of(user.name):
                other.tell(Done("your-role", role))
        return Done("role-given", f"{account.name} is {role} now")

    async def disable(self, session: Session, command: o.Disable) -> Answer:
        """All sessions end."""

        def change(account: Account) -> Account:
            if account.is_disabled:
                raise Refusal("is-disabled", account.name)
            return msgspec.structs.replace(account, password=DISABLED + account.password)

        account = await self._own.edit(command.name, change)
        self._end(Closing("account-disabled", account.name))
        return Done("disabled", account.name)

    async def enable(self, session: Session, command: o.Enable) -> Answer:
        """The password is what it was."""

        def change(account: Account) -> Account:
            if not account.is_disabled:
                raise Refusal("not-disabled", account.name)
            return msgspec.structs.replace(account, password=account.password.removeprefix(DISABLED))

        account = await self._own.edit(command.name, change)
        return Done("enabled", account.name)

    async def remove(self, session: Session, command: o.DelUser) -> Answer:
        """All sessions end, and nobody who comes under that name gets what was its."""
        account = self._own.named(command.name)
        await self._own.remove(account.name, ADDRESS)
        self._end(Closing("account-gone", account.name))
        return Done("unregistered", account.name)

    def _end(self, why: Closing) -> None:
        for other in self._house.sessions.of(why.about):
            if other.user is not None and not other.user.guest:
                other.end(why)


def _names(rows: list[str]) -> list[tuple[int, str]]:
    """The names in rows of CSV, and the number of the row of each, from 1.

    The first row may be a header, in which one column is called ``name``; else the first column has the names.
    """
    cells = [next(csv.reader([row]), []) for row in rows]
    header = [cell.strip().casefold() for cell in cells[0]] if cells else []
    column, start = (header.index("name"), 1) if "name" in header else (0, 0)
    named = ((number, row[column].strip() if column < len(row) else "") for number, row in enumerate(cells, 1))
    return [(number, name) for number, name in named if number > start and any(map(str.strip, cells[number - 1]))]


def handlers(accounts: Accounts) -> dict[type[o.Command], Callable[..., Any]]:
    """Which handler serves which command."""
    return {
        o.AddUser: accounts.add,
        o.Passwd: accounts.passwd,
        o.Role: accounts.role,
        o.Disable: accounts.disable,
        o.Enable: accounts.enable,
        o.DelUser: accounts.remove,
    }
