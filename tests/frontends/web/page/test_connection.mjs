/** The connection, with a socket that a test holds the other end of, and a clock of its own. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Connection, Refused } from "../../../../chatd/frontends/web/page/connection.js";

/** Sockets, in the order in which they were made. */
let sockets = [];

class Socket {
  constructor() {
    this.sent = [];
    sockets.push(this);
  }

  send(message) {
    this.sent.push(JSON.parse(message));
  }

  close() {
    this.onclose?.();
  }

  open() {
    this.onopen();
    this.tell({ type: "greeting", server: "chatd" });
  }

  tell(object) {
    this.onmessage({ data: JSON.stringify(object) });
  }
}

beforeEach(() => {
  sockets = [];
  globalThis.WebSocket = Socket;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(Math, "random", () => 0);
});

/** A connection, and what it has told. */
function connected() {
  const heard = [];
  const connection = new Connection("ws://a.example/ws", {
    hear: (object) => heard.push(object),
    change: () => undefined,
    greet: () => undefined,
  });
  connection.connect();
  sockets[0].open();
  return { connection, heard };
}

async function refused(promise) {
  return promise.then(
    () => assert.fail("it was done"),
    (error) => {
      assert.ok(error instanceof Refused);
      return error.answer.error;
    },
  );
}

/** Let what waits for nothing but its turn have it. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("each request gets the answer that bears its id, whatever comes between", async () => {
  const { connection } = connected();
  const [rooms, who] = [connection.request({ type: "rooms" }), connection.request({ type: "who" })];
  await turn();
  const [first, second] = sockets[0].sent;
  sockets[0].tell({ type: "dropped", id: 1 });
  sockets[0].tell({ type: "error", error: "no-focus", id: second.id });
  sockets[0].tell({ type: "rooms", rooms: [], id: first.id });
  assert.deepEqual((await rooms).rooms, []);
  assert.equal(await refused(who), "no-focus");
});

test("what is told again belongs to the request that is worked off", async () => {
  const { connection } = connected();
  const found = [];
  connection.request({ type: "version" });
  connection.request({ type: "search", words: "x" }, found);
  await turn();
  assert.equal(connection.told, undefined);
  sockets[0].tell({ type: "version", id: sockets[0].sent[0].id });
  assert.equal(connection.told, found);
});

test("what was not answered when the connection was lost is refused, and it comes back", async () => {
  const { connection } = connected();
  const request = connection.request({ type: "rooms" });
  await turn();
  sockets[0].close();
  assert.equal(await refused(request), "connection-lost");
  assert.equal(connection.state, "waiting");
  assert.equal(await refused(connection.request({ type: "rooms" })), "not-connected");
  mock.timers.tick(999);
  assert.equal(sockets.length, 1);
  mock.timers.tick(1);
  sockets[1].close();
  mock.timers.tick(1999);
  assert.equal(sockets.length, 2);
  mock.timers.tick(1);
  sockets[2].open();
  assert.equal(connection.state, "open");
  sockets[2].close();
  mock.timers.tick(1000);
  assert.equal(sockets.length, 4);
});

test("a server that stops is come back to, and one that sends somebody away is not", () => {
  for (const [reason, state] of [
    ["stopping", "waiting"],
    ["other-session", "ended"],
    ["kicked", "ended"],
    ["idle", "asleep"],
  ]) {
    const { connection } = connected();
    sockets.at(-1).tell({ type: "closing", reason });
    sockets.at(-1).close();
    assert.equal(connection.state, state, reason);
    sockets = [];
  }
});

test("a request wakes a connection that was idle before anybody signed in", async () => {
  const { connection } = connected();
  sockets[0].tell({ type: "closing", reason: "idle" });
  sockets[0].close();
  const request = connection.request({ type: "guest", name: "" });
  sockets[1].open();
  await turn();
  sockets[1].tell({ type: "done", done: "guest", id: sockets[1].sent[0].id });
  assert.equal((await request).done, "guest");
});

test("a connection that does not answer is given up", async () => {
  const { connection } = connected();
  connection.probe();
  await turn();
  mock.timers.tick(8000);
  assert.equal(connection.state, "waiting");
});

test("what the server would end the connection for is not sent", async () => {
  const { connection } = connected();
  assert.equal(await refused(connection.request({ type: "topic", text: "ü".repeat(4100) })), "message-too-long");
  assert.deepEqual(sockets[0].sent, []);
});
