import { make } from "../ui/dom.js";

/** A Share is a part of a whole. */
export interface Share {
  label: string;
  value: number;
  text: string; // the value for people
}

/** Most shares that have a colour of their own; the style sheet has as many. */
const colours = 8;

/** The class of the colour of a share. */
export function colourOf(index: number): string {
  return `weights-c${String(Math.min(index, colours - 1))}`;
}

/** Draws shares as a bar. It says nothing that the text beside it does not. */
export function drawBar(bar: HTMLElement, shares: readonly Share[]): void {
  const whole = shares.reduce((sum, share) => sum + share.value, 0);
  bar.replaceChildren(
    ...shares.map((share, i) => {
      const part = make("span", { class: `weights-share ${colourOf(i)}`, title: `${share.label}: ${share.text}` });
      part.style.flexGrow = String(whole > 0 ? share.value / whole : 0);
      return part;
    }),
  );
}

/** Lists shares with the colours of their parts of the bar. */
export function drawLegend(list: HTMLElement, shares: readonly Share[]): void {
  list.replaceChildren(
    ...shares.map((share, i) =>
      make(
        "li",
        {},
        make("span", { class: `swatch ${colourOf(i)}`, aria: { hidden: "true" } }),
        ` ${share.label} `,
        make("b", { class: "number" }, share.text),
      ),
    ),
  );
}

/** A share of a whole in percent. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "";
  const value = (100 * part) / whole;
  return value > 0 && value < 0.1 ? "< 0.1 %" : `${value.toFixed(1)} %`;
}

/** Fills a list of terms and values; those that are empty are left out. */
export function fillFacts(
  list: HTMLElement,
  facts: readonly (readonly [string, string | number | undefined | null])[],
): void {
  list.replaceChildren(
    ...facts.flatMap(([term, value]) =>
      value === undefined || value === null || value === ""
        ? []
        : [make("div", {}, make("dt", {}, term), make("dd", {}, String(value)))],
    ),
  );
}
