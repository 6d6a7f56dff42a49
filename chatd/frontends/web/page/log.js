/** What is said in the conversation that is shown: drawn, kept in its place while one reads, and older on scrolling up. */

import { groups } from "./groups.js";
import { byId, keep, say } from "./dom.js";
import { counted } from "./measures.js";
import { Messages } from "./messages.js";

/** Pixels from the end at which one still reads the newest, and from the beginning at which older is asked for. */
const NEAR = 60;

/** Entries that are asked for at once. */
export const PAGE = 50;

/** Elements that are drawn at the end, and so many more each time one comes near the first of them. */
const STEP = 200;

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
    this._messages = new Messages(store, does, () => this._stay());
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
      sign: (group) => this._messages.sign(group),
      make: (group) => this._messages.make(group),
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
    const seen = [...this._element.children].find(
      (child) => child.offsetTop + child.offsetHeight > top && child.matches(".message"),
    );
    return seen && { key: seen.dataset.key, below: seen.offsetTop - top };
  }

  _hold(anchor) {
    const child = anchor && [...this._element.children].find((each) => each.dataset.key === anchor.key);
    if (child) this._element.scrollTop = child.offsetTop - anchor.below;
  }

  /** Draw it anew, and go on reading where one is. */
  _stay() {
    this.atEnd = false;
    this.draw();
  }

  _offer(conversation) {
    this._newest.hidden = this.atEnd;
    const unread = conversation?.unread ?? 0;
    say(this._newest.lastElementChild, unread ? counted(unread, "new message") : "Newest");
  }
}
