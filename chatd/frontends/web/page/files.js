/** Files: given to a room by a button or dropped onto the page, with their progress, and fetched by a link. */

import { Refused } from "./connection.js";
import { ask } from "./dialogs.js";
import { byId, el, icon, say } from "./dom.js";
import { moment, sized } from "./measures.js";
import { file } from "./messages.js";

/** Where a file goes or comes from, seen from the page. */
function address(ticket) {
  return `files/${encodeURIComponent(ticket.ticket)}/${encodeURIComponent(ticket.name)}`;
}

/** Puts a file there; `progress` is told how much of it has gone. The promise is rejected with {@link Refused}. */
function put(request, file, url, progress) {
  return new Promise((resolve, reject) => {
    const fail = () =>
      reject(new Refused(request.response?.error ? request.response : { error: "upload-failed", about: file.name }));
    request.open("POST", url);
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => (request.status === 201 ? resolve(request.response) : fail());
    request.onerror = request.ontimeout = fail;
    request.onabort = () => reject(new Refused({ error: "given-up" }));
    request.send(file);
  });
}

/** Files under way. */
export class Files {
  constructor(client, store) {
    this._client = client;
    this._store = store;
    byId("attach").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", (event) => {
      this.give([...event.target.files]);
      event.target.value = "";
    });
    byId("files").addEventListener("click", () => this.list());
    this._takeDrops(document.querySelector(".talk"));
  }

  /** Whether a file can be given where one is now. */
  get mayGive() {
    const room = this._store.shown;
    return room !== undefined && !room.isPerson && room.inside && !this._store.me.guest;
  }

  /** Give files to the room that is shown, one after the other. */
  async give(files) {
    const room = this._store.shown;
    if (!this.mayGive) return;
    for (const file of files) await this._give(file, room);
  }

  /** Fetch the file with an id; the browser keeps it. */
  async fetch(room, id) {
    await this._client.do({ type: "get", file: String(id), room });
  }

  /** The right to fetch a file has come. */
  take(ticket) {
    const link = el("a", { href: address(ticket), download: ticket.name });
    document.body.append(link);
    link.click();
    link.remove();
  }

  /** Show what files the room has. */
  async list() {
    const room = this._store.shown;
    const answer = room && !room.isPerson && (await this._client.do({ type: "files", room: room.name }));
    if (!answer) return;
    const rows = answer.files.map((each) => {
      const details = `${sized(each.size)}, by ${each.user}, until ${moment(each.expires)}`;
      return file(each.name, details, () => this.fetch(room.name, each.id));
    });
    await ask({ title: `Files of ${room.name}`, text: rows.length ? rows : ["There are none."], actions: [] });
  }

  async _give(file, room) {
    const request = new XMLHttpRequest();
    const { row, progress } = this._row(file, request);
    try {
      const ticket = await this._client.ask({ type: "send", name: file.name, size: file.size, room: room.name });
      await put(request, file, address(ticket), progress);
    } catch (error) {
      this._client.complain(error, room.key);
    } finally {
      row.remove();
    }
  }

  _row(file, request) {
    const bar = el("progress", {
      max: String(Math.max(1, file.size)),
      value: "0",
      "aria-label": `${file.name} is given`,
    });
    const text = el("small", {}, sized(file.size));
    const cancel = el(
      "button",
      { type: "button", class: "icon small", "aria-label": `Do not give ${file.name}`, click: () => request.abort() },
      icon("close"),
    );
    const row = el(
      "div",
      { class: "upload" },
      icon("file"),
      el("span", { class: "grow" }, el("strong", {}, file.name), text),
      bar,
      cancel,
    );
    byId("uploads").append(row);
    const progress = (loaded) => {
      bar.value = loaded;
      say(text, `${sized(loaded)} of ${sized(file.size)}`);
    };
    return { row, progress };
  }

  _takeDrops(area) {
    const target = byId("drop-here");
    const show = (isShown) => {
      target.hidden = !isShown;
      if (isShown)
        say(
          target,
          this.mayGive
            ? `Drop it to give it to ${this._store.shown.name}`
            : "Files are given to rooms, by people with an account",
        );
    };
    const isFile = (event) => event.dataTransfer?.types.includes("Files");
    let inside = 0;
    area.addEventListener("dragenter", (event) => isFile(event) && show((inside += 1) > 0));
    area.addEventListener("dragleave", (event) => isFile(event) && show((inside -= 1) > 0));
    area.addEventListener("dragover", (event) => isFile(event) && event.preventDefault());
    area.addEventListener("drop", (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      show((inside = 0) > 0);
      this.give([...event.dataTransfer.files]);
    });
  }
}
