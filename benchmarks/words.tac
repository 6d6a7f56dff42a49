"""``twistd words`` as a benchmark needs it: channels are made when they are entered, and everybody is let in."""

from pathlib import Path

from twisted.application.internet import TCPServer
from twisted.application.service import Application
from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.credentials import IUsernamePassword
from twisted.cred.portal import Portal
from twisted.internet.defer import succeed
from twisted.words.service import InMemoryWordsRealm, IRCFactory, IRCUser
from zope.interface import implementer


@implementer(ICredentialsChecker)
class LetIn:
    """Any name with any password."""

    credentialInterfaces = (IUsernamePassword,)

    def requestAvatarId(self, credentials):
        return succeed(credentials.username)


# It fails on a PING that comes before a name.
IRCUser.name = "unknown"
realm = InMemoryWordsRealm("bench.local")
realm.createGroupOnRequest = True
realm.createUserOnRequest = True
application = Application("words")
server = TCPServer(int(Path("port").read_text()), IRCFactory(realm, Portal(realm, [LetIn()])), interface="127.0.0.1")
server.setServiceParent(application)
