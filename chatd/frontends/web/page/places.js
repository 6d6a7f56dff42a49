/** The list of conversations: rooms, people and rooms one could enter, with what has not been seen. */

import { byId, el, icon, keep, say } from "./dom.js";
import { counted } from "./measures.js";

function badge(conversation) {
  if (!conversation.unread) return undefined;
  const words = conversation.forYou ? `, ${conversation.forYou} for you` : "";
  return el(
    "span",
    { class: conversation.forYou ? "badge for-you" : "badge" },
    el("span", { "aria-hidden": "true" }, `${conversation.forYou ? "@" : ""}${Math.min(conversation.unread, 999)}`),
    el("span", { class: "unseen" }, `${conversation.unread} unread${words}`),
  );
}

/** Draws the list, and does what is chosen there. */
export class Places {
  /** @param {{show: (key: string) => void, enter: (room: string) => void}} does */
  constructor(store, does) {
    this._store = store;
    this._does = does;
  }

  /** Draw it. */
  draw() {
    const { rooms, people } = this._store.lists;
    this._list("rooms", rooms);
    this._list("private", people);
    byId("people-head").hidden = !people.length;
    const others = this._store.otherRooms;
    byId("others-head").hidden = !others.length;
    keep(byId("others"), others, {
      key: (room) => room.room,
      sign: (room) => `${room.members} ${room.topic} ${room.access}`,
      make: (room) => this._other(room),
    });
    this._drawMe();
    const count = [...this._store.conversations.values()].filter(
      (each) => each.key !== this._store.current && each.unread,
    ).length;
    byId("places-badge").hidden = !count;
    byId("places-badge").classList.toggle("for-you", this._store.forYou > 0);
    byId("places-open").setAttribute(
      "aria-label",
      count ? `Conversations, ${counted(count, "one has", "have")} news` : "Conversations",
    );
  }

  _list(id, conversations) {
    keep(byId(id), conversations, {
      key: (each) => each.key,
      sign: (each) =>
        [
          each.name,
          each.unread,
          each.forYou,
          each.inside,
          each.key === this._store.current,
          each.chat,
          each.isPerson && this._store.person(each.name)?.status,
        ].join(),
      make: (each) => this._place(each),
    });
  }

  _place(conversation) {
    const isCurrent = conversation.key === this._store.current;
    const status = conversation.isPerson ? (this._store.person(conversation.name)?.status ?? "offline") : "";
    const classes = ["place", conversation.unread && "unread", conversation.inside || "outside"]
      .filter(Boolean)
      .join(" ");
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: classes,
          "aria-current": isCurrent ? "page" : false,
          click: () => this._does.show(conversation.key),
        },
        conversation.isPerson
          ? el("span", { class: `status ${status}`, "aria-hidden": "true" })
          : el("span", { class: "hash", "aria-hidden": "true" }, "#"),
        el("span", { class: "grow name" }, conversation.name),
        conversation.inside || el("span", { class: "unseen" }, ", you are not in it"),
        badge(conversation),
      ),
    );
  }

  _other(room) {
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: "place outside",
          title: room.topic || false,
          click: () => this._does.enter(room.room),
        },
        room.access === "open" ? el("span", { class: "hash", "aria-hidden": "true" }, "#") : icon("lock"),
        el("span", { class: "grow name" }, el("span", { class: "unseen" }, "Enter "), room.room),
        el("span", { class: "count" }, String(room.members), el("span", { class: "unseen" }, " members")),
      ),
    );
  }

  _drawMe() {
    const me = this._store.me;
    const text = me.text ? `${me.status}: ${me.text}` : me.status;
    const button = byId("me");
    const sign = [me.name, me.status, me.text, me.guest].join();
    if (button.dataset.sign === sign) return;
    button.dataset.sign = sign;
    button.replaceChildren(
      el("span", { class: `status ${me.status}`, "aria-hidden": "true" }),
      el("span", { class: "grow" }, el("strong", {}, me.name), el("small", {}, me.guest ? `guest, ${text}` : text)),
      el("span", { class: "unseen" }, ", your status and account"),
    );
  }

  /** The name of the server, and what stands in the title of the window. */
  entitle() {
    say(byId("server-name"), this._store.server || "chatd");
    const { shown, forYou } = this._store;
    document.title = [forYou ? `(${forYou})` : "", shown?.title, shown ? "·" : "", this._store.server || "chatd"]
      .filter(Boolean)
      .join(" ");
  }
}
