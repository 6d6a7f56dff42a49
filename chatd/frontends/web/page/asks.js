/** What others ask for, which waits for a yes or a no. */

import { byId, el, keep, say } from "./dom.js";

/** Draws the requests. */
export class Asks {
  /** @param {(request: object, yes: boolean) => void} answer */
  constructor(store, answer) {
    this._store = store;
    this._answer = answer;
  }

  /** Draw them. */
  draw() {
    const { asks } = this._store;
    keep(byId("asks"), asks, {
      key: (request) => `${request.kind} ${request.name}`,
      sign: () => "",
      make: (request) => this._ask(request),
    });
    byId("asks").hidden = !asks.length;
    say(byId("aloud"), asks.map(words).join(" "));
  }

  _ask(request) {
    const button = (label, name, yes) =>
      el(
        "button",
        {
          type: "button",
          class: `${name} small`,
          click: () => this._answer(request, yes),
        },
        label,
      );
    return el(
      "div",
      { class: "ask" },
      el("p", { class: "grow" }, words(request)),
      button(request.kind === "chat" ? "Accept" : "Enter", "primary", true),
      button("Decline", "quiet", false),
    );
  }
}

function words(request) {
  return request.kind === "chat"
    ? `${request.name} asks you for a private chat.`
    : `${request.user} invites you into ${request.name}.`;
}
