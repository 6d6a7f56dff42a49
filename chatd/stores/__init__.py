"""What is kept on disk: accounts, rooms, the journal and the files that people give each other.

Every store implements an interface that stands beside its caller (``auth.Accounts``, ``roomlog.Journal``,
``transfers.Spool`` and so on). A store changes disk and memory together, and knows nothing of sessions.
"""
