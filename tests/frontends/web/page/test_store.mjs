/** What the page knows after objects of the server. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Store } from "../../../../chatd/frontends/web/page/store.js";

const AT = "2026-01-31T12:01:02.345Z";

/** A store of alice's, in the room lab. */
function inside(...objects) {
  const store = new Store();
  tell(
    store,
    { type: "welcome", user: "alice", guest: false, role: "user", resume: "code", seq: 3 },
    { type: "you-entered", room: "lab", topic: "", members: 1, seq: 40 },
    ...objects,
  );
  store.show("lab");
  return store;
}

function tell(store, ...objects) {
  return objects.flatMap((object) => store.receive(object, 0));
}

function said(seq, text, more = {}) {
  return { type: "said", room: "lab", seq, user: "bob", text, at: AT, ...more };
}

function texts(store, key = "lab") {
  return store.conversations.get(key).entries.map((entry) => entry.text);
}

test("what is told again is put in its place, once", () => {
  const store = inside(said(42, "three"));
  tell(
    store,
    said(41, "two", { replayed: true }),
    said(30, "one", { replayed: true }),
    said(42, "three", { replayed: true }),
  );
  assert.deepEqual(texts(store), ["one", "two", "three"]);
});

test("what comes before one is in a room is no news, and what is missed is", () => {
  const store = new Store();
  tell(store, { type: "welcome", user: "alice", guest: false, role: "user", resume: "code" });
  assert.deepEqual(tell(store, said(7, "old alice", { replayed: true }), said(8, "older", { replayed: true })), []);
  tell(store, { type: "you-entered", room: "lab", topic: "", members: 2, seq: 9 });
  const [news] = tell(store, said(10, "hello Alice!", { replayed: true }));
  assert.equal(news.what, "news");
  assert.equal(news.forYou, true);
  assert.equal(store.conversations.get("lab").unread, 1);
});

test("what nobody looks at is counted until somebody does", () => {
  const store = inside();
  store.attend(false);
  tell(store, said(41, "one"), said(42, "two", { mention: true }), said(43, "mine", { user: "alice" }));
  assert.deepEqual([store.shown.unread, store.shown.forYou, store.forYou], [2, 1, 1]);
  store.attend(true);
  assert.deepEqual([store.shown.unread, store.forYou], [0, 0]);
});

test("of a paste one line is news", () => {
  const store = inside();
  store.attend(false);
  tell(store, ...[1, 2, 3].map((line) => said(40 + line, `line ${line}`, { block: 41, line, lines: 3 })));
  assert.equal(store.shown.unread, 1);
});

test("places are the rooms one is in, and the last numbers there", () => {
  const store = inside(said(44, "x"), { type: "you-entered", room: "ops", topic: "", members: 1 });
  tell(
    store,
    { type: "gap", log: "lab", from: 45, to: 97 },
    { type: "private", log: "@alice", seq: 5, user: "bob", to: "alice", text: "psst", at: AT },
  );
  assert.deepEqual(store.places, { lab: 97, ops: null, "@me": 5 });
  tell(store, { type: "thrown-out", room: "lab", why: "kicked" });
  assert.deepEqual(store.places, { ops: null, "@me": 5 });
  assert.equal(store.conversations.get("lab").inside, false);
});

test("members come and go, and bear the status that was told last", () => {
  const person = { name: "bob", guest: false, role: "user", status: "active", text: "" };
  const store = inside({ type: "who", room: "lab", members: [person] });
  tell(store, { type: "entered", room: "lab", seq: 41, user: "Carl", guest: true, at: AT });
  tell(store, { type: "status", person: { ...person, status: "busy" } });
  tell(store, { type: "renamed", room: "lab", seq: 42, user: "Carl", name: "Carla", at: AT });
  assert.deepEqual(
    [...store.shown.members.values()].map((each) => [each.name, each.status]),
    [
      ["bob", "busy"],
      ["Carla", "active"],
    ],
  );
  tell(
    store,
    { type: "left", room: "lab", seq: 43, user: "bob", text: "", at: AT },
    { type: "kicked", room: "lab", seq: 44, user: "x", target: "Carla", at: AT },
  );
  assert.equal(store.shown.count, 0);
});

test("private messages stand with the other one, whoever wrote", () => {
  const store = inside();
  tell(
    store,
    { type: "private", log: "@alice", seq: 4, user: "alice", to: "bob", text: "one", at: AT },
    { type: "private", log: "@alice", seq: 5, user: "Bob", to: "alice", text: "two", at: AT },
  );
  assert.deepEqual(texts(store, "@bob"), ["one", "two"]);
  assert.equal(store.forYou, 1);
});

test("mail that waited is news, and what was written before is none", () => {
  const store = inside();
  const mail = { type: "private", log: "@alice", user: "bob", to: "alice", at: AT, replayed: true };
  tell(store, { ...mail, seq: 1, text: "asked for" });
  assert.equal(store.forYou, 0);
  store.arriving = true;
  tell(store, { ...mail, seq: 2, text: "waited" });
  assert.equal(store.forYou, 1);
});

test("what was taken back is gone", () => {
  const store = inside(said(41, "secret"), {
    type: "redacted",
    room: "lab",
    seq: 42,
    user: "bob",
    id: 41,
    target: "bob",
    at: AT,
  });
  assert.deepEqual(
    store.shown.entries.map((entry) => entry.type),
    ["redacted"],
  );
});

test("a wish for a private chat waits until it is answered, or nobody waits any more", () => {
  const store = inside({ type: "chat", name: "bob", state: "asked" }, { type: "chat", name: "bob", state: "asked" });
  assert.deepEqual(store.asks, [{ kind: "chat", name: "bob" }]);
  tell(store, { type: "done", done: "chat-declined", about: "bob" });
  assert.deepEqual(store.asks, []);
  tell(store, { type: "chat", name: "bob", state: "open" });
  assert.equal(store.conversations.get("@bob").chat, "open");
});

test("a guest who makes an account is in no room until she enters it again", () => {
  const store = new Store();
  tell(
    store,
    { type: "welcome", user: "ana", guest: true, role: "user" },
    { type: "you-entered", room: "lab", topic: "", members: 1 },
  );
  tell(store, { type: "welcome", user: "ana", guest: false, role: "user", resume: "code" });
  assert.deepEqual(store.places, { "@me": 0 });
});

test("types that are not known are passed over", () => {
  assert.deepEqual(tell(inside(), { type: "from-the-future" }, { type: "constructor" }, { type: "__proto__" }), []);
});

test("of very many entries the oldest go", () => {
  const store = inside();
  for (let seq = 41; seq < 5041; seq += 1) tell(store, said(seq, String(seq)));
  assert.ok(store.shown.entries.length <= 4001);
  assert.equal(store.shown.entries.at(-1).seq, 5040);
  assert.equal(store.shown.more, true);
});
