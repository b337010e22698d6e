import type { QuantizeType, WeightsMeasureReply } from "../engine/abi.gen.js";
import { find, make } from "../ui/dom.js";
import { bytes } from "../ui/format.js";
import { bits, decibels, significant } from "./format.js";
import { typeName } from "./names.js";

/** What is known of a type: nothing yet, what it costs, or why it cannot be had. */
interface Row {
  readonly type: QuantizeType;
  readonly place: number; // in the order of the types
  measured: WeightsMeasureReply | null;
  failure: string;
  readonly element: HTMLTableRowElement;
  readonly cells: HTMLTableCellElement[];
  readonly button: HTMLButtonElement;
  readonly fill: HTMLElement;
}

interface Column {
  readonly label: string;
  /** What rows are ordered by; null, which comes last, is what was not measured. */
  readonly key: (row: Row) => number | string | null;
  readonly text: (measured: WeightsMeasureReply) => string;
  /** Larger is better, or comes first, when the column is first chosen. */
  readonly descending?: boolean;
}

/** The ratio of signal to noise to order by: an error that is no number is the worst. */
function ratioOf({ sqnr, rmse }: WeightsMeasureReply): number {
  return sqnr ?? (rmse === 0 ? Infinity : -Infinity);
}

/** An error as text. */
function errorText(value: number | null): string {
  return value === null ? "NaN" : significant(value);
}

const columns: readonly Column[] = [
  { label: "type", key: (row) => row.place, text: (m) => typeName(m.type) },
  { label: "bpw", key: (row) => row.type.bitsPerWeight, text: (m) => bits(m.bitsPerWeight) },
  { label: "size", key: (row) => row.measured?.bytes ?? null, text: (m) => bytes(m.bytes) },
  {
    label: "SQNR dB",
    key: (row) => row.measured && ratioOf(row.measured),
    text: (m) => decibels(m.sqnr, m.rmse),
    descending: true,
  },
  { label: "RMSE", key: (row) => row.measured && (row.measured.rmse ?? Infinity), text: (m) => errorText(m.rmse) },
  {
    label: "largest",
    key: (row) => row.measured && (row.measured.maxError ?? Infinity),
    text: (m) => errorText(m.maxError),
  },
  {
    label: "cosine",
    key: (row) => row.measured && (row.measured.cosine ?? -1),
    text: (m) => m.cosine?.toFixed(6) ?? "NaN",
    descending: true,
  },
];

const barColumn = 3;

/** Decibels that a full bar stands for: more than what 8 bits reach. */
const fullBar = 60;

/** A MeasuresView is the table of what each type costs a tensor. It fills row by row. */
export class MeasuresView {
  readonly #head: HTMLTableRowElement;
  readonly #body: HTMLTableSectionElement;
  #rows: Row[] = [];
  #column = 0;
  #descending = false;
  #chosen = "";

