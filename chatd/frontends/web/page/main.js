/** Puts the parts of the page together: what comes from the server into the store, and from there onto the screen. */

import { Actions } from "./actions.js";
import { Asks } from "./asks.js";
import { Attention } from "./attention.js";
import { Client } from "./client.js";
import { Composer } from "./composer.js";
import { Connection, besides } from "./connection.js";
import { key } from "./conversation.js";
import { Door } from "./door.js";
import { byId, say } from "./dom.js";
import { Files } from "./files.js";
import { Frame } from "./frame.js";
import { Log, PAGE } from "./log.js";
import { People } from "./people.js";
import { Places } from "./places.js";
import { Search } from "./search.js";
import { Session } from "./session.js";
import { Store } from "./store.js";
import { told } from "./telling.js";

const store = new Store();
const connection = new Connection(besides(location.href), { hear, change, greet: () => session.greet() });
const client = new Client(connection, store, draw);
const session = new Session(connection, store, sessionStorage, { begin, back, leave, needCode: () => door.needCode() });
const door = new Door((way, fields) => session.enter(way, fields));
const actions = new Actions(client, store, show);
const files = new Files(client, store);
const search = new Search(client, store, {
  show: (_, name) => actions.write(name),
  enter: (room) => actions.enter(room),
});
const log = new Log(store, { older, take, fetch: (room, id) => files.fetch(room, id), attend });
const composer = new Composer(client, store, {
  search: (words) => search.find(words),
  give: (given) => files.give(given),
  sent: () => log.toEnd(),
  more: () => search.more(),
  show: (name) => show(key(name)),
  away: (talk) => actions.away(talk),
});
const places = new Places(store, { show, enter: (room) => actions.enter(room) });
const people = new People(store, (name) => actions.person(name));
const asks = new Asks(store, (request, yes) => actions.answer(request, yes));
const attention = new Attention(show);
const frame = new Frame(store, connection);

/** Milliseconds for which the list of rooms is good enough; asking for it on one's own would make the idle look busy. */
const FRESH = 10000;

let closing = "";
let isDrawing = false;
let wantsFocus = false;

/** An object of the server. */
function hear(object) {
  const isTold = object.replayed && connection.told;
  if (isTold) connection.told.push(object);
  else for (const happening of store.receive(object, Date.now())) happen(happening);
  if (object.type === "closing") closing = told(object);
  if (object.reason === "wrong-passwords") frame.news = closing;
  if (object.type === "error" && object.id === undefined) client.note(told(object), "error");
  draw();
}

/** What follows from an object besides what is drawn. */
function happen(happening) {
  attention.tell(happening);
  if (happening.what === "entered") arrive(happening.conversation);
  if (happening.what === "left") show(store.current);
  if (happening.what === "fetch") files.take(happening.ticket);
}

/** One is in a room now, or again. */
function arrive(room) {
  session.keep();
  if (!store.arriving) show(room.key);
  actions.look(room);
}

/** The connection is in another state. */
function change() {
  if (connection.state === "ended") session.ended(closing || told({ type: "closing", reason: "quit" }));
  if (connection.state === "open") closing = "";
  draw();
}

/** Somebody has signed in: go where the address says, or where she was, or else into the public room. */
async function begin(current) {
  frame.news = "";
  const { wanted } = frame;
  if (!current && !store.me.guest) await connection.request({ type: "rejoin" }).catch(() => undefined);
  if (wanted.startsWith("@")) actions.write(wanted.slice(1));
  else if (wanted) await actions.enter(wanted);
  if (!store.lists.rooms.length) await actions.enter("public");
  if (store.shown === undefined) show(store.conversations.has(current) ? current : (store.lists.rooms[0]?.key ?? ""));
  await actions.list();
}

/** The connection is back, and what was missed has been told. */
function back() {
  composer.back();
  actions.list();
}

/** A guest makes an account, and stays in the rooms she was in. */
async function register() {
  const rooms = store.lists.rooms.filter((room) => room.inside).map((room) => room.name);
  const { current } = store;
  if (!(await actions.register((fields) => session.enter("register", fields)))) return;
  for (const room of rooms) await actions.enter(room);
  show(current);
}

/** Nobody is signed in any more. */
function leave(why) {
  frame.news = why;
  store.clear();
  composer.forget();
  search.forget();
  draw();
}

/** Look at a conversation. */
function show(id) {
  const isOther = store.current !== id;
  store.show(id);
  session.keep();
  frame.turnTo(store.shown);
  wantsFocus ||= isOther;
  if (isOther) actions.list(FRESH);
  draw();
}

/** Somebody looks at the page, or at the end of what is said. */
function attend() {
  store.attend(document.visibilityState === "visible" && document.hasFocus() && log.atEnd);
  draw();
}

/** Older entries of a conversation. */
async function older(conversation) {
  const request = conversation.isPerson
    ? { type: "history", count: 500, room: conversation.title }
    : {
        type: "history",
        count: PAGE,
        room: conversation.name,
        before: conversation.oldest ? `${conversation.name}#${conversation.oldest}` : "",
      };
  if (connection.state !== "open") return;
  const end = await client.do(request, conversation.key);
  conversation.more = end === undefined ? connection.state !== "open" : end.before > 0;
  draw();
}

/** Take back what was said. */
async function take(room, seq) {
  await client.do({ type: "redact", entry: String(seq), room });
}

/** Draw everything, once, before the screen is painted next; nobody waits for it where the page is not seen. */
function draw() {
  if (isDrawing) return;
  isDrawing = true;
  if (document.visibilityState === "visible") requestAnimationFrame(paint);
  else setTimeout(paint, 250);
}

function paint() {
  isDrawing = false;
  const isIn = store.me !== null;
  const isComing = !isIn && session.isKept;
  door.show(!isIn && !isComing);
  door.draw(store, frame.news || (connection.state === "open" ? "" : frame.state), connection.state !== "waiting");
  byId("chat").hidden = !isIn;
  byId("coming").hidden = !isComing;
  say(byId("coming"), isComing ? frame.state || "Coming back …" : "");
  places.entitle();
  if (!isIn) return;
  places.draw();
  people.draw();
  frame.draw(files.mayGive);
  asks.draw();
  composer.draw(connection.state === "open");
  log.draw();
  if (wantsFocus) composer.focus();
  wantsFocus = false;
}

/** Whoever comes back to the page wants to know whether the connection still lives. */
function wake() {
  attend();
  if (document.visibilityState === "visible" && store.me !== null) connection.probe();
}

byId("create").addEventListener("click", () => actions.create());
byId("about").addEventListener("click", () => actions.about());
byId("end-chat").addEventListener("click", () => actions.endChat());
byId("me").addEventListener("click", async () => {
  const wish = await actions.self();
  if (wish === "quit") await session.quit();
  if (wish === "register") await register();
});
document.addEventListener("visibilitychange", wake);
window.addEventListener("online", wake);
window.addEventListener("focus", attend);
window.addEventListener("blur", attend);
window.addEventListener("hashchange", () => {
  if (store.me === null || key(frame.wanted) === store.current) return;
  if (frame.wanted.startsWith("@")) actions.write(frame.wanted.slice(1));
  else actions.enter(frame.wanted);
});
attend();
connection.connect();
