/** A text that is said: in one message, or, where it is long, in several that are one block. Pure. */

/** Bytes that one message of the WebSocket may have; the id, the braces and the numbers need some of them. */
const MESSAGE = 8192;
const AROUND = 160;

/** Bytes of a line. */
const LINE = 4000;

const encoder = new TextEncoder();

function size(text) {
  return encoder.encode(JSON.stringify(text)).length;
}

/** A line in pieces that a line may have, cut between characters. */
function fitting(line) {
  if (size(line) <= LINE) return [line];
  const parts = [""];
  let bytes = 2;
  for (const character of line) {
    const more = size(character) - 2;
    bytes += more;
    if (bytes > LINE) {
      parts.push("");
      bytes = 2 + more;
    }
    parts[parts.length - 1] += character;
  }
  return parts;
}

/** The lines of a text that say something. */
export function lines(text) {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim())
    .flatMap(fitting);
}

/**
 * The `say` requests for a text.
 *
 * @param {string} text
 * @param {string} room
 * @returns {object[]} in their order
 */
export function parcels(text, room) {
  const most = MESSAGE - AROUND - size(room);
  const all = lines(text);
  const parts = [];
  let bytes = Infinity;
  for (const line of all) {
    bytes += size(line) + 2;
    if (bytes > most) {
      parts.push([]);
      bytes = size(line) + 2;
    }
    parts.at(-1).push(line);
  }
  let left = all.length;
  return parts.map((part, index) => {
    left -= part.length;
    return { type: "say", text: part.join("\n"), room, lines: left, goes_on: index > 0 };
  });
}
