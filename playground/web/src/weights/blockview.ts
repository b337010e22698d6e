import type { QuantizeAnatomy as Anatomy, QuantizeField as Field } from "../engine/abi.gen.js";
import { make } from "../ui/dom.js";
import { count, counted } from "../ui/format.js";
import {
  fieldOfBits,
  type Links,
  linksOfByte,
  linksOfPart,
  linksOfWeight,
  type Part,
  partsOfBytes,
} from "./anatomy.js";
import { type Block, type Item, partName, withMinus } from "./block.js";
import { readoutOf } from "./blockreadout.js";
import { Trace } from "./blocktrace.js";
import { significant } from "./format.js";
import { targetOf, wireGrid } from "./gridkeys.js";

/** Colours that fields have; the style sheet has as many. */
const fieldColours = 6;

/** Fields of more parts get the whole width. */
const fewParts = 16;

/** Parts of more bits are numbers of three digits or more. */
const wideBits = 6;

/**
 * A BlockView shows a block as its bytes, as the parts of its fields, and as the weights they stand for. What belongs
 * to whatever the pointer or the focus is at lights up in all three.
 */
export class BlockView {
  readonly #readout = make("div", { class: "weights-block-readout", aria: { live: "polite" } });
  #block: Block | null = null;
  #partsOfBytes: Part[][] = [];
  #bytes: HTMLElement[] = [];
  #parts: HTMLElement[][] = [];
  #weights: HTMLElement[] = [];
  #trace: Trace | null = null;
  #lit: Element[] = [];
  #pinned: Item = { kind: "weight", weight: 0 };

  constructor(readonly root: HTMLElement) {
    root.addEventListener("pointerover", (event) => {
      const item = this.#itemOf(event.target);
      if (item !== null) this.#light(item);
    });
    root.addEventListener("pointerleave", () => this.#light(this.#pinned));
    root.addEventListener("focusin", (event) => {
      const item = this.#itemOf(event.target);
      if (item === null) return;
      this.#pinned = item;
      this.#light(item);
    });
    root.addEventListener("click", (event) => targetOf(event)?.focus());
  }

  /** Shows a block, with its first weight lit. */
  show(block: Block): void {
    this.#block = block;
    this.#partsOfBytes = partsOfBytes(block.anatomy, block.bytes.length);
    this.#pinned = { kind: "weight", weight: 0 };
    this.#lit = [];
    this.root.classList.remove("waiting");
    this.root.replaceChildren(
      make(
        "div",
        { class: "weights-block-parts" },
        this.#drawFormula(block),
        this.#drawBytes(block),
        ...this.#drawFields(block),
        this.#drawWeights(block),
      ),
    );
    this.#light(this.#pinned);
  }

  /** Says why there is no block. */
  fail(message: string): void {
    this.#block = null;
    this.root.classList.remove("waiting");
    this.root.replaceChildren(make("p", { class: "soft" }, message));
  }

  #drawFormula(block: Block): HTMLElement {
    const { anatomy } = block;
    const formula = make("p", { class: "weights-formula-head mono" }, "weight = ");
    // Names of fields have the colours of their bytes.
    let at = 0;
    for (const match of anatomy.formula.matchAll(/[A-Za-z]\w*(?!\w*\()/g)) {
      const field = anatomy.fields.findIndex((f) => f.name === match[0]);
      if (field < 0) continue;
      formula.append(
        withMinus(anatomy.formula.slice(at, match.index)),
        make("span", { class: `field-name ${colourOf(field)}` }, match[0]),
      );
      at = match.index + match[0].length;
    }
    formula.append(withMinus(anatomy.formula.slice(at)));
    return make("div", { class: "weights-block-head" }, formula, this.#readout);
  }

  #drawBytes(block: Block): HTMLElement {
    const owners = fieldOfBits(block.anatomy, block.bytes.length);
    this.#bytes = [...block.bytes].map((byte, i) => {
      const cell = make(
        "button",
        {
          class: "weights-byte mono",
          type: "button",
          tabIndex: i === 0 ? 0 : -1,
          data: { byte: String(i) },
          aria: { label: this.#sayByte(block, i) },
        },
        byte.toString(16).padStart(2, "0"),
      );
      cell.style.setProperty("--bits", stripe(owners.subarray(8 * i, 8 * i + 8)));
      return cell;
    });
    const grid = make(
      "div",
      {
        class: "weights-bytes",
        role: "group",
        aria: { label: "Bytes of the block; the arrow keys go from one to the next" },
      },
      ...this.#bytes,
    );
    wireGrid(grid);
    return make("div", { class: "weights-block-part" }, make("h4", {}, counted(block.bytes.length, "byte")), grid);
  }

  #sayByte(block: Block, index: number): string {
    const byte = block.bytes[index] ?? 0;
    const names = (this.#partsOfBytes[index] ?? []).map((part) => partName(block.anatomy, part));
    return `${byte.toString(16).padStart(2, "0")}: byte ${String(index)}, in ${names.join(" and ")}`;
  }

