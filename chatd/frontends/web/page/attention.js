/** Getting the attention of somebody who looks elsewhere: notifications of the browser, when she wants them. */

import { byId } from "./dom.js";
import { told } from "./telling.js";

/** Shows notifications; what was missed stands in the title and the list of conversations too. */
export class Attention {
  /** @param {(key: string) => void} show looks at a conversation */
  constructor(show) {
    this._show = show;
    this._button = byId("notify");
    this._button.addEventListener("click", () => Notification.requestPermission().then(() => this._offer()));
    this._offer();
  }

  /** Tell of what has happened, where it is for whoever sits here and she does not look. */
  tell(happening) {
    if (happening.looked) return;
    if (happening.what === "asked") this._notify("", "A request", happening.text);
    if (happening.what !== "news" || !happening.forYou) return;
    const { conversation, entry } = happening;
    const where = conversation.isPerson ? entry.user : `${entry.user} in ${conversation.name}`;
    this._notify(conversation.key, where, entry.text ?? told(entry));
  }

  _notify(key, title, body) {
    if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
    const notification = new Notification(title, { body, tag: key, icon: "icon.svg" });
    notification.onclick = () => {
      window.focus();
      if (key) this._show(key);
      notification.close();
    };
  }

  /** The browser asks only once, and only where it was wished for; without TLS it offers none. */
  _offer() {
    this._button.hidden =
      !("Notification" in window) || !window.isSecureContext || Notification.permission !== "default";
  }
}
