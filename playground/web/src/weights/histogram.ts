import { find, make, makeSVG } from "../ui/dom.js";
import { count } from "../ui/format.js";
import { significant } from "./format.js";

/** Bins of equal width from low to high. */
export interface Bins {
  counts: readonly number[];
  low: number;
  high: number;
}

const height = 100; // in units of the picture, which is stretched

/** How high a bin stands: its share of the fullest one, of the logarithms where there are few. */
function heights(counts: readonly number[], logarithmic: boolean): number[] {
  const scale = logarithmic ? Math.log1p : (n: number): number => n;
  const most = scale(Math.max(...counts, 1));
  return counts.map((n) => scale(n) / most);
}

/** The outline of the bins, one unit wide each. */
function outline(counts: readonly number[], logarithmic: boolean): string {
  if (counts.length === 1) return `M.49 0H.51V${String(height)}H.49Z`; // all values are the same
  let path = `M0 ${String(height)}`;
  heights(counts, logarithmic).forEach((share, i) => {
    const top = (height * (1 - share)).toFixed(2);
    path += `V${top}H${String(i + 1)}`;
  });
  return `${path}V${String(height)}Z`;
}

/** What a histogram says in one sentence. */
function described(bins: Bins): string {
  const total = bins.counts.reduce((sum, n) => sum + n, 0);
  const most = Math.max(...bins.counts);
  const at = bins.counts.indexOf(most);
  return (
    `${count(total)} values from ${significant(bins.low)} to ${significant(bins.high)} in ${String(bins.counts.length)} bins; ` +
    `the fullest, from ${significant(edge(bins, at))} to ${significant(edge(bins, at + 1))}, has ${count(most)}.`
  );
}

/** Where a bin begins. */
function edge(bins: Bins, index: number): number {
  return bins.low + ((bins.high - bins.low) * index) / bins.counts.length;
}

let made = 0;

/** A HistogramView shows bins in a figure: as a picture, in words, and in a table. */
export class HistogramView {
  readonly #description: SVGElement;
  readonly #path = makeSVG("path", { class: "bars" });
  readonly #zero = makeSVG("path", { class: "zero" });
  readonly #cursor = makeSVG("path", { class: "cursor" });
  readonly #svg: SVGElement;
  readonly #readout = make("output", { class: "weights-readout number" });
  readonly #ends = [make("span"), make("span"), make("span")] as const;
  readonly #table = make("tbody");
  readonly #details = make("details", { class: "weights-twin" });
  #bins: Bins | null = null;
  #logarithmic = false;

  constructor(
    readonly figure: HTMLElement,
    readonly name: string,
  ) {
    const id = `weights-plot-${String(++made)}`;
    this.#description = makeSVG("desc", { id: `${id}-about` }, "Nothing is chosen.");
    this.#svg = makeSVG(
      "svg",
      {
        role: "img",
        "aria-labelledby": id,
        "aria-describedby": `${id}-about`,
        viewBox: `0 0 64 ${String(height)}`,
        preserveAspectRatio: "none",
      },
      makeSVG("title", { id }, name),
      this.#description,
      this.#zero,
      this.#path,
      this.#cursor,
    );
    this.#svg.addEventListener("pointermove", (event) => this.#read(event as PointerEvent));
    this.#svg.addEventListener("pointerleave", () => this.#leave());
    this.#details.append(
      make("summary", {}, "Numbers"),
      make(
        "div",
        { class: "scroll", tabIndex: 0, role: "region", aria: { label: `${name}: numbers` } },
        make(
          "table",
          { class: "table" },
          make("thead", {}, make("tr", {}, ...["from", "to", "values"].map((label) => headCell(label)))),
          this.#table,
        ),
      ),
    );
    this.#details.addEventListener("toggle", () => this.#fillTable());
    figure.append(
      this.#svg,
      make("div", { class: "weights-ends number" }, ...this.#ends),
      this.#readout,
      this.#details,
    );
  }

  /** Shows other bins, or none. */
  show(bins: Bins | null): void {
    this.#bins = bins;
    this.figure.classList.toggle("empty", bins === null);
    this.#leave();
    this.#draw();
    this.#fillTable();
  }

  /** Changes the scale of the counts. */
  setLogarithmic(on: boolean): void {
    this.#logarithmic = on;
    this.#draw();
  }

  #draw(): void {
    const bins = this.#bins;
    const [low, middle, high] = this.#ends;
    if (bins === null) {
      this.#path.setAttribute("d", "");
      this.#zero.setAttribute("d", "");
      this.#description.textContent = "Nothing is shown yet.";
      low.textContent = middle.textContent = high.textContent = "";
      return;
    }
    this.#svg.setAttribute("viewBox", `0 0 ${String(bins.counts.length)} ${String(height)}`);
    this.#path.setAttribute("d", outline(bins.counts, this.#logarithmic));
    const zero = bins.low < 0 && bins.high > 0 ? (-bins.low / (bins.high - bins.low)) * bins.counts.length : -1;
    this.#zero.setAttribute("d", zero < 0 ? "" : `M${zero.toFixed(3)} 0V${String(height)}`);
    this.#description.textContent = described(bins);
    low.textContent = significant(bins.low);
    middle.textContent = significant((bins.low + bins.high) / 2);
    high.textContent = significant(bins.high);
  }

  #read(event: PointerEvent): void {
    const bins = this.#bins;
    if (bins === null) return;
    const box = this.#svg.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * bins.counts.length);
    const n = bins.counts[at];
    if (n === undefined) return;
    this.#cursor.setAttribute("d", `M${String(at)} 0h1V${String(height)}h-1Z`);
    this.#readout.textContent = `${significant(edge(bins, at))} … ${significant(edge(bins, at + 1))}: ${count(n)}`;
  }

  #leave(): void {
    this.#cursor.setAttribute("d", "");
    this.#readout.textContent = "";
  }

  /** The table is made when somebody opens it. */
  #fillTable(): void {
    const bins = this.#bins;
    if (!this.#details.open || bins === null) {
      this.#table.replaceChildren();
      return;
    }
    this.#table.replaceChildren(
      ...bins.counts.map((n, i) =>
        make(
          "tr",
          {},
          make("td", {}, significant(edge(bins, i))),
          make("td", {}, significant(edge(bins, i + 1))),
          make("td", { class: "number" }, count(n)),
        ),
      ),
    );
  }
}

function headCell(label: string): HTMLElement {
  const cell = make("th", {}, label);
  cell.setAttribute("scope", "col");
  return cell;
}

/** Finds the figure that the markup has for a histogram. */
export function histogramIn(root: ParentNode, selector: string, name: string): HistogramView {
  return new HistogramView(find(root, selector, HTMLElement), name);
}
