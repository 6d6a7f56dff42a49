/** What each type of object does to the store; types that are not here are for whoever has asked. */

import { key, personKey } from "./conversation.js";
import { told } from "./telling.js";

/** Events of a room that are put in their place, and nothing more. */
const PLAIN = [
  "said",
  "emoted",
  "access",
  "unbanned",
  "muted",
  "unmuted",
  "voiced",
  "dropped",
  "room-created",
  "room-deleted",
  "recording",
];

function inRoom(store, object) {
  return object.room ? store.inRoom(object) : [];
}

function roomOf(store, object) {
  return store.conversations.get(key(object.room ?? ""));
}

function welcome(store, object) {
  if (!store.isMe(object.user)) store.own = object.seq ?? 0;
  // A guest who makes an account is in no room for a moment.
  if (store.me?.guest && !object.guest)
    for (const each of store.lists.rooms) Object.assign(each, { inside: false, seen: 0 });
  store.me = { name: object.user, guest: object.guest, role: object.role, status: "active", text: "" };
  store.code = object.resume ?? "";
  store.stopping = null;
}

function entered(store, object) {
  const room = store.conversation(object.room);
  Object.assign(room, { topic: object.topic, count: object.members, inside: true });
  room.seen = Math.max(room.seen, object.seq ?? 0);
  return [{ what: "entered", conversation: room }];
}

function thrownOut(store, object, now) {
  const room = store.conversation(object.room);
  Object.assign(room, { inside: false, knowsMembers: false, members: new Map(), count: 0, seen: 0 });
  room.note(told(object), now, "error");
  return [{ what: "left" }];
}

function gap(store, object) {
  if (object.log.startsWith("@")) {
    store.own = Math.max(store.own, object.to);
    return;
  }
  const room = store.conversations.get(key(object.log));
  if (room === undefined) return;
  room.seen = Math.max(room.seen, object.to);
  room.add({ ...object, seq: object.to, replayed: true });
}

function who(store, object) {
  for (const person of object.members) store.know(person);
  const room = roomOf(store, object);
  if (room === undefined) return;
  room.members = new Map(object.members.map((person) => [key(person.name), person]));
  room.knowsMembers = true;
  room.count = object.members.length;
}

function chat(store, object, now) {
  store.settle("chat", object.name);
  if (object.state === "asked") {
    store.ask({ kind: "chat", name: object.name });
    return [{ what: "asked", name: object.name, text: told(object) }];
  }
  const talk = store.conversation(object.name, true);
  talk.chat = object.state === "open" ? "open" : "";
  talk.note(told(object), now);
}

function invited(store, object) {
  store.own = Math.max(store.own, object.seq ?? 0);
  if (object.replayed && !store.arriving) return;
  store.ask({ kind: "room", name: object.into, user: object.user });
  return [{ what: "asked", name: object.into, text: told(object) }];
}

function done(store, object) {
  const talk = store.conversations.get(personKey(object.about ?? ""));
  if (object.done === "chat-closed" && talk !== undefined) talk.chat = "";
  if (object.done === "chat-asked") store.conversation(object.about, true).chat = "asked";
  if (object.done === "chat-declined") store.settle("chat", object.about);
  if (object.done === "renamed") store.me = { ...store.me, name: object.about };
  if (object.done === "your-role") store.me = { ...store.me, role: object.about };
}

function someoneEntered(store, object) {
  const room = roomOf(store, object);
  if (room !== undefined && !object.replayed) {
    const person = { name: object.user, guest: Boolean(object.guest), role: "user", status: "active", text: "" };
    room.members.set(key(object.user), person);
    store.know(store.person(object.user) ?? person);
    room.count = room.members.size;
  }
  return inRoom(store, object);
}

function moved(store, object) {
  const room = roomOf(store, object);
  if (room !== undefined) room.count += object.entered - object.left;
  return inRoom(store, object);
}

function topic(store, object) {
  const room = roomOf(store, object);
  if (room !== undefined && object.seq > room.seen) room.topic = object.text;
  return inRoom(store, object);
}

function topicIs(store, object) {
  const room = roomOf(store, object);
  if (room !== undefined) room.topic = object.text;
}

function info(store, object) {
  const room = roomOf(store, object);
  if (room !== undefined) Object.assign(room, { owner: object.owner, topic: object.topic });
}

function redacted(store, object) {
  roomOf(store, object)?.redact(object.id);
  return inRoom(store, object);
}

function renamed(store, object) {
  if (object.room && !object.replayed) store.rename(object);
  return inRoom(store, object);
}

/** Somebody goes: by herself, or thrown out by another. */
function goes(name) {
  return (store, object) => {
    if (object.room && !object.replayed) store.goes(object.room, object[name]);
    return inRoom(store, object);
  };
}

/** In the conversation that is shown, wherever that is. */
function loud(store, object, now) {
  store.note(told(object), now, "loud");
}

/** By type; each is given the store, the object and the time, and gives what else is to be done. */
export const RECEIVING = {
  ...Object.fromEntries(PLAIN.map((type) => [type, inRoom])),
  greeting: (store, object) => void (store.server = object.server),
  motd: (store, object) => void (store.motd = object.lines),
  welcome,
  resume: (store, object) => void (store.code = object.code),
  "you-entered": entered,
  "you-left": (store, object) => (store.forget(key(object.room)), [{ what: "left" }]),
  "thrown-out": thrownOut,
  gap,
  who,
  whois: (store, object) => store.know(object.person),
  status: (store, object) => store.know(object.person),
  rooms: (store, object) => void (store.rooms = object.rooms),
  "topic-is": topicIs,
  info,
  chat,
  invited,
  done,
  ticket: (store, object) => (object.for === "get" ? [{ what: "fetch", ticket: object }] : []),
  stopping: (store, object) => void (store.stopping = object),
  announced: loud,
  alarm: loud,
  private: (store, object) => store.inPrivate(object),
  entered: someoneEntered,
  left: goes("user"),
  kicked: goes("target"),
  banned: goes("target"),
  moved,
  topic,
  redacted,
  renamed,
};
