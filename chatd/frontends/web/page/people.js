/** The members of the room that is shown, with their status. */

import { byId, el, keep, say } from "./dom.js";
import { counted } from "./measures.js";
import { hue } from "./messages.js";

/** Members that are shown; of a crowd one looks for somebody by `/who` or by writing to her. */
const MOST = 300;

const ORDER = ["active", "busy", "away", "inactive", "offline"];

function byStatus(one, other) {
  return ORDER.indexOf(one.status) - ORDER.indexOf(other.status) || one.name.localeCompare(other.name);
}

/** Draws the list, and does what is chosen there. */
export class People {
  /** @param {(name: string) => void} choose */
  constructor(store, choose) {
    this._store = store;
    this._choose = choose;
  }

  /** Draw it. */
  draw() {
    const room = this._store.shown;
    const members = [...(room?.members.values() ?? [])].sort(byStatus);
    say(byId("members-title"), room?.count ? counted(room.count, "member") : "Members");
    say(byId("member-count"), room?.count ? String(room.count) : "");
    byId("members-open").setAttribute("aria-label", room?.count ? counted(room.count, "member") : "Members");
    keep(byId("members"), members.slice(0, MOST), {
      key: (person) => person.name,
      sign: (person) => [person.status, person.text, person.role, person.guest, this._store.isMe(person.name)].join(),
      make: (person) => this._person(person),
    });
  }

  _person(person) {
    const mark = person.guest ? "guest" : person.role === "user" ? "" : person.role;
    const status = person.text || (person.status === "active" ? "" : person.status);
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "place person", click: () => this._choose(person.name) },
        el("span", { class: `status ${person.status}`, "aria-hidden": "true" }),
        el(
          "span",
          { class: "grow" },
          el("span", { class: `name ${hue(person.name)}` }, person.name),
          this._store.isMe(person.name) && el("span", { class: "tag" }, "you"),
          mark && el("span", { class: "tag" }, mark),
          el("span", { class: "unseen" }, ` ${person.status}`),
          status && el("small", {}, status),
        ),
      ),
    );
  }
}
