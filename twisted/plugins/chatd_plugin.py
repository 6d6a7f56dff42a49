"""What twistd finds: the service ``chatd``, and the credential checker ``csv:`` for its ``--auth``.

Every twistd on a machine imports this module, whatever it runs, so nothing of chatd is imported here before it is used.
"""

from __future__ import annotations

from twisted.application.service import ServiceMaker
from twisted.cred.strcred import ICheckerFactory
from twisted.plugin import IPlugin
from zope.interface import directlyProvides

chatd = ServiceMaker("chatd", "chatd.tap", "Chat rooms for anything that can open a TCP connection.", "chatd")


class _CsvCheckerFactory:
    """Stands for :class:`chatd.auth.CsvCheckerFactory` until somebody asks it something."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # zope.interface looks for its hooks
            raise AttributeError(name)
        from chatd.auth import CsvCheckerFactory  # noqa: PLC0415 - see above

        return getattr(CsvCheckerFactory(), name)


csv = _CsvCheckerFactory()
directlyProvides(csv, IPlugin, ICheckerFactory)
