import { make } from "./dom.js";

/** Browsers clip elements that are taller; beyond it the scroll bar stands for more than it is long. */
const tallest = 12_000_000;

/** Rows above and below those that are seen, so that scrolling shows no gaps. */
const spare = 6;

/**
 * A VirtualList shows rows of one height, however many there are: only those
 * that are seen are in the document.
 */
export class VirtualList {
  readonly canvas = make("div", { class: "virtual-canvas", role: "presentation" });
  readonly #rows = new Map<number, HTMLElement>();
  #count = 0;
  #queued = false;

  /**
   * Shows rows in viewport, which scrolls. The height of a row is in pixels and
   * is that of the style sheet; render makes the row of an index.
   */
  constructor(
    readonly viewport: HTMLElement,
    readonly rowHeight: number,
    readonly render: (index: number) => HTMLElement,
  ) {
    viewport.classList.add("virtual");
    viewport.replaceChildren(this.canvas);
    viewport.addEventListener("scroll", () => this.#queue(), { passive: true });
    new ResizeObserver(() => this.#queue()).observe(viewport);
  }

  get count(): number {
    return this.#count;
  }

  /** Shows count rows, keeping those that are there. */
  setCount(count: number): void {
    this.#count = count;
    this.canvas.style.height = `${String(Math.min(count * this.rowHeight, tallest))}px`;
    this.#queue();
  }

  /** Makes all rows anew but the first kept ones, if they are there. */
  refresh(kept = 0): void {
    for (const [index, row] of this.#rows) {
      if (index < kept) continue;
      row.remove();
      this.#rows.delete(index);
    }
    this.#paint();
  }

  /** The row of an index, if it is in the document. */
  row(index: number): HTMLElement | undefined {
    return this.#rows.get(index);
  }

  /** Visits the rows that are in the document. */
  forEach(visit: (row: HTMLElement, index: number) => void): void {
    this.#rows.forEach(visit);
  }

  /** Scrolls so that a row is seen. */
  reveal(index: number): void {
    const top = index * this.rowHeight;
    const view = this.viewport;
    const seen = this.#offset();
    let wanted = seen;
    if (top < seen) wanted = top;
    else if (top + this.rowHeight > seen + view.clientHeight) wanted = top + this.rowHeight - view.clientHeight;
    else return;
    view.scrollTop = wanted / this.#stretch();
    this.#paint();
  }

  /** How many pixels of rows a pixel of scrolling stands for. */
  #stretch(): number {
    const whole = this.#count * this.rowHeight;
    const room = Math.min(whole, tallest) - this.viewport.clientHeight;
    return whole <= tallest || room <= 0 ? 1 : (whole - this.viewport.clientHeight) / room;
  }

  /** Pixels of rows above those that are seen. */
  #offset(): number {
    return this.viewport.scrollTop * this.#stretch();
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#paint();
    });
  }

  #paint(): void {
    const offset = this.#offset();
    const first = Math.max(0, Math.floor(offset / this.rowHeight) - spare);
    const last = Math.min(this.#count, Math.ceil((offset + this.viewport.clientHeight) / this.rowHeight) + spare);
    for (const [index, row] of this.#rows) {
      if (index >= first && index < last) continue;
      row.remove();
      this.#rows.delete(index);
    }
    const shift = this.viewport.scrollTop - offset; // from where a row is to where it is drawn
    for (let index = first; index < last; index++) {
      let row = this.#rows.get(index);
      if (!row) {
        row = this.render(index);
        row.classList.add("virtual-row");
        this.#rows.set(index, row);
        this.#insert(row, index);
      }
      row.style.transform = `translateY(${String(index * this.rowHeight + shift)}px)`;
    }
  }

  /** Keeps the rows in the document in their order, which is the one that screen readers read. */
  #insert(row: HTMLElement, index: number): void {
    this.canvas.insertBefore(row, this.#rows.get(index + 1) ?? null);
  }
}
