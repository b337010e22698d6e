import type { TextOptions } from "../engine/abi.gen.js";
import type { BatchOptions, BatchRow } from "../engine/tokenizer.js";
import { find, make } from "../ui/dom.js";
import { counted } from "../ui/format.js";
import { messageOf } from "../ui/notice.js";
import { inOneLine } from "./glyphs.js";
import { latest } from "./latest.js";
import { wholeUnits } from "./pipeline.js";
import type { Place, Tool } from "./place.js";
import type { OpenTokenizer } from "./session.js";
import type { Vocabulary } from "./vocabulary.js";

const mostLines = 32;
const mostCells = 256; // columns that are drawn
const longestLine = 2000; // UTF-16 units

const example = "Once upon a time\nThe owl thought and thought, and didn't know.\nHi!";

/** Lines as a batch: padded, cut, with the attention mask. */
export function batchTool(place: Place): Tool {
  const root = place.root;
  const text = find(root, "#tok-batch-text", HTMLTextAreaElement);
  const grid = find(root, "#tok-batch-grid", HTMLTableElement);
  const summary = find(root, "#tok-batch-summary", HTMLElement);
  const choice = (id: string): HTMLSelectElement => find(root, `#tok-batch-${id}`, HTMLSelectElement);
  const length = (id: string): HTMLInputElement => find(root, `#tok-batch-${id}`, HTMLInputElement);
  const pad = choice("pad");
  const padSide = choice("pad-side");
  const cut = choice("cut");
  const cutSide = choice("cut-side");
  const padLength = length("pad-length");
  const cutLength = length("cut-length");
  const newest = latest();
  text.value = example;

  /** What to pad with where the vocabulary names nothing for it: the end of a text, as most do then. */
  const substitute = (): string => {
    const added = place.session.open?.tokenizer.info.added ?? [];
    if (added.some((token) => token.roles.includes("pad"))) return "";
    return added.find((token) => token.roles.includes("eos"))?.text ?? added[0]?.text ?? "";
  };
  const shape = (): BatchOptions => ({
    pad: pad.value !== "none",
    padToken: substitute(),
    padLength: pad.value === "length" ? within(padLength) : 0,
    padLeft: padSide.value === "left",
    maxLength: cut.value === "length" ? within(cutLength) : 0,
    cutLeft: cutSide.value === "left",
  });

  const update = (): void => {
    const open = place.session.open;
    if (!open) return;
    padLength.disabled = pad.value !== "length";
    padSide.disabled = pad.value === "none";
    cutLength.disabled = cutSide.disabled = cut.value !== "length";
    const all = text.value.split("\n").filter((line) => line !== "");
    const lines = all.slice(0, mostLines).map((line) => wholeUnits(line, longestLine));
    if (lines.length === 0) {
      grid.replaceChildren();
      summary.textContent = "No line to show.";
      return;
    }
    newest(batchOf(open, lines, place.session.options, shape()))
      .then((rows) => {
        if (!rows) return;
        grid.replaceChildren(...rows.map((row, i) => draw(row, i, open.vocabulary)));
        const token = pad.value === "none" ? "" : substitute();
        summary.textContent =
          describe(rows, all.length) +
          (token === "" ? "" : ` The vocabulary names no padding token; ${inOneLine(token)} stands in.`);
      })
      .catch((error: unknown) => {
        grid.replaceChildren();
        summary.textContent = messageOf(error);
      });
  };

  for (const control of [text, pad, padSide, padLength, cut, cutSide, cutLength])
    control.addEventListener("input", update);
  find(root, "#tok-batch-take", HTMLButtonElement).addEventListener("click", () => {
    text.value = place.session.text
      .split("\n", 4 * mostLines)
      .filter((line) => line.trim() !== "")
      .slice(0, mostLines)
      .map((line) => wholeUnits(line, longestLine))
      .join("\n");
    update();
  });
  return { update };
}

/** The rows of lines, whose tokens the vocabulary then can spell. */
async function batchOf(
  { tokenizer, vocabulary }: OpenTokenizer,
  lines: string[],
  options: TextOptions,
  shape: BatchOptions,
): Promise<BatchRow[]> {
  const rows = await tokenizer.batch(lines, options, shape);
  await vocabulary.fetch(rows.flatMap((row) => [...row.ids.subarray(0, mostCells)]));
  return rows;
}

/** The length in a field, kept within what the field allows. */
function within(field: HTMLInputElement): number {
  const n = Math.round(field.valueAsNumber);
  return Number.isFinite(n) ? Math.min(Math.max(Number(field.min), n), Number(field.max)) : Number(field.min);
}

function describe(rows: readonly BatchRow[], lines: number): string {
  const columns = Math.max(...rows.map((row) => row.ids.length));
  const padding = rows.reduce((sum, row) => sum + row.mask.reduce((n, on) => n + (on === 0 ? 1 : 0), 0), 0);
  const lost = rows.reduce((sum, row) => sum + row.cut, 0);
  const parts = [
    `${counted(rows.length, "line")} of ${counted(columns, "token")}`,
    `${counted(padding, "token")} of padding`,
  ];
  if (lost > 0) parts.push(`${counted(lost, "token")} cut off`);
  if (rows.length < lines) parts.push(`${counted(lines - rows.length, "more line")} not shown`);
  if (columns > mostCells) parts.push(`the first ${String(mostCells)} of a line shown`);
  return `${parts.join(", ")}.`;
}

/** A line's tokens, and its mask under them. */
function draw(row: BatchRow, line: number, vocabulary: Vocabulary): HTMLElement {
  const cells = [...row.ids.subarray(0, mostCells)].map((id, i) => {
    const padding = row.mask[i] === 0;
    const spelling = vocabulary.spelling(id);
    return make(
      "td",
      { class: padding ? "cell padding" : `cell hue${String(i % 6)}`, title: spelling },
      spelling,
      make("small", {}, String(id)),
    );
  });
  const mask = [...row.mask.subarray(0, mostCells)].map((on) =>
    make("td", { class: on === 0 ? "off" : "" }, String(on)),
  );
  const head = make(
    "th",
    {},
    `line ${String(line + 1)}`,
    ...(row.cut > 0 ? [make("br"), make("span", { class: "badge warn" }, `${String(row.cut)} cut`)] : []),
  );
  head.scope = "row";
  const maskHead = make("th", {}, "mask");
  maskHead.scope = "row";
  return make("tbody", {}, make("tr", {}, head, ...cells), make("tr", { class: "mask" }, maskHead, ...mask));
}
