"""Questions whose empty answer leads back to the menu."""

from __future__ import annotations

from chatd.session import Session


class Back(Exception):
    """An empty answer: back to the menu."""


async def ask(session: Session, name: str, text: str) -> str:
    """The answer, without the white space around it.

    :raises Back: it is empty
    :raises Gone: the connection has ended
    """
    answer = (await session.ask(name, text)).strip()
    if not answer:
        raise Back
    return answer


async def ask_secret(session: Session, name: str, text: str) -> str:
    """The secret, as it came.

    :raises Back: it is empty
    :raises Gone: the connection has ended
    """
    answer = await session.ask(name, f"{text}:", secret=True)
    if not answer:
        raise Back
    return answer


async def ask_new_password(session: Session) -> tuple[str, bool]:
    """A new password, asked twice; and whether both were the same.

    :raises Back: one of the answers is empty
    :raises Gone: the connection has ended
    """
    password = await ask_secret(session, "new-password", "new password")
    return password, password == await ask_secret(session, "new-password-again", "new password again")
