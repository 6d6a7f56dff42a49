/** Questions to whoever sits here, in dialogs of the browser: they keep the focus, and Escape ends them. */

import { el } from "./dom.js";

let count = 0;

function field({ name, label, type = "text", value = "", options, hint, optional = false, ...rest }) {
  const id = `field-${++count}`;
  const common = { id, name, required: !optional, "aria-describedby": hint ? `${id}-hint` : false };
  const input = options
    ? el(
        "select",
        common,
        ...options.map(([word, text]) => el("option", { value: word, selected: word === value }, text)),
      )
    : el("input", {
        ...common,
        type,
        value,
        autocomplete: "off",
        spellcheck: "false",
        autocapitalize: "none",
        ...rest,
      });
  return el(
    "p",
    { class: "field" },
    el("label", { for: id }, label),
    input,
    hint && el("small", { id: `${id}-hint` }, hint),
  );
}

/**
 * Ask something.
 *
 * @param {object} question
 * @param {string} question.title
 * @param {(string | Node)[]} [question.text] paragraphs
 * @param {object[]} [question.fields] `name`, `label`, and what else an input has; `options` make it a choice
 * @param {{name: string, label: string, danger?: boolean, quiet?: boolean}[]} question.actions the first is that of Enter
 * @returns {Promise<{action: string, [field: string]: string} | undefined>} nothing where it was ended otherwise
 */
export function ask({ title, text = [], fields = [], actions }) {
  const id = `dialog-${++count}`;
  const buttons = actions.map(({ name, label, danger, quiet }, index) =>
    el(
      "button",
      {
        type: "submit",
        value: name,
        class: danger ? "danger" : index || quiet ? "quiet" : "primary",
      },
      label,
    ),
  );
  const cancel = el(
    "button",
    { type: "button", class: "quiet", click: () => dialog.close() },
    fields.length ? "Cancel" : "Close",
  );
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id }, title),
    ...text.map((paragraph) => el("p", {}, paragraph)),
    ...fields.map(field),
    el("div", { class: "actions" }, ...buttons, cancel),
  );
  const dialog = el("dialog", { "aria-labelledby": id }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = { ...Object.fromEntries(new FormData(form)), action: event.submitter?.value ?? actions[0]?.name };
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
  });
}

/** Ask what the server wants to know before it does something; secrets are not shown. */
export async function askFor(error) {
  const isSecret = /password|secret|code/.test(error.about);
  const label = error.why || `${error.about}:`;
  const answer = await ask({
    title: isSecret ? "A password is needed" : "Are you sure?",
    fields: [{ name: "answer", label, type: isSecret ? "password" : "text" }],
    actions: [{ name: "yes", label: "Go on", danger: !isSecret }],
  });
  return answer?.answer;
}
