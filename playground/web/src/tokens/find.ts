import { find, make } from "../ui/dom.js";
import { count, counted, hex } from "../ui/format.js";
import { messageOf } from "../ui/notice.js";
import { chip } from "./chips.js";
import { latest } from "./latest.js";
import type { Place, Tool } from "./place.js";

const limit = 200;

/** Looks for tokens in the vocabulary. */
export function vocabularyTool(place: Place): Tool {
  const field = find(place.root, "#tok-find", HTMLInputElement);
  const list = find(place.root, "#tok-found", HTMLElement);
  const summary = find(place.root, "#tok-find-summary", HTMLElement);
  const newest = latest();
  let searched = "";

  const search = async (): Promise<void> => {
    const open = place.session.open;
    if (!open) return;
    const text = field.value;
    searched = `${String(open.tokenizer.handle)} ${text}`;
    const found = await newest(
      open.tokenizer.find(text, limit).then(async (reply) => {
        await open.vocabulary.fetch(reply.ids);
        return reply;
      }),
    );
    if (!found) return;
    list.replaceChildren(
      ...found.ids.map((id, i) => {
        const data = open.vocabulary.bytes(id) ?? new Uint8Array();
        const title = `bytes ${hex(data)}, in the vocabulary as ${found.tokens[i] ?? ""}`;
        return make("li", { title }, chip(open.vocabulary.spelling(id), id));
      }),
    );
    summary.textContent =
      text === ""
        ? `${counted(found.total, "token")} in all; the shortest are listed.`
        : `${counted(found.total, "token")} with this${found.total > found.ids.length ? `, of which ${count(found.ids.length)} are listed` : ""}, the shortest first.`;
  };
  const guarded = (): void => {
    search().catch((error: unknown) => {
      list.replaceChildren();
      summary.textContent = messageOf(error);
    });
  };

  field.addEventListener("input", guarded);
  return {
    update() {
      if (searched !== `${String(place.session.open?.tokenizer.handle)} ${field.value}`) guarded();
    },
  };
}
