/**
 * The connection to the server: objects go out and come in, each request gets its one answer, and a connection that is
 * lost comes back by itself.
 */

/** Milliseconds between two attempts to come back: the first and the longest, before chance shortens them. */
const SOONEST = 1000;
const LATEST = 30000;

/** Milliseconds that a question whether the connection still lives may take. */
const PATIENCE = 8000;

/** Bytes of a message that the server takes. */
const LONGEST = 8192;

const encoder = new TextEncoder();

/** Reasons for closing behind which the server can be come back to; behind all others a person decides. */
const PASSING = new Set(["stopping", "restarting", "too-slow", "internal"]);

/** Reasons for closing that end nothing: nobody had signed in, so that the next request connects again. */
const IDLE = new Set(["idle", "no-login", "wrong-passwords"]);

/** A request was not done; `answer` is the server's `error` object, or one of the same form made here. */
export class Refused extends Error {
  /** @param {{error: string}} answer */
  constructor(answer) {
    super(answer.error);
    this.answer = answer;
  }
}

/**
 * Milliseconds to wait before the attempt after `failures` failed ones: doubling, and shortened by up to a half, so that
 * all who lost the same server do not come back in the same moment.
 *
 * @param {number} failures
 * @param {number} chance from 0 to 1
 */
export function pause(failures, chance) {
  return Math.min(LATEST, SOONEST * 2 ** failures) * (1 - chance / 2);
}

/** Where the WebSocket is, seen from the page: beside it, whatever path it lies under. */
export function besides(page) {
  const url = new URL("ws", page);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = url.search = "";
  return url.href;
}

/**
 * One connection after the other to the same server.
 *
 * `state` is `connecting`, `open`, `waiting` (until `retryAt`), `asleep` (the next request wakes it) or `ended` (the
 * next request begins anew, with nobody signed in). `hear(object)` is given every object that comes, `change()` is called
 * when the state is another one, and `greet()` when a connection stands.
 */
export class Connection {
  constructor(url, { hear, change, greet }) {
    this.state = "asleep";
    this.retryAt = 0;
    this._url = url;
    this._hear = hear;
    this._change = change;
    this._greet = greet;
    this._requests = new Map();
    this._lastId = 0;
    this._failures = 0;
    this._reason = "";
    this._timer = 0;
    this._opening = [];
  }

  /** Connect, unless that is so already. */
  connect() {
    if (this.state === "open" || this.state === "connecting") return;
    clearTimeout(this._timer);
    this._reason = "";
    const socket = new WebSocket(this._url);
    this._socket = socket;
    this._become("connecting");
    socket.onopen = () => this._opened(socket);
    socket.onmessage = (message) => socket === this._socket && this._received(message.data);
    socket.onclose = () => socket === this._socket && this._closed();
  }

  /**
   * Ask for something; `told`, where given, takes what is told again because of it.
   *
   * @param {object} request has a `type`, and no `id`
   * @param {object[]} [told]
   * @returns {Promise<object>} the one answer
   * @throws {Refused} it was not done, or nobody knows: `connection-lost`
   */
  async request(request, told) {
    if (["asleep", "connecting", "ended"].includes(this.state)) await this._awake();
    if (this.state !== "open") throw new Refused({ error: "not-connected" });
    // Events have ids too, which are numbers.
    const id = `r${++this._lastId}`;
    const message = JSON.stringify({ ...request, id });
    // The server would end the connection.
    if (encoder.encode(message).length > LONGEST) throw new Refused({ error: "message-too-long" });
    this._socket.send(message);
    return new Promise((resolve, reject) => this._requests.set(id, { resolve, reject, told }));
  }

  /** Where what is told again just now belongs to: the request that is worked off has asked for it. */
  get told() {
    return this._requests.values().next().value?.told;
  }

  /** Whether the connection still lives; one that does not is come back to. */
  async probe() {
    if (this.state === "waiting") this.connect();
    if (this.state !== "open") return;
    const socket = this._socket;
    const timer = setTimeout(() => socket === this._socket && this._closed(), PATIENCE);
    await this.request({ type: "version" }).catch(() => undefined);
    clearTimeout(timer);
  }

  /** Connect no more by itself. */
  end() {
    clearTimeout(this._timer);
    this._become("ended");
  }

  _awake() {
    const opened = new Promise((resolve) => this._opening.push(resolve));
    this.connect();
    return opened;
  }

  _opened(socket) {
    if (socket !== this._socket) return;
    this._become("open");
    this._greet();
  }

  _received(text) {
    const object = JSON.parse(text);
    if (object.type === "greeting") this._failures = 0;
    if (object.type === "closing") this._reason = object.reason;
    this._hear(object);
    const request = this._requests.get(object.id);
    if (object.id === undefined || request === undefined) return;
    this._requests.delete(object.id);
    if (object.type === "error") request.reject(new Refused(object));
    else request.resolve(object);
  }

  _closed() {
    this._socket.onclose = null;
    this._socket.close();
    this._socket = undefined;
    const reason = this._reason;
    if (IDLE.has(reason)) this._become("asleep");
    else if (reason && !PASSING.has(reason)) this._become("ended");
    else this._wait();
    const requests = [...this._requests.values()];
    this._requests.clear();
    for (const request of requests) request.reject(new Refused({ error: "connection-lost" }));
  }

  _wait() {
    const delay = pause(this._failures++, Math.random());
    this.retryAt = Date.now() + delay;
    this._timer = setTimeout(() => this.connect(), delay);
    this._become("waiting");
  }

  _become(state) {
    this.state = state;
    if (state !== "connecting") for (const resolve of this._opening.splice(0)) resolve();
    this._change();
  }
}