  #drawFields(block: Block): HTMLElement[] {
    const { anatomy } = block;
    this.#parts = anatomy.fields.map((field, f) =>
      field.values.map((value, index) => partCell(anatomy, { field: f, index }, significant(value, 4))),
    );
    const drawn = anatomy.fields.map((field, f) => this.#drawField(field, f));
    const isLong = (_: unknown, f: number): boolean => (anatomy.fields[f]?.values.length ?? 0) > fewParts;
    return [
      make("div", { class: "weights-block-part" }, make("h4", {}, "fields"), ...drawn.filter((_, f) => !isLong(_, f))),
      make("div", { class: "weights-block-part" }, ...drawn.filter(isLong)),
    ];
  }

  #drawField(field: Field, f: number): HTMLElement {
    const parts = field.values.length;
    const bits = widthOf(field.spans[0] ?? []);
    const cells = make(
      "div",
      {
        class: `weights-parts ${parts > fewParts ? "many" : ""} ${bits > wideBits ? "wide" : ""}`,
        role: "group",
        aria: { label: field.about },
      },
      ...(this.#parts[f] ?? []),
    );
    wireGrid(cells);
    return make(
      "div",
      { class: `weights-field ${colourOf(f)}` },
      make(
        "p",
        { class: "weights-field-name" },
        make("b", { class: "mono" }, field.name),
        ` ${field.about} `,
        make(
          "span",
          { class: "soft" },
          `${field.kind}, ${parts === 1 ? "" : `${count(parts)} of `}${counted(bits, "bit")}`,
        ),
      ),
      cells,
    );
  }

  #drawWeights(block: Block): HTMLElement {
    const largest = Math.max(...[...block.after].filter(Number.isFinite).map(Math.abs), Number.MIN_VALUE);
    this.#weights = [...block.after].map((after, i) => {
      const text = shortest(after, largest);
      const cell = make(
        "button",
        {
          class: `weights-weight mono ${after < 0 ? "negative" : ""}`,
          type: "button",
          tabIndex: i === 0 ? 0 : -1,
          data: { weight: String(i) },
          aria: {
            label: `${text}: weight ${String(i)}, from ${significant(block.before[i] ?? NaN)} to ${significant(after)}`,
          },
        },
        text,
      );
      cell.style.setProperty("--tint", `${String(Math.round(45 * Math.min(1, Math.abs(after) / largest)))}%`);
      return cell;
    });
    const grid = make(
      "div",
      { class: "weights-weights", role: "group", aria: { label: "Weights of the block, as they come back" } },
      ...this.#weights,
    );
    wireGrid(grid);
    this.#trace = new Trace(block.before, block.after, (weight) => this.#light({ kind: "weight", weight }));
    return make(
      "div",
      { class: "weights-block-part" },
      make(
        "h4",
        {},
        `${counted(block.after.length, "weight")} `,
        make("span", { class: "soft" }, `row ${count(block.row)}, from column ${count(block.column)}`),
      ),
      this.#trace.element,
      grid,
    );
  }

  #itemOf(target: EventTarget | null): Item | null {
    const cell =
      target instanceof Element ? target.closest<HTMLElement>("[data-byte], [data-field], [data-weight]") : null;
    if (cell === null || !this.root.contains(cell)) return null;
    const { byte, field, index, weight } = cell.dataset;
    if (byte !== undefined) return { kind: "byte", byte: Number(byte) };
    if (field !== undefined) return { kind: "part", part: { field: Number(field), index: Number(index) } };
    return { kind: "weight", weight: Number(weight) };
  }

  #light(item: Item): void {
    const block = this.#block;
    if (block === null) return;
    for (const element of this.#lit) element.classList.remove("lit", "at");
    const links = this.#linksOf(block.anatomy, item);
    this.#lit = [];
    const mark = (element: Element | undefined, at: boolean): void => {
      if (!element) return;
      element.classList.add(at ? "at" : "lit");
      this.#lit.push(element);
    };
    for (const byte of links.bytes) mark(this.#bytes[byte], item.kind === "byte");
    for (const part of links.parts) mark(this.#parts[part.field]?.[part.index], item.kind === "part");
    for (const { start, end } of links.weights) {
      for (let i = start; i < end; i++) mark(this.#weights[i], item.kind === "weight");
    }
    this.#trace?.mark(links.weights);
    this.#readout.replaceChildren(...readoutOf(block, item, links));
  }

  #linksOf(anatomy: Anatomy, item: Item): Links {
    switch (item.kind) {
      case "byte":
        return linksOfByte(anatomy, this.#partsOfBytes[item.byte] ?? [], item.byte);
      case "part":
        return linksOfPart(anatomy, item.part);
      case "weight":
        return linksOfWeight(anatomy, item.weight);
    }
  }
}

function colourOf(field: number): string {
  return `field-${String(field % fieldColours)}`;
}

/** The colours of a byte's bits, the highest one at the left. */
function stripe(owners: Int8Array): string {
  const stops = [...owners].reverse().map((owner, i) => {
    const colour = owner < 0 ? "transparent" : `var(--field-${String(owner % fieldColours)})`;
    return `${colour} ${String(12.5 * i)}% ${String(12.5 * (i + 1))}%`;
  });
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

/** The cell of a part. What it is called begins with what it shows. */
function partCell(anatomy: Anatomy, part: Part, text: string): HTMLElement {
  return make(
    "button",
    {
      class: "weights-partcell mono",
      type: "button",
      tabIndex: part.index === 0 ? 0 : -1,
      data: { field: String(part.field), index: String(part.index) },
      aria: { label: `${text}: ${partName(anatomy, part)}` },
    },
    text,
  );
}

function widthOf(spans: readonly { width: number }[]): number {
  return spans.reduce((sum, span) => sum + span.width, 0);
}

/** A weight in the few characters that a cell has room for. */
function shortest(value: number, largest: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  if (largest >= 1e-3 && largest < 1e4) {
    const digits = Math.max(0, 3 - Math.max(0, Math.ceil(Math.log10(largest))));
    return value
      .toFixed(Math.min(digits, 4))
      .replace("-", "−")
      .replace(/^(−?)0\./, "$1.");
  }
  return value.toExponential(0).replace("-", "−");
}
