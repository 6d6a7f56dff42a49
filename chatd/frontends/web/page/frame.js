/** What stands around a conversation: its title, the state of the connection, the panes at the sides, and the address. */

import { byId, el, keep, say } from "./dom.js";
import { linked } from "./links.js";
import { told } from "./telling.js";

/** From which width on the list of conversations, and that of members, stand beside the conversation. */
const WIDE = matchMedia("(min-width: 45rem)");
const WIDER = matchMedia("(min-width: 64rem)");

/** The frame of the page. */
export class Frame {
  constructor(store, connection) {
    this._store = store;
    this._connection = connection;
    /** Why one stands before the door. */
    this.news = "";
    this._pane("places", byId("places"), WIDE);
    this._pane("members", byId("members-pane"), WIDER);
    const viewport = window.visualViewport;
    viewport?.addEventListener("resize", () => this._fit(viewport));
    viewport?.addEventListener("scroll", () => this._fit(viewport));
    setInterval(() => this._countDown(), 1000);
  }

  /** The room, or `@` and the person, that the address of the page names. */
  get wanted() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return "";
    }
  }

  /** Let the address say what is shown. */
  turnTo(conversation) {
    const hash = conversation === undefined ? location.pathname : `#${encodeURIComponent(conversation.title)}`;
    history.replaceState(null, "", hash);
    if (!WIDE.matches) this._open("places", false);
  }

  /** Draw it. */
  draw(mayGive) {
    const conversation = this._store.shown;
    const isRoom = conversation !== undefined && !conversation.isPerson;
    say(byId("title"), conversation?.name ?? "");
    byId("title").className = isRoom ? "room" : "";
    const topic = byId("topic");
    const text = isRoom ? conversation.topic : this._presence(conversation);
    if (topic.textContent !== text) topic.replaceChildren(...linked(text));
    byId("end-chat").hidden = conversation?.chat !== "open";
    for (const id of ["files", "members-open"]) byId(id).hidden = !isRoom;
    byId("members-pane").hidden = !isRoom;
    byId("files").disabled = this._connection.state !== "open" || !conversation?.inside;
    const isOpen = this._connection.state === "open";
    for (const id of ["find", "me", "end-chat"]) byId(id).disabled = !isOpen;
    byId("create").disabled = !isOpen || this._store.me.guest;
    byId("about").disabled = !isOpen || conversation === undefined;
    byId("attach").disabled = !isOpen || !mayGive;
    this._drawState();
  }

  _presence(talk) {
    if (talk === undefined) return "";
    const person = this._store.person(talk.name);
    const chat = { open: "Private chat", asked: "Asked for a private chat" }[talk.chat] ?? "Private messages";
    return person === undefined ? chat : `${chat} · ${person.status}${person.text ? `: ${person.text}` : ""}`;
  }

  // The state of the connection

  /** In words; empty where all is well. */
  get state() {
    if (this._connection.state === "open") return this._store.stopping ? told(this._store.stopping) : "";
    if (this._connection.state === "waiting") return "The connection is lost. This page comes back by itself.";
    return this._connection.state === "connecting" ? "Connecting …" : "";
  }

  _drawState() {
    const { state } = this;
    const bar = byId("state");
    bar.hidden = !state;
    bar.classList.toggle("lost", this._connection.state === "waiting");
    keep(bar, state ? [state] : [], {
      key: (text) => text,
      sign: () => this._connection.state,
      make: (text) =>
        el(
          "span",
          {},
          text,
          " ",
          el("span", { class: "seconds", "aria-hidden": "true" }),
          this._connection.state === "waiting" &&
            el("button", { type: "button", class: "quiet small", click: () => this._connection.connect() }, "Try now"),
        ),
    });
    this._countDown();
  }

  _countDown() {
    const seconds = Math.max(0, Math.ceil((this._connection.retryAt - Date.now()) / 1000));
    for (const place of document.querySelectorAll(".seconds")) {
      say(place, this._connection.state === "waiting" ? `Next attempt in ${seconds} s.` : "");
    }
  }

  // The panes, and the height that the keyboard of a phone leaves

  _pane(name, pane, wide) {
    this._open(name, wide.matches);
    wide.addEventListener("change", () => this._open(name, wide.matches));
    byId(`${name}-open`).addEventListener("click", () =>
      this._open(name, !document.body.classList.contains(`with-${name}`), true),
    );
    byId(`${name}-close`).addEventListener("click", () => this._open(name, false, true));
    // Beside an open pane that lies over it, the conversation is a way to close the pane.
    document.querySelector(".talk").addEventListener("click", (event) => {
      if (!wide.matches && !event.target.closest("header")) this._open(name, false);
    });
    pane.addEventListener(
      "keydown",
      (event) => event.key === "Escape" && !wide.matches && this._open(name, false, true),
    );
  }

  _open(name, isOpen, byHand = false) {
    document.body.classList.toggle(`with-${name}`, isOpen);
    byId(`${name}-open`).setAttribute("aria-expanded", String(isOpen));
    if (byHand) byId(isOpen ? `${name}-close` : `${name}-open`).focus();
  }

  /** The height that is seen is the page's, unless somebody looks closely at a part of it. */
  _fit(viewport) {
    const isWhole = viewport.scale < 1.01;
    document.documentElement.style.setProperty("--height", isWhole ? `${viewport.height}px` : "");
    if (isWhole) window.scrollTo(0, 0);
  }
}
