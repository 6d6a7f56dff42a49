"""The files that people give each other, on their way: tickets, and the raw bytes that go under them.

No sockets live here and no files: bytes come from a :class:`~chatd.transfers.peer.Peer` and go to a
:class:`~chatd.transfers.spool.Spool`, or the other way round. Of any file no more than one piece is in memory.
"""
