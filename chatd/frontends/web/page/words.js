/** The sentences for the server's stable identifiers, as a person at this page is told them. Pure. */

import { moment, sized } from "./measures.js";

/** What was not done, by the `error` of the server's object; its other fields stand in braces. */
export const REFUSED = {
  // this page and the connection
  "not-connected": "There is no connection to the server just now.",
  "connection-lost": "The connection was lost before the server had answered.",
  "upload-failed": "{about} did not arrive whole. Give it once more.",
  "nothing-typed": "There is nothing in that.",
  // the WebSocket
  "bad-json": "The server could not read what this page sent. Load the page again.",
  "unknown-type": "The server does not know what this page asks for ({about}). Load the page again.",
  "bad-field": "The server could not use {about}: {why}.",
  "answer-needed": "The server wants to know more: {why}",
  "lines-only": "/{about} is for people at a terminal.",
  "message-too-long": "That is longer than the server takes at once.",
  "line-too-long": "A line has at most {limit} bytes.",
  "not-utf-8": "The server could not read that text.",
  "dropped-lines": "What you wrote then was thrown away: you had just been taken out of {about}.",
  internal: "That did not work, through no fault of yours. The server's log says why.",
  // what is typed
  "unknown-word": "The server does not know that word.",
  "room-verb": "/{about} is for rooms. Enter one first.",
  "unknown-verb": "There is no command /{about}. Type /help for the list, or //{about} to say it.",
  usage: "Use it so: {about}",
  "nothing-said": "There is nothing to say in that.",
  "not-logged-in": "Sign in first.",
  "logged-in-already": "You are signed in as {about} already.",
  // names
  "empty-name": "A name has 1 to 32 characters.",
  "long-name": "A name has at most 32 characters.",
  "bad-name": "A name begins with a letter and has no spaces, no brackets and none of : , / \\ # @ < > * ' \" `",
  "reserved-name": "The name {about} is reserved.",
  "name-taken": "The name {about} is taken, or looks like one that is.",
  // accounts
  "wrong-password": "Wrong name or password.",
  "account-disabled": "This account is disabled. Ask whoever runs this server.",
  "not-registered": "No account was made.",
  busy: "Too many people are signing in just now. Try again in a moment.",
  "too-many-connections": "Too many connections come from your address.",
  "too-many-logins": "Too many people sign in from your address. Try again in {limit} seconds.",
  "too-many-guesses": "Too many wrong passwords. Try again in {limit} seconds.",
  "too-many-registrations": "Too many accounts are made from your address. Try again in {limit} seconds.",
  "wrong-register-code": "To make an account here you need a code. Ask whoever runs this server.",
  gone: "You were gone before your password was checked.",
  "passwords-differ": "The two passwords are not the same.",
  "bad-password": "A password has 1 to {limit} bytes and no control characters.",
  "registration-closed": "Accounts are not made here. Ask whoever runs this server.",
  "guests-closed": "Guests are not let in here. Log in, or make an account.",
  "too-many-sessions": "You are signed in {limit} times already.",
  "guest-has-name": "A guest was called {about}, and is sent away. Log in again.",
  "no-oldest": "There is no session to end. Log in again.",
  "no-account": "For that you need an account.",
  "foreign-account": "This account is not kept here, so it cannot be changed here.",
  "not-kept": "That could not be written to disk, so it was not done. Tell whoever runs this server.",
  // people
  "no-such-user": "Nobody called {about} is here.",
  "nobody-to-answer": "Nobody has written to you yet.",
  "writer-gone": "The guest {about} who wrote to you is not here any more.",
  "share-a-room": "Guests write only to people in the same room, and {about} is in none of yours.",
  "bad-status": "A status is active, busy or away, with a text if you like.",
  "mailbox-full": "{limit} messages wait for {about} already. One more is not kept.",
  "accounts-keep-names": "Only guests change their names.",
  "bad-zone": "{about} is no time zone.",
  "ignore-yourself": "You cannot ignore yourself.",
  "too-many-ignored": "You ignore {limit} people already.",
  "not-ignored": "You do not ignore {about}.",
  // private chats
  "chat-yourself": "A private chat needs somebody else.",
  "too-many-chats": "You have {limit} private chats or requests already. End one of them first.",
  "not-asked": "{about} has not asked you for a private chat, or waits no longer.",
  "chat-ignored": "You ignore {about}.",
  "no-chat": "You have no private chat with {about}.",
  "chat-over": "The private chat with {about} is over. Nobody was told that.",
  "in-chat": "That would have gone to {about} alone. Choose a room first.",
  // going on with a session
  "bad-code": "Your session has ended. Sign in again.",
  "bad-place": "The server does not know where this page was.",
  // rooms
  "no-such-room": "There is no room {about}.",
  "room-exists": "There is a room {about} already.",
  "room-full": "{about} is full: it takes {limit} members.",
  "rooms-full": "There are {limit} rooms already, and no space for more.",
  "wrong-room-password": "That is not the password of {about}.",
  "not-in-room": "You are not in {about}.",
  "no-focus": "You are in no room.",
  "not-owner": "Only the owner of {about} or an operator can do that.",
  "not-here": "{about} is not in this room.",
  "public-stays": "The room public cannot be deleted.",
  "not-deleted": "That was not the name again. {about} was not deleted.",
  "no-last-rooms": "Nothing is known of the rooms of your last session.",
  "accounts-only": "Only who has an account may enter {about}.",
  "invited-only": "Only who is invited may enter {about}.",
  "bad-access": "That is no way to let people in.",
  "no-such-account": "Nobody has an account {about}.",
  "too-many-names": "There are {limit} names on that list of {about} already.",
  "not-invited": "{about} is not invited.",
  "no-voice": "{about} has no voice that could be taken.",
  moderated: "In {about} only those speak who were given a voice. Its owner can do that.",
  "topic-too-long": "A topic has at most {limit} characters.",
  "cannot-kick": "You cannot throw {about} out.",
  // moderation
  banned: "You are banned from {about}",
  "server-banned": "You are banned from this server",
  muted: "You may not speak in {about}",
  "not-operator": "Only an operator can do that.",
  "not-yourself": "That would be you yourself.",
  "own-address": "You are at {about} yourself.",
  "not-banned": "{about} is not banned here.",
  "not-muted": "{about} is not muted here.",
  "bad-time": "A length of time is a number and s, m, h or d, such as 30s, 10m, 2h or 1d. {about} is none.",
  "no-such-message": "Nobody said {about}, or it was taken back.",
  "not-redactable": "You can take back what you said last here, for {limit} minutes. Older things its owner can.",
  // history
  "bad-count": "Give a number of entries, 1 or more.",
  "bad-moment": "{about} is no time: write 30s, 10m, 2h or 1d, a date like 2026-01-31, or a time of day like 14:30.",
  "bad-id": "{about} is not the number of a message.",
  "no-paste": "{about} is no line of several that were sent in one piece.",
  "nothing-more": "There is nothing more to show.",
  "nothing-to-search": "Say what to search for: words, @NAME for who said it, #ROOM for where, since:2h for when.",
  "search-unavailable": "What was said before cannot be searched just now. Try again in a while.",
  "too-many-words": "A search has at most {limit} words.",
  // files
  "guests-send-nothing": "Guests fetch files, but do not give any. For that you need an account.",
  "bad-size": "That is no size for a file.",
  "bad-sha256": "That is no SHA-256 sum.",
  "too-large": "A file has at most {size} here.",
  "room-quota": "There is no space for that among the files of {about} (at most {size}).",
  "user-quota": "There is no space for that among your files (at most {size}).",
  "too-many-tickets": "You have {limit} files under way. Wait for one of them.",
  "no-such-ticket": "The time to fetch or give that file is over. Try once more.",
  "no-such-file": "That file is not in this room any more.",
  expired: "That file has expired and is gone.",
  "bad-offset": "The file is shorter than that.",
  "size-needed": "The server was not told how large the file is.",
  "size-differs": "The file has changed while it was sent. Give it once more.",
  "too-many-files": "There are {limit} files already. Some have to expire first.",
  "sha256-differs": "The file was damaged on its way. Give it once more.",
  "cut-off": "The file was cut off on its way. Give it once more.",
  stalled: "Nothing of the file came for {limit} seconds. Give it once more.",
  replaced: "The same file is sent from elsewhere.",
  "disk-full": "The server has no space for that file. Tell whoever runs it.",
  "spool-failed": "The server cannot keep files just now. Tell whoever runs it.",
};

