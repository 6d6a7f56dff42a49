/** What one can do with rooms and people, beyond saying something: each begins at a button and ends in requests. */

import { personKey, key } from "./conversation.js";
import { ask } from "./dialogs.js";
import { moment } from "./measures.js";

const ACCESS = [
  ["open", "Everybody"],
  ["accounts", "People with an account"],
  ["password", "Who knows a password"],
  ["invited", "Who is invited"],
];
const STATUSES = [
  ["active", "Active"],
  ["busy", "Busy"],
  ["away", "Away"],
];

/** Actions on rooms, people and oneself. */
export class Actions {
  /** @param {(key: string) => void} show looks at another conversation */
  constructor(client, store, show) {
    this._client = client;
    this._store = store;
    this._show = show;
    this._listed = 0;
  }

  // Rooms

  /** Look at a room, and enter it first where one is not in it; whether one is. */
  async enter(name) {
    const room = this._store.conversations.get(key(name));
    if (!room?.inside && (await this._client.do({ type: "enter", room: name })) === undefined) return false;
    this._show(key(name));
    return true;
  }

  /** Make a room, and say who may enter it. */
  async create() {
    const wish = await ask({
      title: "Make a room",
      fields: [
        { name: "room", label: "Name", maxlength: 32, hint: "A letter first, no spaces" },
        { name: "access", label: "Who may enter", options: ACCESS },
      ],
      actions: [{ name: "create", label: "Make it" }],
    });
    if (wish === undefined) return;
    const made = await this._client.do({ type: "create", room: wish.room });
    if (made === undefined || !(await this.enter(wish.room))) return;
    if (wish.access !== "open")
      await this._client.do({ type: "access", access: wish.access, room: wish.room }, key(wish.room));
    await this.list();
  }

  /** Ask anew which rooms there are, unless that was asked less than so many milliseconds ago. */
  async list(age = 0) {
    if (Date.now() - this._listed < age) return;
    this._listed = Date.now();
    await this._client.do({ type: "rooms" });
  }

  /** Ask who is in a room, and whose it is. */
  async look(room) {
    await Promise.all(["who", "info"].map((type) => this._client.do({ type, room: room.name }, room.key)));
  }

  /** All about the conversation that is shown, and what can be done with it. */
  async about() {
    const room = this._store.shown;
    if (room === undefined) return;
    if (room.isPerson) await this._talk(room);
    else if (room.inside) await this._room(room);
    else await this._outside(room);
  }

  async _talk(talk) {
    if (!(await this.person(talk.name)))
      await this._forget(talk, { title: talk.name, text: ["Nobody of that name is here."], actions: [] });
  }

  /** What can be done with a room that one is in no longer. */
  async _outside(room) {
    const text = ["You are not in this room any more."];
    const answer = await this._forget(room, {
      title: room.name,
      text,
      actions: [{ name: "enter", label: "Enter it again" }],
    });
    if (answer?.action === "enter") await this.enter(room.name);
  }

  /** Ask something about a conversation that can be put away. */
  async _forget(conversation, question) {
    const answer = await ask({
      ...question,
      actions: [...question.actions, { name: "forget", label: "Take off the list", quiet: true }],
    });
    if (answer?.action !== "forget") return answer;
    this._store.forget(conversation.key);
    this._show(this._store.current);
    return undefined;
  }

  async _room(room) {
    const info = await this._client.do({ type: "info", room: room.name });
    if (info === undefined) return;
    const isMine = this._store.isMe(info.owner) || this._store.me.role === "operator";
    const mayDelete = isMine && key(room.name) !== "public";
    const access = ACCESS.find(([word]) => word === info.access)?.[1] ?? info.access;
    const owner = info.owner ? `Owner: ${info.owner}.` : "";
    const made = info.created ? `Made ${moment(info.created)}.` : "";
    const wish = await ask({
      title: room.name,
      text: [`${owner} May enter: ${access.toLowerCase()}. ${made}`.trim()],
      fields: isMine
        ? [
            { name: "topic", label: "Topic", value: room.topic, optional: true, maxlength: 300 },
            { name: "access", label: "Who may enter", options: ACCESS, value: info.access },
            { name: "invite", label: "Invite", optional: true, hint: "The name of somebody with an account" },
          ]
        : [],
      actions: [
        ...(isMine ? [{ name: "save", label: "Save" }] : []),
        { name: "leave", label: "Leave the room", quiet: true },
        ...(mayDelete ? [{ name: "delete", label: "Delete the room", danger: true }] : []),
      ],
    });
    if (wish?.action === "leave") await this._client.do({ type: "leave", room: room.name });
    if (wish?.action === "delete") await this._delete(room);
    if (wish?.action === "save") await this._change(room, info, wish);
  }

  async _delete(room) {
    if ((await this._client.do({ type: "delete", room: room.name })) !== undefined) await this.list();
  }

  async _change(room, info, wish) {
    const topic = wish.topic.trim();
    if (topic !== room.topic) await this._client.do({ type: "topic", text: topic || "-", room: room.name });
    if (wish.access !== info.access) await this._client.say({ type: "access", access: wish.access, room: room.name });
    if (wish.invite.trim()) await this._client.say({ type: "invite", name: wish.invite.trim(), room: room.name });
  }

