/** Links in what people say: http and https, and nothing else. Pure. */

const LINK = /https?:\/\/[^\s<>"'`]+/gi;
const CLOSES = { ")": "(", "]": "[", "}": "{" };

/** What belongs to the sentence around a link, and not to it: signs at its end, and brackets it does not open. */
function trimmed(link) {
  let end = link.length;
  while (end > 0) {
    const last = link[end - 1];
    const opens = CLOSES[last];
    const inside = link.slice(0, end);
    const isLoose = opens !== undefined && inside.split(last).length > inside.split(opens).length;
    if (!isLoose && !/[.,;:!?*_~]/.test(last)) break;
    end -= 1;
  }
  return link.slice(0, end);
}

/**
 * A text in pieces, those that are links with their `href`.
 *
 * @param {string} text
 * @returns {{text: string, href?: string}[]}
 */
export function pieces(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimmed(match[0]);
    if (!URL.canParse(link) || !new URL(link).hostname) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index) });
    found.push({ text: link, href: link });
    end = match.index + link.length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}

/** A text as nodes of the document. */
export function linked(text) {
  return pieces(text).map((piece) => {
    if (piece.href === undefined) return document.createTextNode(piece.text);
    const link = document.createElement("a");
    link.href = piece.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.textContent = piece.text;
    return link;
  });
}
