/** Entries as they are shown: days apart, what one person says in a row together, pastes as blocks. Pure. */

import { day } from "./measures.js";

/** Milliseconds after which somebody who goes on speaking is named again. */
const PAUSE = 5 * 60 * 1000;

/** Lines of a block from which on it is shown as what it is, a piece of text from elsewhere. */
const LONG = 4;

const SPOKEN = new Set(["said", "private"]);
const SIGNED = new Set([...SPOKEN, "dropped"]);
const PASSING = new Set(["entered", "left", "moved"]);

/**
 * What stands below each other in a conversation.
 *
 * @param {object[]} entries
 * @param {{fresh?: number}} look `fresh`: the key of the first entry that was not seen when it came
 * @returns {{key: string, kind: string, entries: object[], goesOn?: boolean, text?: string}[]} kinds are `day`, `fresh`,
 *   `message`, `block`, `emote`, `file`, `passing` and `note`
 */
export function groups(entries, { fresh = 0 } = {}) {
  const all = [];
  let date = "";
  let minute = "";
  for (const entry of entries) {
    // What is of the same minute is of the same day, in every zone; a date takes long to make.
    const today = entry.at.startsWith(minute || "-") ? date : day(entry.at);
    minute = entry.at.slice(0, 16);
    if (today !== date) all.push({ key: `day ${entry.key}`, kind: "day", text: today, entries: [] });
    date = today;
    if (entry.key === fresh) all.push({ key: "fresh", kind: "fresh", text: "New", entries: [] });
    const last = all.at(-1);
    if (belongs(entry, last)) last.entries.push(entry);
    else all.push({ key: String(entry.key), kind: kind(entry), entries: [entry], goesOn: continues(entry, last) });
  }
  for (const group of all) if (group.kind === "lines") group.kind = group.entries.length < LONG ? "message" : "block";
  return all;
}

function kind(entry) {
  if (entry.type === "said" && entry.block) return "lines";
  if (SPOKEN.has(entry.type)) return "message";
  if (entry.type === "emoted") return "emote";
  if (entry.type === "dropped") return "file";
  return PASSING.has(entry.type) ? "passing" : "note";
}

/** Whether `entry` is one with the group before it: a line of the same paste, or one more who comes or goes. */
function belongs(entry, group) {
  if (group === undefined) return false;
  if (group.kind === "passing") return PASSING.has(entry.type);
  if (group.kind !== "lines" || entry.type !== "said") return false;
  return entry.block === group.entries[0].block && entry.user === group.entries[0].user;
}

/** Whether `entry` is by who has spoken just before, so that she need not be named again. */
function continues(entry, group) {
  const before = group?.entries.at(-1);
  if (entry.type === "emoted") return true; // who does it stands in the text
  if (entry.mention) return false;
  if (before === undefined || !SIGNED.has(entry.type) || !SIGNED.has(before.type)) return false;
  return before.user === entry.user && Date.parse(entry.at) - Date.parse(before.at) < PAUSE;
}
