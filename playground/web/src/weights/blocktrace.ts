import { make, makeSVG } from "../ui/dom.js";
import type { Range } from "./anatomy.js";

/** A Trace is a block's weights before, as dots, and after, as steps. */
export class Trace {
  readonly element: HTMLElement;
  readonly #cursor = makeSVG("path", { class: "cursor", d: "" });

  /** Calls pointed with each weight that the pointer comes by. */
  constructor(before: Float32Array, after: Float32Array, pointed: (weight: number) => void) {
    const all = [...before, ...after].filter(Number.isFinite).map(Math.abs);
    const largest = Math.max(...all, Number.MIN_VALUE);
    const y = (value: number): string => (50 - (46 * (Number.isFinite(value) ? value : 0)) / largest).toFixed(2);
    const n = after.length;
    const plot = makeSVG(
      "svg",
      {
        class: "weights-trace",
        viewBox: `0 0 ${String(n)} 100`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": "The weights before, as dots, and after, as steps; the numbers are below",
      },
      this.#cursor,
      makeSVG("path", { class: "zero", d: `M0 50H${String(n)}` }),
      makeSVG("path", {
        class: "after",
        d: [...after].map((v, i) => `${i === 0 ? "M0 " : "V"}${y(v)}H${String(i + 1)}`).join(""),
      }),
      makeSVG("path", {
        class: "before",
        d: [...before].map((v, i) => `M${String(i + 0.5)} ${y(v)}h0`).join(""),
      }),
    );
    plot.addEventListener("pointermove", (event) => {
      const box = plot.getBoundingClientRect();
      const weight = Math.floor((((event as PointerEvent).clientX - box.left) / box.width) * n);
      if (weight >= 0 && weight < n) pointed(weight);
    });
    this.element = make(
      "div",
      { class: "weights-traced" },
      plot,
      make(
        "p",
        { class: "weights-trace-key soft", aria: { hidden: "true" } },
        make("span", { class: "dot" }),
        "before",
        make("span", { class: "dash" }),
        "after",
      ),
    );
  }

  /** Marks ranges of weights, and no others. */
  mark(ranges: readonly Range[]): void {
    const boxes = ranges.map(({ start, end }) => `M${String(start)} 0H${String(end)}V100H${String(start)}Z`);
    this.#cursor.setAttribute("d", boxes.join(""));
  }
}
