import { find, make } from "../ui/dom.js";
import { count } from "../ui/format.js";
import type { OpenTokenizer } from "./session.js";

/** Says which tokenizer is used. */
export function showTokenizer(root: HTMLElement, open: OpenTokenizer): void {
  const { info } = open.tokenizer;
  const fact = (name: string, value: string): void =>
    void (find(root, `#tok-facts [data-fact="${name}"]`, HTMLElement).textContent = value);
  find(root, "#tok-name", HTMLElement).replaceChildren(make("bdi", {}, open.name));
  fact("model", info.model);
  fact("tokens", count(info.vocabSize));
  fact("round trip", info.byteComplete ? "every text" : "not every text");
  fact("from", info.source);
  fact("fingerprint", info.fingerprint.slice(0, 16));
  find(root, "#tok-facts", HTMLElement).classList.remove("waiting");
  find(root, "#tok-bundled", HTMLElement).hidden = open.bundled;
  const notes = find(root, "#tok-notes", HTMLElement);
  notes.replaceChildren(...info.notes.map((note) => make("li", {}, note)));
  notes.hidden = info.notes.length === 0;
}
