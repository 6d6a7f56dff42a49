"""What the full screen shows, as values and small classes: conversations, their lines, and the line that is typed.

It is fed with decoded events and the names of keys. It knows no terminal, no widget and no connection, so that each of
its rules can be tested alone.
"""
