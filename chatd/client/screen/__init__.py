"""The full screen of the terminal: widgets that draw the model, and the loop that gives them keys and a size.

Nothing is decided here that a test without a terminal could not see in :mod:`chatd.client.model`.
"""
