/** The door: where people sign in, and where they are told why they stand before it again. */

import { byId, say } from "./dom.js";

const WAYS = {
  login: { button: "Log in", name: "Name" },
  register: { button: "Make the account", name: "Name" },
  guest: { button: "Come in", name: "Name (made up for you where you give none)" },
};

/** The form before the chat. */
export class Door {
  /** @param {(way: string, fields: object) => Promise<string>} enter gives why one is not let in, or nothing */
  constructor(enter) {
    this._enter = enter;
    this._isBusy = false;
    this._form = byId("sign-in");
    this._form.addEventListener("change", (event) => event.target.name === "way" && this._turn());
    this._form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._submit();
    });
    this._turn();
  }

  /** Show it, or put it away. */
  show(isShown) {
    const door = byId("door");
    if (door.hidden === !isShown) return;
    door.hidden = !isShown;
    if (isShown) this._form.elements.name.focus();
  }

  /** Draw what is to be known before one comes in. */
  draw({ server, motd }, news, isOpen) {
    if (server) say(byId("door-title"), server);
    byId("door-motd").hidden = !motd.length;
    say(byId("door-motd"), motd.join("\n"));
    say(byId("door-news"), news);
    byId("sign-in-button").disabled = this._isBusy || !isOpen;
  }

  /** An account needs a code here. */
  needCode() {
    byId("code-field").hidden = false;
  }

  get _way() {
    return this._form.elements.way.value;
  }

  _turn() {
    const way = this._way;
    const { name, password, again } = this._form.elements;
    for (const field of this._form.querySelectorAll("[data-for]"))
      field.hidden = !field.dataset.for.split(" ").includes(way);
    name.required = way !== "guest";
    password.required = way !== "guest";
    again.required = way === "register";
    password.autocomplete = way === "register" ? "new-password" : "current-password";
    byId("code-field").hidden = true;
    say(byId("name-label"), WAYS[way].name);
    say(byId("sign-in-button"), WAYS[way].button);
    say(byId("door-error"), "");
  }

  async _submit() {
    const { name, password, again, code } = this._form.elements;
    if (this._way === "register" && password.value !== again.value) {
      this._complain("The two passwords are not the same.", again);
      return;
    }
    this._isBusy = true;
    byId("sign-in-button").disabled = true;
    say(byId("door-error"), "");
    const why = await this._enter(this._way, { name: name.value.trim(), password: password.value, code: code.value });
    this._isBusy = false;
    byId("sign-in-button").disabled = false;
    if (why) {
      this._complain(why, this._way === "guest" ? name : byId("code-field").hidden ? password : code);
      return;
    }
    password.value = again.value = code.value = "";
    this._form.elements.way.value = "login";
    this._turn();
  }

  _complain(why, field) {
    say(byId("door-error"), why);
    field.focus();
  }
}
