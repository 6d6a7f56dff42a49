/** Requests on behalf of whoever sits here: questions that come back are asked, and refusals told where one looks. */

import { Refused } from "./connection.js";
import { ask, askFor } from "./dialogs.js";
import { told } from "./telling.js";

/** What is not told: the person has wished it herself, or sees the state of the connection anyway. */
const SILENT = new Set(["given-up", "connection-lost", "not-connected"]);

/** Asks the server, and tells what comes of it. */
export class Client {
  constructor(connection, store, draw) {
    this._connection = connection;
    this._store = store;
    this._draw = draw;
  }

  /**
   * Ask for something; what the server wants to know first is asked in a dialog, and the request repeated with it.
   *
   * @throws {Refused}
   */
  async ask(request, collected) {
    const answers = {};
    for (;;) {
      try {
        return await this._connection.request(
          Object.keys(answers).length ? { ...request, answers } : request,
          collected,
        );
      } catch (error) {
        if (!(error instanceof Refused) || error.answer.error !== "answer-needed") throw error;
        const answer = await askFor(error.answer);
        if (answer === undefined) throw new Refused({ error: "given-up" });
        answers[error.answer.about] = answer;
      }
    }
  }

  /** As {@link ask}, but a refusal is told in the conversation, and gives nothing. */
  async do(request, where = this._store.current) {
    try {
      return await this.ask(request);
    } catch (error) {
      this.complain(error, where);
      return undefined;
    }
  }

  /** Do it, and say what the server answers. */
  async say(request, where = this._store.current) {
    const answer = await this.do(request, where);
    if (answer !== undefined) this.note(told(answer), "", where);
    return answer;
  }

  /** Tell a refusal; what is no refusal is a defect of this page. */
  complain(error, where = this._store.current) {
    if (!(error instanceof Refused)) throw error;
    if (!SILENT.has(error.answer.error)) this.note(told({ type: "error", ...error.answer }), "error", where);
  }

  /** Tell something that no log has; where there is no conversation to tell it in, in a dialog. */
  note(text, tone = "", where = this._store.current) {
    if (text && this._store.conversations.has(where)) this._store.note(text, Date.now(), tone, where);
    else if (text) ask({ title: text, actions: [] });
    this._draw();
  }
}
