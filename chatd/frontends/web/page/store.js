/**
 * What the page knows: made from the server's objects alone, with no document, no socket and no clock in it, so that it
 * can be tested by handing it objects.
 */

import { Conversation, isNews, key, names, personKey } from "./conversation.js";
import { RECEIVING } from "./receiving.js";

/**
 * The state of the page.
 *
 * `me` is null while nobody is signed in. `asks` are requests of others that wait for a yes or no. `attended` says whether
 * somebody looks at the current conversation, and `arriving` whether one is just signing in or coming back, so that what is
 * told again was missed; the page sets both.
 */
export class Store {
  constructor() {
    this.server = "";
    this.motd = [];
    this.attended = true;
    this.arriving = false;
    this.clear();
  }

  /** Forget whoever was signed in. */
  clear() {
    this.me = null;
    this.code = "";
    this.own = 0;
    this.conversations = new Map();
    this.current = "";
    this.rooms = [];
    this.people = new Map();
    this.asks = [];
    this.stopping = null;
  }

  /**
   * Take one object of the server.
   *
   * @param {object} object
   * @param {number} now milliseconds since 1970, for what bears no time of its own
   * @returns {object[]} what else is to be done about it: `news` (an entry that may deserve attention), `asked`,
   *   `entered`, `left`, `fetch` (a ticket)
   */
  receive(object, now) {
    const receive = Object.hasOwn(RECEIVING, object.type) ? RECEIVING[object.type] : undefined;
    return receive?.(this, object, now) ?? [];
  }

  /** The current conversation; undefined where there is none. */
  get shown() {
    return this.conversations.get(this.current);
  }

  /** The rooms, and the people one writes with, each in the order of their names. */
  get lists() {
    const all = [...this.conversations.values()].sort((one, other) => one.key.localeCompare(other.key));
    return { rooms: all.filter((each) => !each.isPerson), people: all.filter((each) => each.isPerson) };
  }

  /** The rooms one could enter. */
  get otherRooms() {
    return this.rooms.filter((room) => !this.conversations.get(key(room.room))?.inside);
  }

  /** How much has not been seen that is for oneself, in all conversations. */
  get forYou() {
    return [...this.conversations.values()].reduce((sum, each) => sum + each.forYou, this.asks.length);
  }

  /** Where one is, and up to what one has been told, for going on on another connection. */
  get places() {
    const rooms = [...this.conversations.values()].filter((each) => !each.isPerson && each.inside);
    return { ...Object.fromEntries(rooms.map((each) => [each.name, each.seen || null])), "@me": this.own };
  }

  /** Look at another conversation. */
  show(name) {
    if (this.shown && this.current !== name) this.shown.fresh = 0;
    this.current = name;
    this.attend(this.attended);
  }

  /** Say whether somebody looks at what is shown. */
  attend(attended) {
    this.attended = attended;
    if (attended) this.shown?.look();
  }

  /** The conversation in a room or with a person, which is there from now on. */
  conversation(name, isPerson = false) {
    const id = isPerson ? personKey(name) : key(name);
    if (!this.conversations.has(id)) this.conversations.set(id, new Conversation(name, isPerson));
    return this.conversations.get(id);
  }

  /** Put a conversation away. */
  forget(id) {
    this.conversations.delete(id);
    if (this.current === id) this.show(this.lists.rooms[0]?.key ?? this.lists.people[0]?.key ?? "");
  }

  /** How somebody is, as far as it was told. */
  person(name) {
    return this.people.get(key(name));
  }

  /** Whether `name` is whoever is signed in. */
  isMe(name) {
    return this.me !== null && key(name) === key(this.me.name);
  }

  /** Tell something in a conversation that no log has; where there is none, nowhere. */
  note(text, now, tone, where = this.current) {
    this.conversations.get(where)?.note(text, now, tone);
  }

  // What comes in

  /** An event of a room. */
  inRoom(object) {
    let room = this.conversations.get(key(object.room));
    if (room === undefined) {
      if (!object.replayed) return [];
      // Who enters is told what was said last, and only then that she is in.
      room = this.conversation(object.room);
      room.inside = false;
    }
    const isNew = object.seq > room.seen;
    const caughtUp = object.replayed && room.inside && isNew;
    if (isNew) room.seen = object.seq;
    const entry = room.add(object);
    if (entry === undefined || (object.replayed && !caughtUp)) return [];
    return this._heard(room, entry, object.mention || (caughtUp && this._namesMe(object)));
  }

  _namesMe(object) {
    return !this.isMe(object.user) && Boolean(object.text) && names(object.text, this.me.name);
  }

  /** What was not there before: news, unless one has said it oneself. */
  _heard(conversation, entry, forYou) {
    if (this.isMe(entry.user)) {
      conversation.fresh = 0;
      return [];
    }
    const looked = this.attended && conversation.key === this.current;
    if (!looked) conversation.miss(entry, forYou);
    return isNews(entry) ? [{ what: "news", conversation, entry, forYou, looked }] : [];
  }

  /** A private message, of the own log. */
  inPrivate(object) {
    this.own = Math.max(this.own, object.seq);
    const peer = this.isMe(object.user) ? object.to : object.user;
    const conversation = this.conversation(peer, true);
    const entry = conversation.add(object);
    return entry === undefined || (object.replayed && !this.arriving) ? [] : this._heard(conversation, entry, true);
  }

  /** Note how somebody is. */
  know(person) {
    this.people.set(key(person.name), person);
    for (const each of this.conversations.values()) {
      if (each.members.has(key(person.name))) each.members.set(key(person.name), person);
    }
    if (this.isMe(person.name)) this.me = { ...this.me, ...person };
  }

  /** Somebody is no longer in a room. */
  goes(room, name) {
    const conversation = this.conversations.get(key(room));
    if (conversation === undefined) return;
    if (conversation.members.delete(key(name))) conversation.count = conversation.members.size;
    const isSeen = [...this.conversations.values()].some((each) => each.members.has(key(name)));
    if (!isSeen) this.people.delete(key(name));
  }

  /** The guest `object.user` is called `object.name`. */
  rename(object) {
    for (const people of [this.people, ...[...this.conversations.values()].map((each) => each.members)]) {
      const person = people.get(key(object.user));
      if (people.delete(key(object.user))) people.set(key(object.name), { ...person, name: object.name });
    }
    const chat = this.conversations.get(personKey(object.user));
    if (chat !== undefined) {
      this.conversations.delete(chat.key);
      if (this.current === chat.key) this.current = personKey(object.name);
      Object.assign(chat, { name: object.name, key: personKey(object.name) });
      this.conversations.set(chat.key, chat);
    }
    if (this.isMe(object.user)) this.me = { ...this.me, name: object.name };
  }

  /** Somebody waits for a yes or no. */
  ask(ask) {
    this.settle(ask.kind, ask.name);
    this.asks.push(ask);
  }

  /** A request of somebody is answered, or nobody waits for an answer any more. */
  settle(kind, name) {
    this.asks = this.asks.filter((each) => each.kind !== kind || key(each.name) !== key(name));
  }
}
