import type { QuantizeAnatomy as Anatomy } from "../engine/abi.gen.js";
import { make } from "../ui/dom.js";
import { counted } from "../ui/format.js";
import { type Links, type Part, partsOfWeight, result, withNumbers } from "./anatomy.js";
import { type Block, type Item, partName, withMinus } from "./block.js";
import { exact, significant } from "./format.js";

/** The lines that say what an item of a block is, and what belongs to it. */
export function readoutOf(block: Block, item: Item, links: Links): HTMLElement[] {
  switch (item.kind) {
    case "byte":
      return [...byteLines(block, item.byte, links.parts), weightsLine(links)];
    case "part":
      return [...partLines(block.anatomy, item.part), weightsLine(links)];
    case "weight":
      return weightLines(block, item.weight);
  }
}

function byteLines(block: Block, index: number, parts: readonly Part[]): HTMLElement[] {
  const { anatomy } = block;
  const byte = block.bytes[index] ?? 0;
  return [
    make(
      "p",
      {},
      make("b", {}, `byte ${String(index)}`),
      ` = ${byte.toString(16).padStart(2, "0")} = ${byte.toString(2).padStart(8, "0")}`,
    ),
    make(
      "p",
      { class: "soft" },
      parts.map((part) => `${partName(anatomy, part)} = ${partValue(anatomy, part)}`).join(" · "),
    ),
  ];
}

function partLines(anatomy: Anatomy, part: Part): HTMLElement[] {
  const bits = anatomy.fields[part.field]?.spans[part.index] ?? [];
  return [
    make("p", {}, make("b", {}, partName(anatomy, part)), ` = ${partValue(anatomy, part)}`),
    make(
      "p",
      { class: "soft" },
      bits
        .map(
          (span) => `${counted(span.width, "bit")} from bit ${String(span.bit % 8)} of byte ${String(span.bit >> 3)}`,
        )
        .join(", then "),
    ),
  ];
}

function weightsLine(links: Links): HTMLElement {
  const ranges = links.weights.map(({ start, end }) =>
    end - start === 1 ? `weight ${String(start)}` : `weights ${String(start)} to ${String(end - 1)}`,
  );
  return make("p", { class: "soft" }, ranges.join(" · "));
}

function weightLines(block: Block, weight: number): HTMLElement[] {
  const { anatomy } = block;
  const before = block.before[weight] ?? NaN;
  const after = block.after[weight] ?? NaN;
  const show = (value: number | null): string => significant(value, 5);
  const parts = partsOfWeight(anatomy, weight).map((part) => partName(anatomy, part));
  return [
    make(
      "p",
      { class: "number" },
      make("b", {}, `weight ${String(weight)}`),
      ` ${exact(before)} → ${exact(after)} `,
      make("span", { class: "errors-text" }, `error ${significant(after - before)}`),
    ),
    make("p", { class: "mono" }, `= ${withMinus(withNumbers(anatomy, weight, show))}`),
    make(
      "p",
      { class: "mono soft" },
      `= ${result(anatomy, weight, show)} `,
      make("span", { class: "weights-from" }, `from ${parts.join(", ")}`),
    ),
  ];
}

function partValue(anatomy: Anatomy, part: Part): string {
  return significant(anatomy.fields[part.field]?.values[part.index] ?? null, 5);
}