  constructor(
    root: ParentNode,
    readonly choose: (type: string) => void,
  ) {
    const table = find(root, "#weights-measures", HTMLTableElement);
    this.#head = find(table, "thead tr", HTMLTableRowElement);
    this.#body = find(table, "tbody", HTMLTableSectionElement);
    this.#head.append(...columns.map((column, i) => this.#header(column, i)));
    this.#body.addEventListener("keydown", (event) => this.#key(event));
    this.#body.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest("tr") : null;
      const chosen = this.#rows.find((r) => r.element === row);
      if (chosen && !chosen.button.disabled) this.choose(chosen.type.name);
    });
  }

  /** The arrow keys go from type to type: of all, only one is in the order of the Tab key. */
  #key(event: KeyboardEvent): void {
    const picks = this.#picks();
    const at = picks.findIndex((pick) => pick === event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: picks.length - 1 }[event.key];
    const next = to === undefined || at < 0 ? undefined : picks[to];
    if (next === undefined) return;
    event.preventDefault();
    this.#reach(next);
    next.focus();
  }

  /** The buttons of the types that can be chosen, as they stand in the table. */
  #picks(): HTMLButtonElement[] {
    return [...this.#body.rows].flatMap(
      (row) => this.#rows.find((r) => r.element === row && !r.button.disabled)?.button ?? [],
    );
  }

  #reach(pick: HTMLButtonElement | undefined): void {
    for (const row of this.#rows) row.button.tabIndex = row.button === pick ? 0 : -1;
  }

  /** Makes a row for each type, with nothing in it yet. */
  setTypes(types: readonly QuantizeType[]): void {
    this.#rows = types.map((type, place) => newRow(type, place));
    this.#body.replaceChildren(...this.#rows.map((row) => row.element));
  }

  /** Empties the rows, for another tensor. */
  clear(): void {
    for (const row of this.#rows) {
      row.measured = null;
      row.failure = "";
      fillRow(row);
    }
    this.#order();
  }

  /** Shows what a type costs. */
  set(measured: WeightsMeasureReply): void {
    const row = this.#rows.find((r) => r.type.name === measured.type);
    if (!row) return;
    row.measured = measured;
    fillRow(row);
    if (this.#column > 0) this.#order();
  }

  /** Says why a type has no numbers. */
  fail(type: string, message: string): void {
    const row = this.#rows.find((r) => r.type.name === type);
    if (!row) return;
    row.failure = message;
    fillRow(row);
  }

  get(type: string): WeightsMeasureReply | null {
    return this.#rows.find((r) => r.type.name === type)?.measured ?? null;
  }

  /** Marks the type that the other views show. */
  mark(type: string): void {
    this.#chosen = type;
    for (const row of this.#rows) {
      const on = row.type.name === this.#chosen;
      row.element.classList.toggle("chosen", on);
      row.button.setAttribute("aria-pressed", String(on));
    }
    this.#reach(this.#rows.find((row) => row.type.name === type)?.button ?? this.#picks()[0]);
  }

  #header(column: Column, index: number): HTMLElement {
    const cell = make("th", { class: index === 0 ? "" : "number" });
    cell.scope = "col";
    const button = make(
      "button",
      { class: "weights-sort", type: "button" },
      column.label,
      make("span", { class: "weights-arrow", aria: { hidden: "true" } }),
    );
    button.addEventListener("click", () => {
      this.#descending = this.#column === index ? !this.#descending : column.descending === true;
      this.#column = index;
      this.#order();
    });
    cell.append(button);
    cell.setAttribute("aria-sort", index === this.#column ? "ascending" : "none");
    return cell;
  }

  #order(): void {
    const { key } = columns[this.#column] ?? columns[0] ?? { key: () => null };
    const sorted = [...this.#rows].sort((a, b) => compare(key(a), key(b), this.#descending) || a.place - b.place);
    [...this.#head.cells].forEach((cell, i) => {
      cell.setAttribute("aria-sort", i !== this.#column ? "none" : this.#descending ? "descending" : "ascending");
    });
    // Rows that are where they belong stay, and so does the focus in them.
    sorted.forEach((row, i) => {
      const there = this.#body.rows[i];
      if (there !== row.element) this.#body.insertBefore(row.element, there ?? null);
    });
  }
}

function compare(a: number | string | null, b: number | string | null, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
}

function newRow(type: QuantizeType, place: number): Row {
  const button = make(
    "button",
    { class: "weights-pick mono", type: "button", aria: { pressed: "false" } },
    typeName(type.name),
  );
  const fill = make("span", { class: "weights-cell-fill", aria: { hidden: "true" } });
  const cells = columns.slice(1).map(() => make("td", { class: "number" }));
  cells[barColumn - 1]?.classList.add("weights-cell-bar");
  const head = make("th", {}, button);
  head.scope = "row";
  const element = make("tr", {}, head, ...cells);
  const row: Row = { type, place, measured: null, failure: "", element, cells, button, fill };
  fillRow(row);
  return row;
}

function fillRow(row: Row): void {
  const { measured, failure } = row;
  row.element.classList.toggle("waiting", measured === null && failure === "");
  row.element.classList.toggle("failed", failure !== "");
  row.button.disabled = failure !== "";
  row.cells.forEach((cell, i) => {
    const column = columns[i + 1];
    if (column === undefined) return;
    if (measured !== null) cell.replaceChildren(column.text(measured));
    else if (i === 0) cell.replaceChildren(bits(row.type.bitsPerWeight));
    else cell.replaceChildren(failure === "" ? "·" : i === 1 ? make("span", { title: failure }, failure) : "");
    if (i === barColumn - 1 && measured !== null) {
      row.fill.style.setProperty("--part", String(Math.min(1, Math.max(0, ratioOf(measured) / fullBar))));
      cell.prepend(row.fill);
    }
  });
  // The words take the place of the numbers.
  row.cells.slice(1).forEach((cell, i) => {
    cell.colSpan = i === 0 && failure !== "" ? row.cells.length - 1 : 1;
    cell.hidden = i > 0 && failure !== "";
  });
}
