"""The sentences for stable identifiers: what was refused, what is done, and why a connection ends."""

from __future__ import annotations

REFUSED = {
    # lines
    "not-utf-8": "that line is not UTF-8 and was not taken; set your terminal to UTF-8",
    "line-too-long": "that line was longer than {limit} bytes and was thrown away",
    "dropped-lines": "what you typed then was thrown away: you had just been taken out of {about}",
    "internal": "that did not work, through no fault of yours; the server's log says why",
    # words and verbs
    "unknown-word": "that is no word of the menu; type a number or a word from it, or help",
    "unknown-verb": "there is no verb /{about}; /help lists them, and //{about} says it",
    "usage": "use it so: {about}",
    "not-logged-in": "log in first, or look around as a guest: login, register, guest",
    "logged-in-already": "you are logged in as {about} already; logout ends that",
    "nothing-said": "there is nothing to say in that",
    # names
    "empty-name": "a name has 1 to 32 characters",
    "long-name": "a name has at most 32 characters",
    "bad-name": "a name begins with a letter and has no spaces and none of : , / \\ # @ < > *",
    "reserved-name": "{about} is reserved",
    "name-taken": "{about} is taken, or looks like a name that is",
    # accounts
    "wrong-password": "wrong name or password",
    "not-registered": "no account was made",
    "busy": "too many people are logging in just now; try again in a moment",
    "passwords-differ": "the two passwords were not the same; nothing was changed",
    "bad-password": "a password has 1 to {limit} bytes and no control characters; nothing was changed",
    "registration-closed": "accounts are not made here; ask whoever runs this server",
    "guests-closed": "guests are not let in here; login or register",
    "too-many-sessions": 'already logged in: {about} has {limit} sessions; "oldest" ends the oldest and lets you in',
    "guest-has-name": "a guest was called {about}, and is sent away; log in again",
    "no-oldest": "there is no session to end; login first",
    "no-account": "only who has an account can do that; register makes one",
    "foreign-account": "this account is not kept here, so it cannot be changed here",
    "not-kept": "that could not be written to disk, so it was not done; tell whoever runs this server",
    # people
    "no-such-user": "nobody called {about} is here",
    "nobody-to-answer": "nobody has written to you yet",
    "share-a-room": "a guest writes only to people in the same room; {about} is in none of yours",
    "bad-status": "a status is active, busy or away, with a text behind it if you like",
    "mailbox-full": "{limit} messages wait for {about} already; one more is not kept",
    "accounts-keep-names": "only guests change their names; yours is that of your account",
    "bad-zone": "{about} is no time zone; say off, on, utc, or one like Europe/Berlin",
    "ignore-yourself": "you cannot ignore yourself",
    "too-many-ignored": "you ignore {limit} people already; /unignore one of them first",
    "not-ignored": "you do not ignore {about}",
    # private chats
    "chat-yourself": "a private chat needs somebody else",
    "too-many-chats": "you have {limit} private chats or requests already; /close one of them first",
    "not-asked": "{about} has not asked you for a private chat, or no longer waits; /chat {about} asks",
    "no-chat": "you have no private chat with {about}",
    "chat-over": "the chat with {about} is over, and nobody was told that; /focus ROOM lets what you type go to a room",
    "in-chat": "what you type goes to {about} alone now; /focus ROOM first, or name the room",
    # going on with a session
    "bad-code": "that code is unknown here, or no longer good; log in",
    "bad-place": "{about} is no place to go on from; write ROOM=NUMBER",
    # rooms
    "no-such-room": "there is no room {about}",
    "room-exists": "there is a room {about} already; enter it",
    "room-full": "{about} is full ({limit} members)",
    "rooms-full": "there are {limit} rooms already, and no room for more",
    "wrong-room-password": "that is not the password of {about}",
    "not-in-room": "you are not in {about}",
    "no-focus": "you are in no room",
    "not-owner": "only the owner of {about} or an operator can do that",
    "not-here": "{about} is not in this room",
    "public-stays": "the room public cannot be deleted",
    "not-deleted": "that was not the name again; {about} was not deleted",
    "no-last-rooms": "nothing is known of rooms of your last session",
    "accounts-only": "only who has an account may enter {about}; register makes one",
    "invited-only": "only who is invited may enter {about}",
    "bad-access": "access is open, accounts, password or invited; "
    "or moderated on|off, hidden on|off, limit N|none, owner NAME",
    "no-such-account": "nobody has an account {about}",
    "too-many-names": "there are {limit} names on that list of {about} already",
    "not-invited": "{about} is not invited",
    "no-voice": "{about} has no voice that could be taken",
    "moderated": "in {about} only those speak who were given a voice; its owner can do that",
    "topic-too-long": "a topic has at most {limit} characters",
    "cannot-kick": "{about} cannot be thrown out by you",
    # moderation
    "banned": "you are banned from {about}",
    "server-banned": "you are banned from this server",
    "muted": "you may not speak in {about}",
    "not-operator": "only an operator can do that",
    "not-yourself": "that would be you yourself",
    "own-address": "you are at {about} yourself",
    "not-banned": "{about} is not banned here",
    "not-muted": "{about} is not muted here",
    "bad-time": "a length of time is a number and s, m, h or d, such as 30s, 10m, 2h or 1d; {about} is none",
    "no-such-message": "nobody said {about}, or it was taken back",
    "not-redactable": "you can take back what you said last here, for {limit} minutes; older things its owner can",
    # history
    "bad-count": "give a number of entries, 1 or more",
    "bad-moment": "that is no time: 30s, 10m, 2h or 1d ago, a date like 2026-01-31, or a time of day like 14:30",
    "bad-id": "{about} is no id: give one as they are shown, like lab#42, or 42 in the room with the focus",
    "no-paste": "{about} is no line of several that were sent in one piece",
    "nothing-more": "there is nothing more to show; search for something first",
    "nothing-to-search": "say what to search for: words, @NAME for who said it, #ROOM for where, since:2h for when",
    "search-unavailable": "what was said before cannot be searched just now; try again in a while",
    "too-many-words": "a search has at most {limit} words",
    # files
    "guests-send-nothing": "guests fetch files, but do not give any; register makes an account",
    "bad-size": "the size is a number of bytes, 0 or more",
    "bad-sha256": "a SHA-256 sum has 64 hexadecimal digits",
    "too-large": "a file has at most {limit} bytes ({size}) here",
    "room-quota": "there is no space for that among the files of {about} (at most {size})",
    "user-quota": "there is no space for that among your files (at most {size})",
    "too-many-tickets": "you have {limit} files under way; finish one first",
    "no-such-ticket": "that ticket is unknown or has expired; /send or /get gives a new one",
    "no-such-file": "there is no file {about} in this room; /files lists them",
    "expired": "file {about} has expired and is gone",
    "bad-offset": "the offset is a number from 0 to the size of the file, {limit}",
    "size-needed": "say the size too: put TICKET SIZE",
    "size-differs": "the ticket was for {limit} bytes; put it with that size",
    "too-many-files": "there are {limit} files already; some have to expire first",
    "sha256-differs": "what came has another SHA-256 sum than was told, and was thrown away; send it again",
    "cut-off": "the file was cut off after {limit} bytes; put the same ticket again to go on from there",
    "stalled": "nothing came for {limit} seconds; put or get the same ticket again to go on",
    "replaced": "the same ticket was used again on another connection, which goes on instead",
    "disk-full": "the server has no space for that file; tell whoever runs it",
    "spool-failed": "the server cannot keep files just now; tell whoever runs it",
}
"""What is told for :class:`chatd.chat.answers.Refused`."""

