import { make } from "../ui/dom.js";
import { glyphOf, isDisruptive } from "./glyphs.js";

/**
 * Draws a text in a row of its own. Whitespace and control characters become
 * elements that hold the true character, for copying, and have their glyph
 * beside it; those that would disturb the row do so whether they are marked or
 * not.
 */
export function paintText(text: string, marked: boolean): Node[] {
  const nodes: Node[] = [];
  let plain = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const glyph = marked || isDisruptive(code) ? glyphOf(code) : undefined;
    if (glyph === undefined) {
      plain += char;
      continue;
    }
    if (plain !== "") nodes.push(document.createTextNode(plain));
    plain = "";
    const wide = code === 0x09 ? " wide" : glyph.length > 1 ? " numbered" : "";
    nodes.push(make("span", { class: `unseen${wide}`, data: { glyph } }, char));
  }
  if (plain !== "") nodes.push(document.createTextNode(plain));
  return nodes;
}
