import { Token } from "../engine/abi.gen.js";
import { make } from "../ui/dom.js";
import { VirtualList } from "../ui/virtual.js";
import { type Common, commonTokens, describe, type TokenizedText } from "./tokenized.js";
import { Flow, type FlowOptions } from "./flow.js";
import { paintText } from "./paint.js";

/** What a view shows of each token. */
export type ViewKind = "text" | "ids";

/** What a person does in a view. */
export interface ViewEvents {
  /** a token was chosen by pointer or keyboard; go: the person wants to be where it is in the text */
  chosen: (index: number, go: boolean) => void;
  /** the pointer is over a token, or over none (-1) */
  hovered: (index: number, anchor: DOMRect | null) => void;
}

/** Heights and widths that the style sheet has too (tokens.css), in pixels. */
const rowHeights: Record<ViewKind, number> = { text: 27, ids: 27 };
const extras: Record<ViewKind, number> = { text: 5, ids: 13 };
const padding = 20;

const hues = 6;

/**
 * A TokenView shows the tokens of a text in rows, as text or as ids. It is
 * a list box with one place in the order of the Tab key, within which the arrow
 * keys move.
 */
export class TokenView {
  readonly #list: VirtualList;
  #text: TokenizedText | null = null;
  #flow: Flow | null = null;
  #columns = 0;
  #marked = false;
  #current = -1;
  #picked = { first: 0, last: 0 };
  #hot = -1;
  #only: ((index: number) => boolean) | null = null;
  #wanted = -1; // to be revealed once its row is there

