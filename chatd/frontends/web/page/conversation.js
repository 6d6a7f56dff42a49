/** One conversation, in a room or with a person: its entries in order, and what of them has not been seen. Pure. */

/** Entries that are kept, and how many of the oldest go at once where there are more; the server has them still. */
const MOST = 4000;
const SPARE = 1000;

/** What people say and give; everything else is no news. */
const NEWS = new Set(["said", "emoted", "private", "dropped"]);

/** Names are the same in any case. */
export function key(name) {
  return name.normalize("NFC").toLowerCase();
}

/** The key of the conversation with a person; that of a room is the key of its name. */
export function personKey(name) {
  return `@${key(name)}`;
}

/** Whether `name` stands in `text` as a word, with `@` or without. */
export function names(text, name) {
  const word = key(name).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${word}(?![\\p{L}\\p{N}_-])`, "u").test(key(text));
}

let lastKey = 0;

/**
 * A conversation.
 *
 * `inside`: whether one is in the room (with a person: always). `seen`: the highest number that was told. `more`: whether
 * there may be older entries than those that are here. `chat`: how it stands with the private chat, empty for none.
 * `unread` and `forYou`: how much has not been seen, and how much of it is for oneself. `fresh`: the key of the first entry
 * that had not been seen when one last looked away, 0 for none.
 */
export class Conversation {
  constructor(name, isPerson = false) {
    this.name = name;
    this.isPerson = isPerson;
    this.key = isPerson ? personKey(name) : key(name);
    this.topic = "";
    this.owner = "";
    this.inside = true;
    this.members = new Map();
    this.knowsMembers = false;
    this.count = 0;
    this.seen = 0;
    this.more = true;
    this.entries = [];
    this.unread = 0;
    this.forYou = 0;
    this.fresh = 0;
    this.chat = "";
    this._numbered = new Map();
  }

  /** What the conversation is called where rooms and people stand side by side. */
  get title() {
    return this.isPerson ? `@${this.name}` : this.name;
  }

  /**
   * Put what happened in its place; an entry that is here already stays once.
   *
   * @returns {object | undefined} the entry, where it was not here
   */
  add(object) {
    const seq = object.seq || 0;
    if (seq && this._numbered.has(seq)) return undefined;
    const entry = { ...object, key: ++lastKey };
    this.entries.splice(this._place(seq), 0, entry);
    if (seq) this._numbered.set(seq, entry);
    if (!object.replayed && this.entries.length > MOST) this._forget();
    return entry;
  }

  /**
   * Say something that no log has, behind everything: an answer, an error, what the server tells.
   *
   * @param {string} text
   * @param {number} at milliseconds since 1970
   * @param {string} [tone] `error` or `loud`
   */
  note(text, at, tone = "") {
    return this.add({ type: "note", text, at: new Date(at).toISOString(), tone });
  }

  /** The number of the oldest entry, 0 where there is none. */
  get oldest() {
    return this.entries.find((entry) => entry.seq)?.seq ?? 0;
  }

  /** What was said under a number is gone. */
  redact(seq) {
    const entry = this._numbered.get(seq);
    if (entry === undefined) return;
    this._numbered.delete(seq);
    this.entries.splice(this.entries.indexOf(entry), 1);
  }

  /** Note that `entry` has come while nobody looked. */
  miss(entry, forYou) {
    if (!isNews(entry)) return;
    if (!this.unread) this.fresh = entry.key;
    this.unread += 1;
    if (forYou) this.forYou += 1;
  }

  /** Somebody looks. */
  look() {
    this.unread = this.forYou = 0;
  }

  _place(seq) {
    let place = this.entries.length;
    if (!seq) return place;
    for (let at = place - 1; at >= 0; at -= 1) {
      const other = this.entries[at].seq;
      if (other && other < seq) break;
      if (other) place = at;
    }
    return place;
  }

  _forget() {
    for (const entry of this.entries.splice(0, SPARE)) this._numbered.delete(entry.seq);
    this.more = true;
  }
}

/** Whether `entry` is something that people say or give; of a paste, its first line alone. */
export function isNews(entry) {
  return NEWS.has(entry.type) && !(entry.line > 1);
}
