import { make } from "../ui/dom.js";
import { count, hex } from "../ui/format.js";
import { flagNames, type TokenizedText } from "./tokenized.js";
import { inOneLine } from "./glyphs.js";
import type { Vocabulary } from "./vocabulary.js";

const shownBytes = 24;

/** The bytes of a token, or the first of them. */
function hexOf(data: Uint8Array): string {
  const rest = data.length - shownBytes;
  return hex(data.subarray(0, shownBytes)) + (rest > 0 ? ` … ${count(rest)} more` : "");
}

/** What the tooltip says of a token. */
export function tokenTip(text: TokenizedText, index: number): Node {
  const tip = document.createDocumentFragment();
  tip.append(make("b", {}, String(text.id(index))), ` ${inOneLine(text.label(index)).slice(0, 60)}`, make("br"));
  tip.append(make("span", { class: "mono" }, hexOf(text.bytes(index))), make("br"), placeOf(text, index));
  const flags = flagNames(text.tokens.flags[index] ?? 0);
  if (flags.length > 0) tip.append(make("br"), flags.join(", "));
  return tip;
}

function placeOf(text: TokenizedText, index: number): string {
  const { start, end } = text.byteSpan(index);
  const chars = text.span(index);
  if (start === end) return "no place in the text";
  return `bytes ${count(start)}–${count(end)}, characters ${count(chars.start)}–${count(chars.end)}`;
}

/** Shows all that there is to know of a token. */
export function inspect(panel: HTMLElement, text: TokenizedText, index: number): void {
  const { start, end } = text.byteSpan(index);
  const chars = text.span(index);
  const fact = (name: string, value: string): HTMLElement => make("span", {}, `${name} `, make("b", {}, value));
  const facts = [
    make(
      "span",
      {},
      make("span", { class: `token opens closes hue${String(index % 6)}` }, inOneLine(text.label(index))),
    ),
    fact("id", String(text.id(index))),
    fact("token", `${count(index + 1)} of ${count(text.length)}`),
    fact("bytes", hexOf(text.bytes(index))),
  ];
  if (start < end)
    facts.push(
      fact("at byte", `${count(start)}–${count(end)}`),
      fact("at character", `${count(chars.start)}–${count(chars.end)}`),
    );
  for (const flag of flagNames(text.tokens.flags[index] ?? 0)) facts.push(make("span", { class: "badge" }, flag));
  panel.replaceChildren(...facts);
  addSpelling(panel, text.vocabulary, text, index, facts).catch(() => undefined); // the tokenizer may have been closed
}

/** Adds what the vocabulary has for the token, where it is not what the text has: a normalizer was at work. */
async function addSpelling(
  panel: HTMLElement,
  vocabulary: Vocabulary,
  text: TokenizedText,
  index: number,
  facts: HTMLElement[],
): Promise<void> {
  const id = text.id(index);
  await vocabulary.fetch([id]);
  const known = vocabulary.bytes(id);
  if (!known || facts[0]?.parentElement !== panel || hex(known) === hex(text.bytes(index))) return;
  panel.append(make("span", {}, "in the vocabulary ", make("b", {}, hexOf(known))));
}
