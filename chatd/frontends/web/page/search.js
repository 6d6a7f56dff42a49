/** The search: what was found, the newest first, and the way from there to the conversation it stands in. */

import { personKey } from "./conversation.js";
import { byId, el, say } from "./dom.js";
import { linked } from "./links.js";
import { counted, moment } from "./measures.js";
import { told } from "./telling.js";

/** The pane with the search. */
export class Search {
  /** @param {{show: (key: string) => void, enter: (room: string) => void}} does */
  constructor(client, store, does) {
    this._client = client;
    this._store = store;
    this._does = does;
    this._count = 0;
    byId("find").addEventListener("click", () => this.open());
    byId("search-close").addEventListener("click", () => this.close());
    byId("search-pane").addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    byId("search-more").addEventListener("click", () => this.more());
    byId("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.find(byId("words").value);
    });
  }

  /** Show the pane. */
  open() {
    this._open(true);
    byId("words").focus();
  }

  /** Put it away. */
  close() {
    this._open(false);
    byId("find").focus();
  }

  /** Somebody else may sit here next. */
  forget() {
    this._open(false);
    byId("words").value = "";
    byId("found").replaceChildren();
  }

  _open(isOpen) {
    byId("search-pane").hidden = !isOpen;
    document.body.classList.toggle("with-search", isOpen);
  }

  /** Search for words. */
  async find(words) {
    this._open(true);
    byId("words").value = words;
    byId("found").replaceChildren();
    this._count = 0;
    await this._find({ type: "search", words });
  }

  /** Show what else was found. */
  async more() {
    this._open(true);
    await this._find({ type: "more" });
  }

  async _find(request) {
    const found = [];
    const state = byId("search-state");
    say(state, "Searching …");
    byId("search-more").hidden = true;
    try {
      const end = await this._client.ask(request, found);
      byId("found").append(...found.map((object) => this._hit(object)));
      this._count += found.length;
      say(
        state,
        counted(this._count, "message") + (end.complete ? "" : "; not all is searched yet, try again in a while"),
      );
      byId("search-more").hidden = !end.more;
    } catch (error) {
      if (error.answer === undefined) throw error;
      say(state, told({ type: "error", ...error.answer }));
    }
  }

  _hit(object) {
    const peer = this._store.isMe(object.user) ? object.to : object.user;
    const where = object.room ?? `@${peer}`;
    const go = () => (object.room ? this._does.enter(object.room) : this._does.show(personKey(peer), peer));
    return el(
      "li",
      {},
      el(
        "div",
        { class: "by" },
        el("strong", {}, object.user),
        el("button", { type: "button", class: "link", click: go }, where),
        el("time", { datetime: String(object.at) }, moment(object.at)),
      ),
      el("p", { class: "text" }, ...(object.text === undefined ? [object.name ?? ""] : linked(object.text))),
    );
  }
}
