"""The web frontend: the site with the page and its files, and what speaks on a WebSocket.

Everything that is of HTTP alone stands here, and no rule of the chat: who may do what is asked where every other kind
of listener asks it.
"""
