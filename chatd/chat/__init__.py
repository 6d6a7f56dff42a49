"""The chat itself: names, what is said, rooms, and the rules between people.

No Twisted, no sockets, no files and no clock of its own live here; everything is a value or a small class that a test
can use alone. Requests come in, events and answers go out.
"""
