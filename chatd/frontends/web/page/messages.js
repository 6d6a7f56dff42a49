/** How one thing that was said or has happened looks. */

import { el, icon } from "./dom.js";
import { linked } from "./links.js";
import { brief, clock, counted, moment, sized } from "./measures.js";
import { told } from "./telling.js";

/** Lines of a block of which all are shown, and lines that are shown of a longer one. */
const WHOLE = 40;
const SHOWN = 12;

/** Which of the colours for names a name has. */
export function hue(name) {
  let sum = 7;
  for (const character of name.toLowerCase()) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return `hue-${sum % 10}`;
}

/** A file that can be fetched. */
export function file(name, details, fetch) {
  return el(
    "div",
    { class: "given" },
    icon("file"),
    el("span", { class: "grow" }, el("strong", {}, name), el("small", {}, details)),
    el(
      "button",
      { class: "quiet small", type: "button", "aria-label": `Fetch ${name}`, click: fetch },
      icon("fetch"),
      "Fetch",
    ),
  );
}

/** Makes the elements of a log. */
export class Messages {
  /**
   * @param {{take: (room, seq) => void, fetch: (room, id) => void}} does
   * @param {() => void} changed is called where something is to look otherwise
   */
  constructor(store, does, changed) {
    this._store = store;
    this._does = does;
    this._changed = changed;
    this._unfolded = new Set();
  }

  /** What an element of a group depends on. */
  sign(group) {
    const last = group.entries.at(-1);
    return [
      group.kind,
      group.entries.length,
      last?.key,
      group.goesOn,
      group.text,
      this._unfolded.has(group.key),
      this._mayTake(group),
    ].join();
  }

  /** The server decides; it is offered where it may say yes. */
  _mayTake(group) {
    const [entry] = group.entries;
    if (!entry?.seq || !["said", "emoted"].includes(entry.type)) return false;
    return this._store.isMe(entry.user) || this._store.isMe(this._store.shown.owner) || this._store.me.role !== "user";
  }

  /** An element for a group. */
  make(group) {
    if (group.kind === "day" || group.kind === "fresh") {
      return el("div", { class: group.kind, role: "separator", "aria-label": group.text }, el("span", {}, group.text));
    }
    if (group.kind === "passing") return this._note(group.entries.map(told).join(" · "), "passing", group.entries[0]);
    if (group.kind === "note") {
      const [entry] = group.entries;
      return this._note(entry.type === "note" ? entry.text : told(entry), entry.tone ?? "", entry);
    }
    return this._spoken(group);
  }

  _note(text, tone, entry) {
    return el("div", { class: `note ${tone}`, title: moment(entry.at) }, ...linked(text));
  }

  _spoken(group) {
    const [entry] = group.entries;
    const mine = this._store.isMe(entry.user);
    const classes = ["message", group.kind, group.goesOn && "goes-on", entry.mention && "for-you", mine && "mine"];
    return el(
      "div",
      { class: classes.filter(Boolean).join(" ") },
      el(
        "span",
        { class: `mark ${hue(entry.user)}`, "aria-hidden": "true" },
        group.goesOn ? brief(entry.at) : [...entry.user][0].toUpperCase(),
      ),
      el(
        "div",
        { class: "body" },
        el(
          "div",
          { class: group.goesOn ? "by unseen" : "by" },
          el("span", { class: `name ${hue(entry.user)}` }, entry.user),
          " ",
          el("time", { datetime: entry.at, title: this._place(entry) }, clock(entry.at)),
          entry.mention && el("span", { class: "you" }, "to you"),
        ),
        this._content(group),
      ),
      this._mayTake(group) && this._takeBack(entry),
    );
  }

  _place(entry) {
    return entry.room ? `${moment(entry.at)}, ${entry.room}#${entry.seq}` : moment(entry.at);
  }

  _content(group) {
    const [entry] = group.entries;
    if (group.kind === "block") return this._block(group);
    if (group.kind === "file") return this._file(entry);
    if (group.kind === "emote")
      return el("p", { class: "text" }, el("em", {}, `${entry.user} `, ...linked(entry.text)));
    return el("p", { class: "text" }, ...linked(group.entries.map((each) => each.text).join("\n")));
  }

  _block(group) {
    const texts = group.entries.map((entry) => entry.text);
    const count = Math.max(texts.length, group.entries[0].line === 1 ? group.entries[0].lines : 0);
    const isFolded = count > WHOLE && !this._unfolded.has(group.key);
    const text = (isFolded ? texts.slice(0, SHOWN) : texts).join("\n");
    const toggle =
      count > WHOLE &&
      el(
        "button",
        {
          class: "quiet small",
          type: "button",
          "aria-expanded": String(!isFolded),
          click: () => this._fold(group.key, isFolded),
        },
        isFolded ? `Show all ${count} lines` : `Show ${SHOWN} lines`,
      );
    return el(
      "div",
      { class: "pasted" },
      el("pre", { tabindex: "0", "aria-label": counted(count, "line") }, ...linked(text)),
      toggle,
    );
  }

  _fold(key, unfold) {
    if (unfold) this._unfolded.add(key);
    else this._unfolded.delete(key);
    this._changed();
  }

  _file(entry) {
    return file(entry.name, sized(entry.size), () => this._does.fetch(entry.room, entry.id));
  }

  _takeBack(entry) {
    return el(
      "button",
      { class: "take quiet small", type: "button", click: () => this._does.take(entry.room, entry.seq) },
      "Take back",
    );
  }
}