  constructor(
    readonly element: HTMLElement,
    readonly kind: ViewKind,
    readonly events: ViewEvents,
  ) {
    element.classList.add("flow", `flow-${kind}`);
    element.setAttribute("role", "listbox");
    element.tabIndex = 0;
    this.#list = new VirtualList(element, rowHeights[kind], (row) => this.#row(row));
    new ResizeObserver(() => this.#resized()).observe(element);
    element.addEventListener("click", (event) => this.#choose(this.#indexAt(event.target), false));
    element.addEventListener("dblclick", (event) => this.#choose(this.#indexAt(event.target), true));
    element.addEventListener("pointerover", (event) => this.#hover(event.target));
    element.addEventListener("pointerleave", () => events.hovered(-1, null));
    element.addEventListener("scroll", () => events.hovered(-1, null), { passive: true });
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("focus", () => this.#focused());
    element.addEventListener("blur", () => events.hovered(-1, null));
    element.addEventListener("copy", (event) => this.#copy(event));
  }

  /** The tokens that are shown. */
  get text(): TokenizedText | null {
    return this.#text;
  }

  /** Shows tokens; of two that are compared, only marks those that the other has not. */
  show(text: TokenizedText, only: ((index: number) => boolean) | null = null): void {
    const flow = this.#flow;
    this.#text = text;
    const compared = only !== null || this.#only !== null;
    this.#only = only;
    if (this.#current >= text.length) this.#current = -1;
    this.#lay(flow && !compared ? { flow, common: commonTokens(flow.text, text) } : undefined);
  }

  /** Shows whitespace and control characters as glyphs, or not. */
  setMarked(marked: boolean): void {
    this.#marked = marked;
    this.element.classList.toggle("marked", marked);
    this.#lay();
  }

  /** Marks the chosen token, and those that are picked in the text, and brings the first of them into view. */
  mark(current: number, picked: { first: number; last: number }, reveal: boolean): void {
    this.#current = current;
    this.#picked = picked;
    this.#list.forEach((row) => this.#markRow(row));
    const target = current >= 0 ? current : picked.last > picked.first ? picked.first : -1;
    if (reveal && target >= 0) this.#reveal(target);
    this.#point();
  }

  /** Marks the token that the pointer is over in this view or in another. */
  setHot(index: number): void {
    if (this.#hot === index) return;
    this.#hot = index;
    this.#list.forEach((row) => this.#markRow(row));
  }

  /** Where a token is on the screen, if it is. */
  anchor(index: number): DOMRect | null {
    return this.#find(index)?.getBoundingClientRect() ?? null;
  }

  // Layout.

  #resized(): void {
    if (this.element.clientWidth === 0) return;
    const columns = this.#measure();
    if (columns !== this.#columns) this.#lay();
  }

  /** How many columns a row has. */
  #measure(): number {
    const probe = make("span", { class: "flow-probe" }, "0".repeat(64));
    this.element.append(probe);
    const width = probe.getBoundingClientRect().width / 64;
    probe.remove();
    return width > 0 ? Math.max(8, Math.floor(((this.element.clientWidth - padding) / width) * 16) / 16) : 0;
  }

  #lay(before?: { flow: Flow; common: Common }): void {
    this.#flow?.stop();
    const text = this.#text;
    if (!text || this.element.clientWidth === 0) {
      this.#flow = null;
      return;
    }
    if (!before) this.#columns = this.#measure();
    const columnWidth = (this.element.clientWidth - padding) / this.#columns;
    const options: FlowOptions = {
      columns: this.#columns,
      extra: extras[this.kind] / columnWidth,
      marked: this.#marked,
      label: (index) =>
        this.kind === "ids"
          ? { text: String(text.id(index)), breaks: false }
          : { text: text.gap(index) + text.label(index), breaks: text.isText(index) || text.gap(index) !== "" },
    };
    const flow = new Flow(text, options, before);
    this.#flow = flow;
    let started = false;
    const grown = (): void => {
      if (this.#flow !== flow) return;
      const done = flow.start(flow.rows).token >= text.length;
      this.#list.setCount(done ? flow.rows : Math.max(flow.rows, this.#list.count)); // not shorter for a moment, or it would scroll
      if (!started) this.#list.refresh(flow.kept);
      started = true;
      if (this.#wanted >= 0) this.#reveal(this.#wanted);
    };
    void flow.run(grown);
  }

  #row(index: number): HTMLElement {
    const row = make("div", { class: "flow-row", role: "presentation" });
    const text = this.#text;
    const flow = this.#flow;
    if (!text || !flow || index >= flow.rows) return row;
    const from = flow.start(index);
    const to = flow.start(index + 1);
    for (let token = from.token; token < to.token || (token === to.token && to.offset > 0); token++) {
      const start = token === from.token ? from.offset : 0;
      const end = token === to.token ? to.offset : undefined;
      const gap = this.#gap(text, token);
      if (start < gap.length)
        row.append(make("span", { class: "gap" }, ...paintText(gap.slice(start, end), this.#marked)));
      if (end === undefined || end > gap.length) {
        row.append(
          this.#token(text, token, Math.max(0, start - gap.length), end === undefined ? undefined : end - gap.length),
        );
      }
    }
    this.#markRow(row);
    return row;
  }

  /** The text in front of a token that is drawn with it. */
  #gap(text: TokenizedText, index: number): string {
    return this.kind === "ids" ? "" : text.gap(index);
  }

  /** Draws a token, or the part of its label that is in a row. */
  #token(text: TokenizedText, index: number, start: number, end: number | undefined): HTMLElement {
    const classes = ["token", `hue${String(index % hues)}`];
    const label = this.kind === "ids" ? String(text.id(index)) : text.label(index);
    if (start === 0) classes.push("opens");
    if (end === undefined) classes.push("closes");
    if (text.has(index, Token.Special | Token.Added)) classes.push("special");
    if (text.has(index, Token.Template)) classes.push("template");
    if (text.has(index, Token.Unknown)) classes.push("unknown");
    if (this.kind === "text" && text.has(index, Token.Partial)) classes.push("partial");
    else if (this.kind === "text" && !text.isText(index)) classes.push("placeless");
    const span = make("span", { class: classes.join(" "), data: { i: String(index) } });
    if (start === 0) {
      span.id = this.#idOf(index);
      span.setAttribute("role", "option");
      span.setAttribute("aria-label", describe(text, index));
    } else {
      span.setAttribute("aria-hidden", "true");
    }
    if (this.kind === "ids") span.append(label);
    else span.append(...paintText(label.slice(start, end), this.#marked));
    return span;
  }

  #markRow(row: HTMLElement): void {
    for (const child of row.children) {
      if (!(child instanceof HTMLElement) || child.dataset["i"] === undefined) continue;
      const index = Number(child.dataset["i"]);
      const current = index === this.#current;
      child.classList.toggle("current", current);
      child.classList.toggle("picked", index >= this.#picked.first && index < this.#picked.last);
      child.classList.toggle("hot", index === this.#hot);
      child.classList.toggle("only", this.#only?.(index) ?? false);
      if (child.id !== "") child.setAttribute("aria-selected", String(current));
    }
  }

  // Places of tokens.

  #idOf(index: number): string {
    return `${this.element.id}-${String(index)}`;
  }

  #find(index: number): HTMLElement | null {
    return index < 0 ? null : this.element.querySelector(`#${CSS.escape(this.#idOf(index))}`);
  }

  #indexAt(target: EventTarget | null): number {
    const token = target instanceof Element ? target.closest(".token") : null;
    return token instanceof HTMLElement ? Number(token.dataset["i"]) : -1;
  }

  /** The row in which a token begins, behind its gap. */
  #rowOf(index: number): number {
    const text = this.#text;
    return this.#flow && text ? this.#flow.rowOf(index, index < 0 ? 0 : this.#gap(text, index).length) : 0;
  }

  #reveal(index: number): void {
    const flow = this.#flow;
    if (!flow) return;
    this.#wanted = flow.start(flow.rows).token > index ? -1 : index;
    if (this.#wanted < 0) this.#list.reveal(this.#rowOf(index));
  }

  /** Tells assistive technology which token the keyboard is at. */
  #point(): void {
    const token = this.#find(this.#current);
    if (!token) {
      this.element.removeAttribute("aria-activedescendant");
      return;
    }
    token.setAttribute("aria-posinset", String(this.#current + 1));
    token.setAttribute("aria-setsize", String(this.#text?.length ?? 0));
    this.element.setAttribute("aria-activedescendant", token.id);
  }

  // What people do.

  #choose(index: number, go: boolean): void {
    if (index >= 0) this.events.chosen(index, go);
  }

  #hover(target: EventTarget | null): void {
    const index = this.#indexAt(target);
    const token = target instanceof Element ? target.closest(".token") : null;
    this.events.hovered(index, index >= 0 && token ? token.getBoundingClientRect() : null);
  }

  #focused(): void {
    if (!this.element.matches(":focus-visible") || !this.#text || this.#text.length === 0) return;
    if (this.#current < 0) this.#choose(Math.min(this.#picked.first, this.#text.length - 1), false);
    this.events.hovered(this.#current, this.anchor(this.#current));
  }

  #key(event: KeyboardEvent): void {
    const text = this.#text;
    if (!text || text.length === 0) return;
    if (event.key === "Escape") {
      this.events.hovered(-1, null);
      return;
    }
    if (event.key === "Enter") {
      this.#choose(this.#current, true);
      event.preventDefault();
      return;
    }
    const next = this.#next(event, text.length - 1);
    if (next === null) return;
    event.preventDefault();
    const index = Math.min(Math.max(0, next), text.length - 1);
    this.#choose(index, false);
    this.#reveal(index);
    this.#point();
    this.events.hovered(index, this.anchor(index));
  }

  /** The token that a key leads to. */
  #next(event: KeyboardEvent, last: number): number | null {
    const flow = this.#flow;
    if (!flow || event.altKey || event.metaKey) return null;
    const row = this.#rowOf(this.#current);
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#list.rowHeight) - 1);
    switch (event.key) {
      case "ArrowRight":
        return this.#current + 1;
      case "ArrowLeft":
        return this.#current - 1;
      case "ArrowDown":
        return this.#inRow(row, row + 1);
      case "ArrowUp":
        return this.#inRow(row, row - 1);
      case "PageDown":
        return this.#inRow(row, row + page);
      case "PageUp":
        return this.#inRow(row, row - page);
      case "Home":
        return event.ctrlKey ? 0 : this.#firstIn(row);
      case "End":
        return event.ctrlKey ? last : this.#firstIn(row + 1) - 1;
      default:
        return null;
    }
  }

  /** The first token that begins in a row. */
  #firstIn(row: number): number {
    const start = this.#flow?.start(row) ?? { token: 0, offset: 0 };
    const gap = this.#text && start.token < this.#text.length ? this.#gap(this.#text, start.token).length : 0;
    return start.offset <= gap ? start.token : start.token + 1;
  }

  /** The token of another row that is nearest to being above or below the current one. */
  #inRow(from: number, to: number): number {
    const rows = this.#flow?.rows ?? 0;
    to = Math.min(Math.max(0, to), rows - 1);
    const place = this.anchor(this.#current);
    this.#list.reveal(to);
    const row = this.#list.row(to);
    const first = this.#firstIn(to);
    if (!place || !row) return first + Math.max(0, this.#current - this.#firstIn(from));
    let best = first;
    let distance = Infinity;
    for (const child of row.children) {
      if (!(child instanceof HTMLElement) || child.id === "") continue;
      const away = Math.abs(child.getBoundingClientRect().left - place.left);
      if (away < distance) [best, distance] = [Number(child.dataset["i"]), away];
    }
    return best;
  }

  /** Copies what is true of the selected tokens instead of how they are drawn. */
  #copy(event: ClipboardEvent): void {
    const selection = document.getSelection();
    const text = this.#text;
    if (!selection || selection.isCollapsed || selection.rangeCount === 0 || !text) return;
    const range = selection.getRangeAt(0);
    const inside = [...this.element.querySelectorAll<HTMLElement>(".token")].filter((token) =>
      range.intersectsNode(token),
    );
    const first = Number(inside[0]?.dataset["i"] ?? -1);
    const last = Number(inside.at(-1)?.dataset["i"] ?? -1);
    if (first < 0) return;
    event.preventDefault();
    event.clipboardData?.setData(
      "text/plain",
      this.kind === "ids"
        ? text.tokens.ids.slice(first, last + 1).join(", ")
        : text.text.slice(text.span(first).start, text.span(last).end),
    );
  }
}
