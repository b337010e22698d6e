import type { TextPipelineReply } from "../engine/abi.gen.js";
import { find, make } from "../ui/dom.js";
import { messageOf, notice } from "../ui/notice.js";
import { chip, chips, textChip } from "./chips.js";
import { inOneLine } from "./glyphs.js";
import { latest } from "./latest.js";
import type { Place, Tool } from "./place.js";
import type { OpenTokenizer } from "./session.js";

const longest = 400; // UTF-16 units that are shown on their way
const shown = 300; // pieces or tokens of a stage

const names: Record<string, string> = {
  normalizer: "Normalizer",
  preTokenizer: "Pre-tokenizer",
  postProcessor: "Post-processor",
  decoder: "Decoder",
};

/** The text after each stage of the tokenizer. */
export function pipelineTool(place: Place): Tool {
  const list = find(place.root, "#tok-pipeline", HTMLElement);
  const hint = find(place.root, "#tok-pipeline-hint", HTMLElement);
  const newest = latest();

  const excerpt = (): { text: string; what: string } => {
    const { text } = place.session;
    const { start, end } = place.selection();
    const chosen = end > start ? text.slice(start, end) : text;
    const cut = wholeUnits(chosen, longest);
    if (cut.length < chosen.length)
      return {
        text: cut,
        what: `the first ${String(longest)} characters of ${end > start ? "the selection" : "the text"}`,
      };
    return { text: cut, what: end > start ? "the selection" : "the text" };
  };

  return {
    update() {
      const open = place.session.open;
      if (!open) return;
      const { text, what } = excerpt();
      newest(run(open, text, place))
        .then((stages) => {
          if (!stages) return;
          list.replaceChildren(...stages);
          hint.textContent = `What becomes of ${what} on its way. It follows what is selected in the text.`;
        })
        .catch((error: unknown) => list.replaceChildren(make("li", {}, notice(messageOf(error), "bad"))));
    },
  };
}

async function run(open: OpenTokenizer, text: string, place: Place): Promise<HTMLElement[]> {
  const reply = await open.tokenizer.pipeline(text, place.session.options);
  const ids = Uint32Array.from(reply.ids);
  await open.vocabulary.fetch([
    ...ids,
    ...reply.segments.flatMap((segment) => segment.pieces.flatMap((piece) => piece.ids)),
  ]);
  const decoded = await open.tokenizer.decode(ids, { skipSpecial: true });
  return stages(open, text, reply, decoded);
}

function stages(open: OpenTokenizer, text: string, reply: TextPipelineReply, decoded: string): HTMLElement[] {
  const about = (stage: string): string => open.tokenizer.info.stages.find((s) => s.stage === stage)?.description ?? "";
  const plain = reply.segments.filter((segment) => !segment.added);
  const pieces = plain.flatMap((segment) => segment.pieces);
  const normalized = reply.segments.map((segment) => (segment.added ? segment.text : segment.normalized)).join("");

  return [
    stage(
      "Added tokens",
      reply.segments.some((segment) => segment.added)
        ? "found in the text, and kept from the model"
        : "none found in the text",
      chips(reply.segments, shown, (segment) => textChip(segment.text, segment.added ? "added" : "")),
      !reply.segments.some((segment) => segment.added),
    ),
    stage(
      names["normalizer"] ?? "",
      about("normalizer") || "none",
      make("div", { class: "spelling" }, inOneLine(normalized)),
      normalized === text,
    ),
    stage(
      names["preTokenizer"] ?? "",
      about("preTokenizer") || "none",
      chips(pieces, shown, (piece) => textChip(piece.text)),
      pieces.length === plain.length,
    ),
    stage(
      "Model",
      `${open.tokenizer.info.model}, ${String(open.tokenizer.info.vocabSize)} tokens`,
      chips(
        pieces.flatMap((piece) => piece.ids),
        shown,
        (id) => chip(open.vocabulary.spelling(id), id),
      ),
      false,
    ),
    stage(
      names["postProcessor"] ?? "",
      about("postProcessor") || "none",
      chips(reply.ids, shown, (id) => chip(open.vocabulary.spelling(id), id)),
      reply.ids.length === reply.tokens.length && about("postProcessor") === "",
    ),
    stage(
      names["decoder"] ?? "",
      `${about("decoder") || "none"}; the way back, without special tokens`,
      make("div", { class: "spelling" }, inOneLine(decoded)),
      decoded === text,
    ),
  ];
}

function stage(title: string, about: string, out: HTMLElement, unchanged: boolean): HTMLElement {
  const what = make("div", {}, make("h3", {}, title), make("p", {}, about));
  return make("li", { class: unchanged ? "unchanged" : "" }, what, make("div", { class: "pipeline-out" }, out));
}

/** The first n units of a text, without half a character at the end. */
export function wholeUnits(text: string, n: number): string {
  const last = text.charCodeAt(n - 1);
  return text.slice(0, n < text.length && last >= 0xd800 && last < 0xdc00 ? n - 1 : n);
}
