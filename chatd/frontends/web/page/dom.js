/** Making elements, and keeping a list of them in step with what it shows. User text only ever becomes text nodes. */

const SVG = "http://www.w3.org/2000/svg";

/** The element of the page with an id. */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * A new element.
 *
 * @param {string} tag
 * @param {object} [properties] attributes; a function is what is done at the event of that name; false leaves one out
 * @param {...(Node | string | boolean | undefined)} children those that are neither node nor text are left out
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && typeof child !== "boolean" && child !== ""));
  return element;
}

/** One of the icons of index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

/** Set the text of an element, where it is another one: what is read aloud is read once. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Let `parent` hold one element for each item, in their order; an element stays as long as its `sign` is the same.
 *
 * @param {Element} parent
 * @param {object[]} items
 * @param {{key: (item) => string, sign: (item) => string, make: (item) => Element}} how
 */
export function keep(parent, items, { key, sign, make }) {
  const wanted = new Set(items.map(key));
  const old = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) old.set(child.dataset.key, child);
    else child.remove();
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const id = key(item);
    const mark = sign(item);
    let child = old.get(id);
    if (child !== undefined && child.sign !== mark) {
      const fresh = make(item);
      replace(child, fresh);
      if (place === child) place = fresh;
      child = fresh;
    }
    child ??= make(item);
    child.dataset.key = id;
    child.sign = mark;
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
}

/** Put `fresh` in the place of `child`; what was focused in it is so still. */
function replace(child, fresh) {
  const focused = child.contains(document.activeElement) ? document.activeElement : null;
  child.replaceWith(fresh);
  if (focused !== null) (fresh.matches(focused.tagName) ? fresh : fresh.querySelector(focused.tagName))?.focus();
}
