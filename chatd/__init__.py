"""chatd, chat rooms for anything that can open a TCP connection.

Imports run one way through the packages, from the parts that know sockets and files down to the chat itself::

    tap -> daemon -> life -> house -> frontends, stores, config -> dialogue -> session, verbs, transfers
        -> auth, roomlog, delivery, intake -> wire -> chat

``client`` stands beside them and imports only ``wire`` and ``chat``. tests/test_architecture.py holds these laws.
"""

__version__ = "1.0.0.dev0"
