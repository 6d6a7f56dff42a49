/** Texts on their way in and out: links, pastes, groups, sentences. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { besides, pause } from "../../../../chatd/frontends/web/page/connection.js";
import { names } from "../../../../chatd/frontends/web/page/conversation.js";
import { groups } from "../../../../chatd/frontends/web/page/groups.js";
import { pieces } from "../../../../chatd/frontends/web/page/links.js";
import { parcels } from "../../../../chatd/frontends/web/page/pasting.js";
import { sized } from "../../../../chatd/frontends/web/page/measures.js";
import { told } from "../../../../chatd/frontends/web/page/telling.js";

function links(text) {
  assert.equal(
    pieces(text)
      .map((piece) => piece.text)
      .join(""),
    text,
  );
  return pieces(text).flatMap((piece) => piece.href ?? []);
}

test("links are http and https, without the signs of the sentence around them", () => {
  assert.deepEqual(links("see https://a.example/x?y=1&z=2#f, or (http://b.example/c_(d))."), [
    "https://a.example/x?y=1&z=2#f",
    "http://b.example/c_(d)",
  ]);
  assert.deepEqual(links("javascript:alert(1) data:text/html,x ftp://a.example file:///etc"), []);
  assert.deepEqual(links('<https://a.example> "https://b.example" HTTPS://C.example!'), [
    "https://a.example",
    "https://b.example",
    "HTTPS://C.example",
  ]);
  assert.deepEqual(links("https:// http://"), []);
});

test("no text makes finding links slow", () => {
  const began = performance.now();
  for (const text of [
    "https://a.example/" + ")".repeat(4000),
    "https://".repeat(500),
    "http://a.example/((((".repeat(200),
  ])
    pieces(text);
  assert.ok(performance.now() - began < 500);
});

test("a short text is one message, and a long one several that a message of 8192 bytes holds", () => {
  assert.deepEqual(parcels("one\n\ntwo\r\n", "lab"), [
    { type: "say", text: "one\ntwo", room: "lab", lines: 0, goes_on: false },
  ]);
  const lines = Array.from({ length: 700 }, (_, number) => `${number} "ü\\😀" ${"x".repeat(number % 90)}`);
  const parts = parcels(lines.join("\n"), "ein-raum");
  assert.ok(parts.length > 3);
  for (const part of parts)
    assert.ok(new TextEncoder().encode(JSON.stringify({ ...part, id: "r123456" })).length < 8192);
  assert.deepEqual(
    parts.flatMap((part) => part.text.split("\n")),
    lines,
  );
  assert.deepEqual(
    parts.map((part) => part.goes_on),
    [false, ...parts.slice(1).map(() => true)],
  );
  let left = 700;
  for (const part of parts) assert.equal(part.lines, (left -= part.text.split("\n").length));
});

test("a line that is too long is cut between characters", () => {
  const line = "😀ü".repeat(3000);
  const parts = parcels(line, "lab").flatMap((part) => part.text.split("\n"));
  assert.equal(parts.join(""), line);
  for (const part of parts) assert.ok(new TextEncoder().encode(part).length <= 4000);
});

test("a name stands in a text as a word, in any case", () => {
  assert.ok(names("Alice: look", "alice") && names("hello @alice.", "Alice") && names("ALICE", "alice"));
  assert.ok(!names("malice alicea", "alice") && !names("a.b", "axb"));
});

const ONE = { type: "said", user: "bob", text: "x", at: "2026-01-31T12:00:00Z" };

test("what one person says in a row belongs together, until a while has gone", () => {
  const found = groups([
    { ...ONE, key: 1 },
    { ...ONE, key: 2, at: "2026-01-31T12:01:00Z" },
    { ...ONE, key: 3, at: "2026-01-31T12:09:00Z" },
    { ...ONE, key: 4, user: "eve", at: "2026-01-31T12:09:01Z" },
  ]);
  assert.deepEqual(
    found.map((group) => group.kind),
    ["day", "message", "message", "message", "message"],
  );
  assert.deepEqual(
    found.slice(1).map((group) => group.goesOn),
    [false, true, false, false],
  );
});

test("days stand apart, a paste is one block, and comings and goings one line", () => {
  const paste = [1, 2, 3, 4].map((line) => ({ ...ONE, key: line, block: 7, line, lines: 4 }));
  const found = groups(
    [
      ...paste,
      { type: "entered", user: "a", key: 5, at: ONE.at },
      { type: "left", user: "b", key: 6, at: ONE.at },
      { ...ONE, key: 7, at: "2026-02-02T12:00:00Z" },
    ],
    { fresh: 7 },
  );
  assert.deepEqual(
    found.map((group) => [group.kind, group.entries.length]),
    [
      ["day", 0],
      ["block", 4],
      ["passing", 2],
      ["day", 0],
      ["fresh", 0],
      ["message", 1],
    ],
  );
});

test("attempts to come back are apart by chance, and never by more than half a minute", () => {
  assert.deepEqual([pause(0, 0), pause(0, 1), pause(3, 0), pause(20, 0)], [1000, 500, 8000, 30000]);
});

test("the socket is beside the page, whatever lies before it", () => {
  assert.equal(besides("https://a.example/chat/?x#lab"), "wss://a.example/chat/ws");
  assert.equal(besides("http://127.0.0.1:8080/index.html"), "ws://127.0.0.1:8080/ws");
});

test("errors are told in sentences, and those that are not known by what there is", () => {
  assert.equal(
    told({ type: "error", error: "no-such-room", about: "labb", near: ["lab"] }),
    "There is no room labb. Did you mean lab?",
  );
  assert.equal(told({ type: "error", error: "too-large", limit: 10485760 }), "A file has at most 10.0 MiB here.");
  assert.equal(told({ type: "error", error: "from-the-future", why: "because" }), "from-the-future: because");
  assert.equal(told({ type: "error", error: "constructor" }), "constructor");
  assert.match(
    told({ type: "error", error: "banned", about: "lab", why: "noise", until: "2026-02-01T12:00:00.000Z" }),
    /^You are banned from lab until .*2026.* \(noise\)$/,
  );
});

test("sizes are those of IEC 80000-13", () => {
  assert.deepEqual([sized(0), sized(1023), sized(1024), sized(1536 * 1024)], ["0 B", "1023 B", "1.0 KiB", "1.5 MiB"]);
});
