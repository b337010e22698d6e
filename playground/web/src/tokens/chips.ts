import { make } from "../ui/dom.js";
import { inOneLine } from "./glyphs.js";

/** A piece of text in a frame. */
export function textChip(text: string, extra = ""): HTMLElement {
  return chip(inOneLine(text), undefined, extra);
}

/** What a token is called, in a frame, with its id where it has one. */
export function chip(spelling: string, id?: number, extra = ""): HTMLElement {
  const made = make("span", { class: `chip ${extra}` }, make("span", {}, spelling));
  if (id !== undefined) made.append(make("span", { class: "chip-id" }, String(id)));
  return made;
}

/** Puts at most limit of many things in a row, and says how many more there are. */
export function chips<T>(items: readonly T[], limit: number, draw: (item: T) => HTMLElement): HTMLElement {
  const row = make("div", { class: "chips" }, ...items.slice(0, limit).map(draw));
  if (items.length > limit) row.append(make("span", { class: "soft" }, `and ${String(items.length - limit)} more`));
  return row;
}
