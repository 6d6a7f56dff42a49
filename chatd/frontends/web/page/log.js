/** What is said in the conversation that is shown: drawn, kept in its place while one reads, and older on scrolling up. */

import { groups } from "./groups.js";
import { byId, el, icon, keep, say } from "./dom.js";
import { linked } from "./links.js";
import { clock, counted, moment, sized } from "./measures.js";
import { told } from "./telling.js";

/** Lines of a block of which all are shown, and lines that are shown of a longer one. */
const WHOLE = 40;
const SHOWN = 12;

/** Pixels from the end at which one still reads the newest, and from the beginning at which older is asked for. */
const NEAR = 60;

/** Entries that are asked for at once. */
export const PAGE = 50;

/** Elements that are drawn at the end, and so many more each time one comes near the first of them. */
const STEP = 200;

/** Which of the colours for names a name has. */
export function hue(name) {
  let sum = 7;
  for (const character of name.toLowerCase()) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return `hue-${sum % 10}`;
}

/** The log of one conversation at a time. */
export class Log {
  /**
   * @param {{older: (conversation) => Promise<void>, take: (room, id) => void, fetch: (room, id) => void,
   *   attend: () => void}} does what is done on behalf of whoever reads
   */
  constructor(store, does) {
    this._store = store;
    this._does = does;
    this._element = byId("log");
    this._newest = byId("newest");
    this._unfolded = new Set();
    this._shown = "";
    this._places = new Map();
    this._drawn = STEP;
    this._all = 0;
    this._asking = false;
    this.atEnd = true;
    this._element.addEventListener("scroll", () => this._scrolled(), { passive: true });
    this._newest.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this._element);
  }

  /** Draw what there is. */
  draw() {
    const conversation = this._store.shown;
    if (conversation === undefined) {
      this._element.replaceChildren();
      return;
    }
    const isOther = this._shown !== conversation.key;
    const anchor = isOther ? this._turnTo(conversation) : this._anchor();
    // What was said before is there to be read, and not to be read aloud.
    this._element.setAttribute("aria-live", isOther || this._asking ? "off" : "polite");
    keep(this._element, this._last(groups(conversation.entries, conversation), isOther), {
      key: (group) => group.key,
      sign: (group) => this._sign(group),
      make: (group) => this._group(group),
    });
    if (this.atEnd) this.toEnd();
    else this._hold(anchor);
    this._offer(conversation);
    requestAnimationFrame(() => this._fill());
  }

  /** Show the newest. */
  toEnd() {
    this.atEnd = true;
    this._element.scrollTop = this._element.scrollHeight;
  }

  /** Begin with another conversation; gives where one was in it. */
  _turnTo(conversation) {
    this._places.set(this._shown, { anchor: this._anchor(), drawn: this._drawn });
    const place = this._places.get(conversation.key);
    this.atEnd = place?.anchor === undefined;
    this._drawn = place?.drawn ?? STEP;
    this._shown = conversation.key;
    this._element.replaceChildren();
    this._element.setAttribute("aria-label", `Messages in ${conversation.title}`);
    return place?.anchor;
  }

  /** The last of all groups: few at the end, and where one reads further up, all from there on, whatever comes. */
  _last(all, isOther) {
    if (this.atEnd) this._drawn = STEP;
    else if (!isOther) this._drawn += Math.max(0, all.length - this._all);
    this._all = all.length;
    return all.slice(-this._drawn);
  }

  // Scrolling

  _scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this._element;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.atEnd) this._does.attend();
    this._offer(this._store.shown);
    this._fill();
  }

  /** What is older is asked for where one is near it, or where what is here does not fill the space. */
  async _fill() {
    const conversation = this._store.shown;
    if (this._element.scrollTop > NEAR * 4) return;
    if (this._drawn < this._all) {
      if (this.atEnd) return;
      this._drawn += STEP;
      this.draw();
      return;
    }
    if (this._asking || !conversation?.more || !conversation.inside) return;
    this._asking = true;
    this._element.setAttribute("aria-busy", "true");
    try {
      await this._does.older(conversation);
    } finally {
      this._asking = false;
      this._element.removeAttribute("aria-busy");
    }
  }

  /** The first message that is seen, and how far down it stands; nothing at the end. */
  _anchor() {
    if (this.atEnd) return undefined;
    const top = this._element.scrollTop;
    // What stands between messages may become part of something else when older ones come.
    const seen = [...this._element.children].find((child) => child.offsetTop + child.offsetHeight > top && child.matches(".message"));
    return seen && { key: seen.dataset.key, below: seen.offsetTop - top };
  }

  _hold(anchor) {
    const child = anchor && [...this._element.children].find((each) => each.dataset.key === anchor.key);
    if (child) this._element.scrollTop = child.offsetTop - anchor.below;
  }

  _offer(conversation) {
    this._newest.hidden = this.atEnd;
    const unread = conversation?.unread ?? 0;
    say(this._newest.lastElementChild, unread ? counted(unread, "new message") : "Newest");
  }

  // Drawing

  _sign(group) {
    const last = group.entries.at(-1);
    return [group.kind, group.entries.length, last?.key, group.goesOn, group.text, this._unfolded.has(group.key),
      this._mayTake(group)].join();
  }

  /** The server decides; it is offered where it may say yes. */
  _mayTake(group) {
    const [entry] = group.entries;
    if (!entry?.seq || !["said", "emoted"].includes(entry.type)) return false;
    return this._store.isMe(entry.user) || this._store.isMe(this._store.shown.owner) || this._store.me.role !== "user";
  }

  _group(group) {
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
      "div", { class: classes.filter(Boolean).join(" ") },
      el("span", { class: `mark ${hue(entry.user)}`, "aria-hidden": "true" }, group.goesOn ? clock(entry.at) : [...entry.user][0].toUpperCase()),
      el("div", { class: "body" },
        el("div", { class: group.goesOn ? "by unseen" : "by" },
          el("span", { class: `name ${hue(entry.user)}` }, entry.user), " ",
          el("time", { datetime: entry.at, title: this._place(entry) }, clock(entry.at)),
          entry.mention && el("span", { class: "you" }, "to you")),
        this._content(group)),
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
    if (group.kind === "emote") return el("p", { class: "text" }, el("em", {}, `${entry.user} `, ...linked(entry.text)));
    return el("p", { class: "text" }, ...linked(group.entries.map((each) => each.text).join("\n")));
  }

  _block(group) {
    const texts = group.entries.map((entry) => entry.text);
    const count = Math.max(texts.length, group.entries[0].line === 1 ? group.entries[0].lines : 0);
    const isFolded = count > WHOLE && !this._unfolded.has(group.key);
    const text = (isFolded ? texts.slice(0, SHOWN) : texts).join("\n");
    const toggle = count > WHOLE && el("button", {
      class: "quiet small", type: "button", "aria-expanded": String(!isFolded), click: () => this._fold(group.key, isFolded),
    }, isFolded ? `Show all ${count} lines` : `Show ${SHOWN} lines`);
    return el("div", { class: "pasted" }, el("pre", { tabindex: "0", "aria-label": counted(count, "line") }, ...linked(text)), toggle);
  }

  _fold(key, unfold) {
    if (unfold) this._unfolded.add(key);
    else this._unfolded.delete(key);
    this.atEnd = false;
    this.draw();
  }

  _file(entry) {
    return el("div", { class: "given" }, icon("file"),
      el("span", { class: "grow" }, el("strong", {}, entry.name), el("small", {}, sized(entry.size))),
      el("button", { class: "quiet small", type: "button", "aria-label": `Fetch ${entry.name}`, click: () => this._does.fetch(entry.room, entry.id) }, icon("fetch"), "Fetch"));
  }

  _takeBack(entry) {
    return el("button", { class: "take quiet small", type: "button", click: () => this._does.take(entry.room, entry.seq) }, "Take back");
  }
}
