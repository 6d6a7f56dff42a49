"""The operator's console: what each of its verbs does, from the house that it is put into.

Here live its conversation, one handler for each command of :mod:`chatd.chat.operating`, and the operator's log as the
console shows it. Not the socket (:mod:`chatd.frontends.console`), nor words (:mod:`chatd.wire.reporting`).
"""
