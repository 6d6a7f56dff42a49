/** Who one is on this server: signing in and out, and going on where one was after the connection or the page was lost. */

import { Refused } from "./connection.js";
import { ask } from "./dialogs.js";
import { told } from "./telling.js";

/** What is kept for this tab of the browser: the code to go on with, and where one was. */
const KEPT = "chatd";

/** What tells that an account needs a code here: a question that was not answered, or a wrong answer. */
const NEEDS_CODE = new Set(["register-code", "wrong-register-code"]);

/** The session of this page. */
export class Session {
  /**
   * @param {Storage} storage keeps things as long as this tab is open
   * @param {{begin: () => Promise<void>, back: () => void, leave: (why: string) => void, needCode: () => void}} does what
   *   the page does when somebody has signed in, is back, or is nobody any more
   */
  constructor(connection, store, storage, does) {
    this._connection = connection;
    this._store = store;
    this._storage = storage;
    this._does = does;
  }

  /** A connection stands: be who one was. */
  async greet() {
    const kept = this._kept();
    if (kept === undefined) return;
    const isHere = this._store.me !== null;
    const seen = isHere ? this._store.places : Object.fromEntries(kept.rooms.map((room) => [room, null]));
    try {
      await this._arrive({ type: "resume", code: kept.code, seen });
    } catch (error) {
      this._lose(error);
      return;
    }
    this.keep();
    if (isHere) this._does.back();
    else await this._does.begin(kept.current);
  }

  /**
   * Come in.
   *
   * @param {"login" | "register" | "guest"} way
   * @returns {Promise<string>} why one is not let in; empty where one is
   */
  async enter(way, { name, password, code }) {
    const request = { login: { name, password }, register: { name, password, code }, guest: { name } }[way];
    try {
      await this._arrive({ type: way, ...request });
    } catch (error) {
      if (error.answer?.error === "too-many-sessions" && (await this._oldest(error))) return "";
      return this._why(error);
    }
    await this._begin();
    return "";
  }

  /** Sign out, and be nobody. */
  async quit() {
    this._forget();
    await this._connection.request({ type: "quit" }).catch(() => this._connection.end());
  }

  /** The connection has ended for good: stand before the door, and say why. */
  ended(why) {
    this._forget();
    this._does.leave(why);
  }

  /** Keep what is needed to go on, should the page be loaded again. */
  keep() {
    if (this._store.me === null || !this._store.code) return;
    const rooms = this._store.lists.rooms.filter((room) => room.inside).map((room) => room.name);
    this._storage.setItem(KEPT, JSON.stringify({ code: this._store.code, rooms, current: this._store.current }));
  }

  /** Whether there is a session to go on with. */
  get isKept() {
    return this._storage.getItem(KEPT) !== null;
  }

  _kept() {
    const kept = this._storage.getItem(KEPT);
    return kept === null ? undefined : JSON.parse(kept);
  }

  _forget() {
    this._storage.removeItem(KEPT);
  }

  async _arrive(request) {
    this._store.arriving = true;
    try {
      await this._connection.request(request);
    } finally {
      this._store.arriving = false;
    }
  }

  async _begin() {
    this.keep();
    await this._does.begin("");
  }

  /** Whoever has too many sessions may end the oldest. */
  async _oldest(error) {
    const answer = await ask({
      title: "End your oldest session?",
      text: [`${told({ type: "error", ...error.answer })} The oldest session can be ended, so that you come in here.`],
      actions: [{ name: "oldest", label: "End it and come in" }],
    });
    if (answer === undefined) return false;
    await this._arrive({ type: "oldest" });
    await this._begin();
    return true;
  }

  _why(error) {
    if (!(error instanceof Refused)) throw error;
    if (NEEDS_CODE.has(error.answer.about || error.answer.error)) {
      this._does.needCode();
      return told({ type: "error", error: "wrong-register-code" });
    }
    return told({ type: "error", ...error.answer });
  }

  /** One cannot be who one was; a connection that is lost again meanwhile decides nothing. */
  _lose(error) {
    const why = this._why(error);
    if (error.answer.error !== "connection-lost") this.ended(why);
  }
}
