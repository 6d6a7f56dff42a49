"""What users can have done: the table of verbs, and one handler for each request, whichever frontend it came by.

A handler gets the session and the request. It gives the answer, or None where the answer comes back from a log, or a
coroutine of either; it raises a :class:`chatd.chat.answers.Refusal` for what is not done.
"""