DONE = {
    "registered": "the account {about} is made",
    "password-changed": "your password is changed",
    "unregistered": "the account {about} is gone",
    "logged-out": "you are logged out",
    "room-created": "the room {about} is made; enter {about}",
    "room-deleted": "the room {about} is deleted",
    "invited": "{about} is invited",
    "uninvited": "{about} is no longer invited",
    "oldest-ended": "the oldest session of {about} is ended",
    "kept": "that is kept until {about} is here",
    "renamed": "you are {about} now",
    "ignored": "you hear no more of {about}; /unignore {about} ends that",
    "unignored": "you hear of {about} again",
    "chat-asked": "{about} is asked for a private chat; you are told the answer",
    "chat-declined": "{about} is told that you would rather not",
    "chat-closed": "your chat with {about} is over",
    "said-verb": "that was said; for the command, type /{about}",
    "file-hint": "to give that file to the room, run in another terminal: {about}",
}
"""What is told for :class:`chatd.chat.answers.Done`."""

CHAT = {
    "asked": "{0} asks you for a private chat: /yes {0} or /no {0}",
    "open": "you have a private chat with {0}: /focus {0} lets what you type go there, /close {0} ends it",
    "declined": "{0} would rather not have a private chat",
    "unanswered": "{0} has not answered your wish for a private chat",
    "closed": "{0} has ended your private chat",
}
"""What is told for :class:`chatd.chat.answers.Chat`, by its state."""

CLOSING = {
    "internal": "you are disconnected: something went wrong, through no fault of yours",
    "quit": "goodbye",
    "end-of-input": "goodbye",
    "too-slow": "you are disconnected: too slow to read what is sent to you",
    "endless-line": "you are disconnected: a line without end",
    "wrong-passwords": "you are disconnected: three wrong passwords",
    "other-session": "you are disconnected: another session of {about} took the place of this one",
    "inactive": "you are disconnected: nothing came from you for a long time",
    "account-gone": "you are disconnected: the account {about} is gone",
    "stopping": "the server is stopping; come back soon",
    "banned": "you are disconnected: you are banned from this server",
    "http": "you are disconnected: this is a chat server, not a web server",
}
"""What is told for :class:`chatd.chat.answers.Closing`."""

THROWN = {
    "kicked": "you were thrown out of {}",
    "banned": "you are banned from {}",
    "room-deleted": "{} was deleted",
}
"""What is told for :class:`chatd.chat.answers.ThrownOut`."""

SETTINGS = {
    "focus": "what you type goes to {} now",
    "echo": "your own lines are shown to you: {}",
    "verbatim": "every further line is said as it is, until the end of the connection",
    "format": "lines come as {} from now on",
    "access": "access of {}",
    "bell": "the bell rings where your name is said: {}",
    "quiet": "who enters and leaves is kept from you: {}",
    "time": "times are those of: {}",
}
"""What is told for :class:`chatd.chat.answers.Setting`."""
