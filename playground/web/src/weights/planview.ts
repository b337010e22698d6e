import type { ConvertReport, ConvertTensorReport, QuantizeType } from "../engine/abi.gen.js";
import { make } from "../ui/dom.js";
import { bytes } from "../ui/format.js";
import { VirtualList } from "../ui/virtual.js";
import { decibels, shape } from "./format.js";
import { typeName, visible } from "./names.js";

const columns = ["tensor", "shape", "before", "after", "SQNR dB"];

/** A PlanView is the table of what becomes of each tensor, of which only the rows in sight are in the document. */
export class PlanView {
  readonly #rows = make("div", {
    class: "weights-plan-body",
    role: "rowgroup",
    tabIndex: 0,
    aria: { label: "Tensors of the plan" },
  });
  readonly #table = make("div", { class: "weights-plan-table", role: "table", aria: { label: "Plan" } });
  readonly #list: VirtualList;
  #bitsPerWeight = new Map<string, number>();
  #tensors: ConvertTensorReport[] = [];

  constructor(readonly root: HTMLElement) {
    const head = make(
      "div",
      { class: "weights-plan-row head", role: "row" },
      ...columns.map((label) => make("span", { role: "columnheader" }, label)),
    );
    this.#table.append(make("div", { role: "rowgroup" }, head), this.#rows);
    root.replaceChildren(this.#table);
    const height = parseFloat(getComputedStyle(root).getPropertyValue("--row"));
    this.#list = new VirtualList(this.#rows, height, (index) => this.#row(index));
  }

  /** The types, which say what the tensors of the source take. */
  setTypes(types: readonly QuantizeType[]): void {
    this.#bitsPerWeight = new Map(types.map((type) => [type.name.toUpperCase(), type.bitsPerWeight ?? 0]));
  }

  show(report: ConvertReport | null): void {
    this.#tensors = report?.tensors ?? [];
    this.#table.setAttribute("aria-rowcount", String(this.#tensors.length + 1));
    this.#table.classList.toggle(
      "measured",
      this.#tensors.some((tensor) => tensor.error),
    );
    this.#list.setCount(this.#tensors.length);
    this.#list.refresh();
  }

  #row(index: number): HTMLElement {
    const tensor = this.#tensors[index];
    if (tensor === undefined) return make("div");
    const cell = (className: string, ...content: (Node | string)[]): HTMLElement =>
      make("span", { class: className, role: "cell" }, ...content);
    const before = this.#bytesBefore(tensor);
    const size = make("span", { class: "weights-plan-size" }, ` ${bytes(tensor.bytes)}`);
    const after = cell("weights-plan-after", make("b", {}, typeName(tensor.type)), size);
    if (tensor.wantedType !== undefined) {
      const why = `not ${typeName(tensor.wantedType)}, whose blocks its rows do not fill`;
      after.append(
        " ",
        make("span", { class: "badge warn", title: why }, "fell back", make("span", { class: "hidden" }, `: ${why}`)),
      );
    }
    const row = make(
      "div",
      { class: "weights-plan-row", role: "row", aria: { rowindex: String(index + 2) } },
      cell("mono weights-plan-name", visible(tensor.name)),
      cell("weights-plan-shape", shape(tensor.shape)),
      cell(
        "weights-plan-before",
        make("span", {}, typeName(tensor.sourceType)),
        before === null ? "" : ` ${bytes(before)}`,
      ),
      after,
      cell("number weights-plan-error", tensor.error ? decibels(tensor.error.sqnrDB, tensor.error.rmse) : ""),
    );
    row.title = visible(tensor.name);
    return row;
  }

  #bytesBefore(tensor: ConvertTensorReport): number | null {
    const bits = this.#bitsPerWeight.get(tensor.sourceType.toUpperCase());
    return bits === undefined ? null : (tensor.shape.reduce((product, n) => product * n, 1) * bits) / 8;
  }
}
