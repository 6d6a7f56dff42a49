/** Objects to sentences: what happened, and what the server answers where it is not shown otherwise. Pure. */

import { counted, lasting, moment, sized } from "./measures.js";
import { CHAT, CLOSING, DONE, SETTINGS, THROWN, refusal } from "./words.js";

function because(text) {
  return text ? ` (${text})` : "";
}

/** Until when something holds, and why; no time, or one before 1971, is for ever. */
function until(object, why = object.text) {
  const ends = object.until && !object.until.startsWith("1970");
  return (ends ? ` until ${moment(object.until)}` : "") + because(why);
}

function sums(object) {
  const parts = [];
  if (object.entered) parts.push(`${object.entered} entered`);
  if (object.left) parts.push(`${object.left} left`);
  return parts.join(" and ");
}

function person(one) {
  const marks = one.guest ? ["guest"] : one.role === "user" ? [] : [one.role];
  if (one.status !== "active") marks.push(one.status);
  return one.name + because(marks.join(", ")) + (one.text ? `: ${one.text}` : "");
}

function listed(what, names) {
  return names?.length ? `\n${what}: ${names.join(", ")}` : "";
}

function about(object) {
  const lines = [person(object.person)];
  lines.push(object.online ? `here since ${moment(object.since)}` : `last here ${moment(object.since)}`);
  return lines.join("\n") + listed("in", object.rooms) + (object.address ? `\nat ${object.address}` : "");
}

function info(object) {
  const access = [object.access, object.moderated && "moderated", object.hidden && "hidden"].filter(Boolean).join(", ");
  const owner = object.owner ? `owned by ${object.owner}, ` : "";
  const topic = object.topic ? `\ntopic: ${object.topic}` : "";
  const people = listed("invited", object.invited) + listed("with a voice", object.voiced);
  const made = object.created ? `, made ${moment(object.created)}` : "";
  return `${object.room}: ${owner}${access}${made}${topic}${people}`;
}

function bans(object) {
  if (!object.bans.length) return "nobody is banned or muted here";
  return object.bans
    .map((ban) => {
      const whom = [ban.who, ban.address].filter(Boolean).join(" from ");
      const what = ban.kind === "ban" ? "banned" : "muted";
      return `${whom} is ${what}${until(ban, ban.why)}${ban.by ? `, by ${ban.by}` : ""}`;
    })
    .join("\n");
}

function help(object) {
  return object.words
    .map((word) => `${object.mark}${word.word} ${word.arguments}`.trim() + `  –  ${word.help}`)
    .join("\n");
}

function who(object) {
  const count = counted(object.members.length, "person", "people");
  return `${count} ${object.room ? `in ${object.room}` : "here"}:\n${object.members.map(person).join("\n")}`;
}

function rooms(object) {
  return object.rooms
    .map(
      (room) =>
        `${room.room}: ${counted(room.members, "member")}` +
        (room.access === "open" ? "" : `, ${room.access}`) +
        (room.topic ? ` – ${room.topic}` : ""),
    )
    .join("\n");
}

function put(words, name) {
  return words.replaceAll("{about}", name);
}

const TOLD = {
  // what happens in a room
  entered: (o) => `${o.user} came in${o.guest ? " (guest)" : ""}`,
  left: (o) => `${o.user} left${because(o.text)}`,
  moved: sums,
  renamed: (o) => `${o.user} is now called ${o.name}`,
  topic: (o) => (o.text ? `${o.user} set the topic: ${o.text}` : `${o.user} took the topic away`),
  access: (o) => `${o.user} set the access: ${o.access}`,
  kicked: (o) => `${o.target} was thrown out by ${o.user}${because(o.text)}`,
  banned: (o) => `${o.user} banned ${o.target || "an address"}${until(o)}`,
  unbanned: (o) => `${o.user} lifted the ban of ${o.target || "an address"}`,
  muted: (o) => `${o.user} muted ${o.target}${until(o)}`,
  unmuted: (o) => `${o.user} lets ${o.target} speak again`,
  voiced: (o) => (o.on ? `${o.user} gave ${o.target} a voice` : `${o.user} took the voice of ${o.target}`),
  redacted: (o) =>
    o.user === o.target ? `${o.user} took a message back` : `${o.user} took back a message of ${o.target}`,
  "room-created": (o) => `${o.user} made this room`,
  "room-deleted": (o) => (o.user ? `${o.user} deleted this room` : "this room was deleted"),
  recording: (o) =>
    o.on ? "what is said is recorded again" : "what is said is not recorded just now: the server cannot write",
  gap: (o) => `${counted(o.to - o.from + 1, "event")} before this cannot be told any more`,
  // what one is told oneself
  invited: (o) => `${o.user} invites you into ${o.into}`,
  announced: (o) => `To everybody: ${o.text}`,
  alarm: (o) => (o.on ? `For operators: ${o.text}` : `For operators, over now: ${o.text}`),
  stopping: (o) => `The server stops in ${lasting(o.seconds)}${because(o.text)}`,
  "thrown-out": (o) => put(THROWN[o.why] ?? o.text ?? o.why, o.room),
  closing: (o) => put(CLOSING[o.reason] ?? o.text ?? o.reason, o.about) + until(o, o.why),
  chat: (o) => put(CHAT[o.state] ?? `Private chat with {about}: ${o.state}`, o.name),
  // answers
  done: (o) => put(DONE[o.done] ?? o.text ?? "", o.about),
  error: refusal,
  who,
  whois: about,
  info,
  rooms,
  bans,
  help,
  motd: (o) => o.lines.join("\n"),
  status: (o) => `${o.person.name} is ${o.person.status}${o.person.text ? `: ${o.person.text}` : ""}`,
  "topic-is": (o) => (o.text ? `The topic: ${o.text}` : "There is no topic"),
  ignoring: (o) => (o.names.length ? `You ignore ${o.names.join(", ")}` : "You ignore nobody"),
  setting: (o) => put(SETTINGS[o.name] ?? `${o.name}: {about}`, o.value),
  version: (o) => `${o.server} runs ${o.program} ${o.version}`,
  files: (o) =>
    o.files.length
      ? o.files.map((f) => `${f.id}: ${f.name}, ${sized(f.size)}, by ${f.user}`).join("\n")
      : "There are no files here",
  resume: () => "This page goes on with its session by itself",
};

/** The sentence for an object; empty where nothing is to be said. */
export function told(object) {
  return Object.hasOwn(TOLD, object.type) ? TOLD[object.type](object) : "";
}