  // People

  /** Look at the conversation with somebody. */
  write(name) {
    const talk = this._store.conversation(name, true);
    this._show(talk.key);
  }

  /** Who somebody is, and what can be done about it; whether there is such a person. */
  async person(name) {
    const who = await this._client.do({ type: "whois", name });
    if (who === undefined) return false;
    const room = this._store.shown;
    const mayModerate = room?.inside && (this._store.isMe(room.owner) || this._store.me.role !== "user");
    const isMe = this._store.isMe(name);
    const here = who.online ? `Here since ${moment(who.since)}.` : `Last here ${moment(who.since)}.`;
    const question = {
      title: who.person.name,
      text: [
        [who.person.status, who.person.guest ? "guest" : who.person.role !== "user" && who.person.role]
          .filter(Boolean)
          .join(", "),
        ...(who.person.text ? [who.person.text] : []),
        here + (who.rooms.length ? ` In ${who.rooms.join(", ")}.` : ""),
      ],
      actions: isMe
        ? []
        : [
            { name: "write", label: "Write privately" },
            ...(who.online ? [{ name: "chat", label: "Ask for a private chat" }] : []),
            { name: "ignore", label: "Ignore" },
            ...(mayModerate && room.members.has(key(name)) ? [{ name: "kick", label: "Throw out", danger: true }] : []),
          ],
    };
    const talk = this._store.conversations.get(personKey(name));
    const answer = talk === undefined ? await ask(question) : await this._forget(talk, question);
    if (answer !== undefined) await this._with(who.person.name, answer.action, room);
    return true;
  }

  async _with(name, action, room) {
    if (action === "write") this.write(name);
    else if (action === "chat") await this.chat(name);
    else if (action === "ignore") await this._client.say({ type: "ignore", name });
    else if (action === "kick") await this._client.do({ type: "kick", name, room: room.name });
  }

  /** Ask somebody for a private chat. */
  async chat(name) {
    this.write(name);
    await this._client.say({ type: "chat", name }, personKey(name));
  }

  /** Say yes or no to what somebody asks. */
  async answer(request, yes) {
    if (request.kind === "room") {
      this._store.settle("room", request.name);
      if (yes) await this.enter(request.name);
    } else if (await this._client.do({ type: yes ? "yes" : "no", name: request.name })) {
      this._store.settle("chat", request.name);
      if (yes) this.write(request.name);
    }
    this._show(this._store.current);
  }

  /** Put a conversation with one person away, and end the private chat with her, if there is one. */
  async away(talk) {
    if (talk.chat) await this._client.do({ type: "close", name: talk.name });
    this._store.forget(talk.key);
    this._show(this._store.current);
  }

  /** End the private chat that is shown. */
  async endChat() {
    const talk = this._store.shown;
    if (talk?.isPerson) await this._client.say({ type: "close", name: talk.name });
  }

  // Oneself

  /** One's status and account; gives what else one wants: `quit` or `register`. */
  async self() {
    const me = this._store.me;
    const answer = await ask({
      title: me.name,
      text: [me.guest ? "You are here as a guest." : "You are signed in."],
      fields: [
        { name: "status", label: "Status", options: STATUSES, value: me.status },
        { name: "text", label: "Text behind it", value: me.text, optional: true, maxlength: 80 },
      ],
      actions: [
        { name: "save", label: "Save" },
        ...(me.guest
          ? [{ name: "register", label: "Make an account" }]
          : [{ name: "password", label: "Change password" }]),
        { name: "quit", label: "Sign out", quiet: true },
      ],
    });
    if (answer?.action === "save") await this._client.do({ type: "status", status: answer.status, text: answer.text });
    if (answer?.action === "password") await this._password();
    return answer?.action;
  }

  async _password() {
    const answer = await ask({
      title: "Change password",
      fields: [
        { name: "password", label: "Password until now", type: "password", autocomplete: "current-password" },
        { name: "fresh", label: "New password", type: "password", autocomplete: "new-password" },
        { name: "again", label: "New password again", type: "password", autocomplete: "new-password" },
      ],
      actions: [{ name: "save", label: "Change it" }],
    });
    if (answer === undefined) return;
    if (answer.fresh !== answer.again)
      this._client.note("The two new passwords are not the same; nothing was changed.", "error");
    else await this._client.say({ type: "password", password: answer.password, new: answer.fresh });
  }

  /**
   * Ask a guest for what an account needs.
   *
   * @param {(fields: object) => Promise<string>} register gives why there is none, or nothing
   * @returns {Promise<boolean>} whether there is one
   */
  async register(register) {
    let why = "";
    for (;;) {
      const answer = await ask({
        title: "Make an account",
        text: why ? [why] : [],
        fields: [
          { name: "name", label: "Name", value: this._store.me.name, maxlength: 64 },
          { name: "password", label: "Password", type: "password", autocomplete: "new-password" },
          {
            name: "code",
            label: "Code for making accounts",
            type: "password",
            optional: true,
            hint: "Where this server wants one",
          },
        ],
        actions: [{ name: "register", label: "Make it" }],
      });
      if (answer === undefined) return false;
      why = await register(answer);
      if (!why) return true;
    }
  }
}