/** What is done, where that is worth a sentence. */
export const DONE = {
  registered: "The account {about} is made.",
  "password-changed": "Your password is changed.",
  "room-created": "The room {about} is made.",
  "room-deleted": "The room {about} is deleted.",
  invited: "{about} is invited.",
  uninvited: "{about} is no longer invited.",
  "oldest-ended": "Your oldest session is ended.",
  kept: "{about} is not here. The message is kept until then.",
  renamed: "You are called {about} now.",
  ignored: "You hear no more of {about}.",
  unignored: "You hear of {about} again.",
  "chat-asked": "{about} is asked for a private chat. You are told the answer.",
  "chat-declined": "{about} is told that you would rather not.",
  "chat-closed": "The private chat with {about} is over.",
  "said-verb": "That was said to everybody. The command is /{about}.",
  "server-banned": "{about} is kept off this server.",
  "server-unbanned": "{about} may come again.",
  "your-role": "Your role is {about} now.",
};

/** How it stands with a private chat. */
export const CHAT = {
  asked: "{about} asks you for a private chat.",
  open: "You have a private chat with {about}.",
  declined: "{about} would rather not have a private chat.",
  unanswered: "{about} has not answered your wish for a private chat.",
  closed: "{about} has ended the private chat.",
};

/** Why a connection ends. */
export const CLOSING = {
  internal: "Something went wrong on the server, through no fault of yours",
  quit: "You have signed out",
  "end-of-input": "You have signed out",
  "too-slow": "You were disconnected: your connection was too slow for what is said here",
  "endless-line": "You were disconnected: the server could not read what came from this page",
  "message-too-long": "You were disconnected: something was longer than the server takes at once",
  "wrong-passwords": "Three wrong passwords: the server has ended the connection. Try again",
  "other-session": "Your session goes on in another window, or was ended there",
  inactive: "You were disconnected: nothing came from you for a long time",
  "account-gone": "You were disconnected: the account {about} is gone",
  "account-disabled": "You were disconnected: your account is disabled",
  kicked: "You were disconnected by an operator",
  stopping: "The server is stopping. This page comes back when it does",
  idle: "Nobody had signed in for a while",
  "no-login": "Nobody had signed in for a while",
  "too-many-connections": "Too many connections come from your address. Try again later",
  restarting: "The server restarts. This page comes back at once",
  banned: "You were disconnected: you are banned from this server",
};

/** Why one is in a room no longer. */
export const THROWN = {
  kicked: "You were thrown out of {about}.",
  banned: "You are banned from {about}.",
  "room-deleted": "The room {about} was deleted.",
};

/** What a setting of the session is now. */
export const SETTINGS = {
  echo: "Your own lines are shown to you: {about}",
  quiet: "Who comes and goes is kept from you: {about}",
  access: "The access of {about} is set",
  bell: "This page has no bell; it shows when you are named",
};

/** The sentence for an `error` object; one that is not known here is told as the server words it. */
export function refusal(error) {
  const words = Object.hasOwn(REFUSED, error.error) ? REFUSED[error.error] : undefined;
  if (words === undefined) return error.text ?? [error.error, error.why].filter(Boolean).join(": ");
  const fields = { about: "", why: "", limit: 0, ...error, size: sized(error.limit ?? 0) };
  let sentence = words.replace(/\{(\w+)\}/g, (_, name) => String(fields[name]));
  if (error.until && !error.until.startsWith("1970")) sentence += ` until ${moment(error.until)}`;
  if (error.why && !words.includes("{why}")) sentence += ` (${error.why})`;
  if (error.near?.length) sentence += ` Did you mean ${error.near.join(" or ")}?`;
  return sentence;
}
