/** What one types: said, done or written to one person, and kept apart for each conversation until then. */

import { Refused } from "./connection.js";
import { ask } from "./dialogs.js";
import { byId, say } from "./dom.js";
import { lines, parcels } from "./pasting.js";
import { told } from "./telling.js";

/** Characters of a text beyond which it is asked whether it had better be a file. */
const LARGE = 65536;

const TOUCH = matchMedia("(pointer: coarse)");

/** A verb, as the server reads it, or the words that leave a room. */
const VERB = /^\/[a-z]+(\s|$)/;
const LEAVE = /^exit chat$/i;

/** What puts a conversation with one person away. */
const AWAY = /^(\/(leave|part|exit|close)|exit chat)\s*$/i;

/** The line at the bottom. */
export class Composer {
  /**
   * @param {{search: (words: string) => void, give: (files: File[]) => void, sent: () => void,
   *   more: () => void, show: (name: string) => void, away: (talk: object) => void}} does
   */
  constructor(client, store, does) {
    this._client = client;
    this._store = store;
    this._does = does;
    this._texts = new Map();
    this._unsure = [];
    this._key = "";
    this._text = byId("text");
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this._submit();
    });
    this._text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this._submit();
    });
    this._text.addEventListener("input", () => this._typed());
    this._text.addEventListener("paste", (event) => this._pasted(event));
  }

  /** Draw it for the conversation that is shown. */
  draw(isOpen) {
    const conversation = this._store.shown;
    if (this._key !== this._store.current) this._turnTo(this._store.current);
    const mayType = Boolean(conversation?.inside);
    const hint =
      conversation === undefined
        ? "Choose a room"
        : conversation.inside
          ? `Message ${conversation.isPerson ? conversation.name : `#${conversation.name}`}`
          : `You are not in ${conversation.name}`;
    this._text.disabled = !mayType;
    this._text.placeholder = hint;
    say(byId("text-label"), hint);
    this._maySend = mayType && isOpen;
    this._typed();
  }

  /** Be where one types; but the keyboard of a phone comes only when it is wanted. */
  focus() {
    (TOUCH.matches || this._text.disabled ? byId("title") : this._text).focus();
  }

  /** The connection is back: what was perhaps not said comes back into the line, where it was not. */
  back() {
    for (const { text, conversation, seen } of this._unsure.splice(0)) {
      // What is done by `/me` is told without it, and to one person with a star.
      const first = lines(text)[0].replace(/^\/(?=\/)|^\/me\s+/, "");
      const isSaid = conversation.entries.some(
        (entry) => entry.seq > seen && this._store.isMe(entry.user) && [first, `* ${first}`].includes(entry.text),
      );
      if (!isSaid) this._restore(conversation.key, text);
    }
  }

  /** Somebody else may sit here next. */
  forget() {
    this._texts.clear();
    this._unsure = [];
    this._key = "";
    this._put("");
  }

  _restore(key, text) {
    const now = key === this._key ? this._text.value : (this._texts.get(key) ?? "");
    const both = now ? `${text}\n${now}` : text;
    this._texts.set(key, both);
    if (key === this._key) this._put(both);
  }

  _turnTo(key) {
    this._texts.set(this._key, this._text.value);
    this._key = key;
    this._put(this._texts.get(key) ?? "");
  }

  _put(text) {
    this._text.value = text;
    this._typed();
  }

  _typed() {
    byId("send").disabled = !this._maySend || !this._text.value.trim();
    this._text.style.height = "auto";
    this._text.style.height = `${this._text.scrollHeight}px`;
  }

  _pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this._does.give(files);
  }

  async _submit() {
    const text = this._text.value;
    const conversation = this._store.shown;
    if (!this._maySend || !text.trim()) return;
    if (text.length > LARGE && !conversation.isPerson && !(await this._insist(text))) return;
    this._put("");
    this._does.sent();
    const seen = conversation.isPerson ? this._store.own : conversation.seen;
    try {
      await this._send(text, conversation);
    } catch (error) {
      if (error instanceof Refused && error.answer.error === "connection-lost")
        this._unsure.push({ text, conversation, seen });
      else this._client.complain(error, conversation.key);
    }
  }

  /** A very long text is better given as a file. */
  async _insist(text) {
    const answer = await ask({
      title: "That is a long text",
      text: [`It has ${lines(text).length} lines. As a file it does not hide what others say.`],
      actions: [
        { name: "file", label: "Give it as a file" },
        { name: "say", label: "Say it nevertheless" },
      ],
    });
    if (answer?.action === "file") {
      this._put("");
      this._does.give([new File([text], "text.txt", { type: "text/plain" })]);
    }
    return answer?.action === "say";
  }

  async _send(text, conversation) {
    const isOneLine = !text.includes("\n");
    if (isOneLine && text.startsWith("/search ")) this._does.search(text.slice(8));
    else if (isOneLine && /^\/more\s*$/.test(text)) this._does.more();
    else if (conversation.isPerson && AWAY.test(text)) this._does.away(conversation);
    else if (conversation.isPerson && /^\/me\s/.test(text)) await this._speak(`* ${text.slice(4)}`, conversation);
    else if (isOneLine && (VERB.test(text) || LEAVE.test(text))) await this._type(text, conversation);
    else await this._speak(text.startsWith("//") ? text.slice(1) : text, conversation);
  }

  async _type(text, conversation) {
    const answer = await this._client.ask({ type: "typed", text, room: conversation.title });
    const isFocus = answer.type === "setting" && answer.name === "focus";
    if (isFocus) this._does.show(answer.value);
    const shown =
      isFocus || ["history", "paste", "you-left", "chat", "ticket"].includes(answer.type) ? "" : told(answer);
    this._client.note(
      shown,
      "",
      this._store.conversations.has(conversation.key) ? conversation.key : this._store.current,
    );
  }

  async _speak(text, conversation) {
    const requests = conversation.isPerson
      ? lines(text).map((line) => ({ type: "msg", name: conversation.name, text: line }))
      : parcels(text, conversation.name);
    const answers = await Promise.all(requests.map((request) => this._client.ask(request)));
    for (const answer of answers) this._client.note(told(answer), "", conversation.key);
  }
}
