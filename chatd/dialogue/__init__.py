"""What the server asks, in which order: the conversation from the greeting to the rooms, as coroutines.

Only waits for the client end with the connection; what changes state runs to its end in the stores.
"""
