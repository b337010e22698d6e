import { find, make } from "../ui/dom.js";
import { count } from "../ui/format.js";
import { mostInArea, partAround } from "./parts.js";

/** What an Editor tells. */
export interface EditorEvents {
  /** the text is another one */
  changed: (text: string) => void;
  /** the selection may be another one */
  selected: () => void;
}

/**
 * An Editor is the text area that a text of many megabytes can be typed in. Of
 * a long text the area has a part, which moves to where the person is; places
 * in the text are those in the whole text.
 */
export class Editor {
  readonly #area: HTMLTextAreaElement;
  readonly #bar: HTMLElement;
  readonly #slider: HTMLInputElement;
  readonly #state: HTMLElement;
  #before = "";
  #after = "";
  #text: string | null = null; // the whole text, once it was put together
  #dropped: { before: string; area: string; after: string } | null = null; // what was replaced at once, to undo it
  #all = false; // the person selected everything, not only what the area has

  constructor(
    root: HTMLElement,
    readonly events: EditorEvents,
  ) {
    this.#area = find(root, "#tok-text", HTMLTextAreaElement);
    this.#bar = find(root, "#tok-parts", HTMLElement);
    this.#slider = find(root, "#tok-part", HTMLInputElement);
    this.#state = find(root, "#tok-part-state", HTMLElement);
    this.#area.addEventListener("beforeinput", () => this.#beforeInput());
    this.#area.addEventListener("input", (event) => this.#input(event));
    this.#area.addEventListener("paste", (event) => this.#paste(event));
    this.#area.addEventListener("copy", (event) => this.#copy(event));
    this.#area.addEventListener("cut", (event) => this.#copy(event));
    this.#area.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") this.#all = this.#isPart;
    });
    document.addEventListener("selectionchange", () => {
      if (document.activeElement !== this.#area) return;
      if (this.#area.selectionStart > 0 || this.#area.selectionEnd < this.#area.value.length) this.#all = false;
      events.selected();
    });
    this.#slider.addEventListener("input", () => this.#show(this.#slider.valueAsNumber, this.#slider.valueAsNumber));
    find(root, "#tok-part-prev", HTMLButtonElement).addEventListener("click", () =>
      this.#show(this.#before.length, this.#before.length),
    );
    find(root, "#tok-part-next", HTMLButtonElement).addEventListener("click", () => {
      const end = this.text.length - this.#after.length;
      this.#show(end, end);
    });
  }

  get text(): string {
    return (this.#text ??= this.#before + this.#area.value + this.#after);
  }

  /** Whether the person is at the text. */
  get active(): boolean {
    return document.activeElement === this.#area;
  }

  /** Puts a text in place of all, with the caret at its start. */
  set(text: string): void {
    this.#put(text, 0);
    this.#area.scrollTop = 0;
  }

  /** Puts a text in place of what is selected, with the caret behind it. */
  insert(text: string): void {
    const { start, end } = this.selection;
    const plain = plainLines(text);
    this.#put(this.text.slice(0, start) + plain + this.text.slice(end), start + plain.length);
  }

  get selection(): { start: number; end: number } {
    if (this.#all) return { start: 0, end: this.text.length };
    const base = this.#before.length;
    return { start: base + this.#area.selectionStart, end: base + this.#area.selectionEnd };
  }

  /** Selects a stretch of the text; with go the person goes there too. */
  select(start: number, end: number, go: boolean): void {
    const base = this.#before.length;
    if (start < base || end > base + this.#area.value.length) this.#show(start, start);
    this.#area.setSelectionRange(start - this.#before.length, end - this.#before.length);
    if (!go) return;
    this.#area.focus({ preventScroll: true });
    this.#area.scrollTop = this.#depth(this.#area.selectionEnd) - this.#area.clientHeight / 2;
  }

  /** How far down a place in the area is, in pixels. Areas do not tell, so its text is laid out once more beside it. */
  #depth(place: number): number {
    const twin = make(
      "div",
      { class: "pane-text twin", aria: { hidden: "true" } },
      `${this.#area.value.slice(0, place)}.`,
    );
    twin.style.width = `${String(this.#area.clientWidth)}px`;
    this.#area.after(twin);
    const depth = twin.offsetHeight;
    twin.remove();
    return depth;
  }

  focus(): void {
    this.#area.focus();
  }

  get #isPart(): boolean {
    return this.#before !== "" || this.#after !== "";
  }

  #put(text: string, caret: number): void {
    this.#text = plainLines(text);
    this.#all = false;
    this.#show(caret, caret);
    this.events.changed(this.#text);
  }

  /** Puts the part around a place into the area. */
  #show(place: number, caret: number): void {
    const text = this.text;
    const { start, end } = partAround(text, place);
    this.#before = text.slice(0, start);
    this.#after = text.slice(end);
    this.#area.value = text.slice(start, end);
    this.#dropped = null; // the area has forgotten it, too
    this.#text = text;
    const at = Math.min(Math.max(0, caret - start), end - start);
    this.#area.setSelectionRange(at, at);
    this.#showBar();
  }

  #showBar(): void {
    this.#bar.hidden = !this.#isPart;
    if (!this.#isPart) return;
    const length = this.text.length;
    const end = length - this.#after.length;
    this.#slider.max = String(length);
    this.#slider.value = String((this.#before.length + end) / 2);
    this.#state.textContent = `${count(this.#before.length)}–${count(end)} of ${count(length)}`;
    this.#slider.setAttribute("aria-valuetext", `characters ${this.#state.textContent}`);
  }

  #beforeInput(): void {
    if (this.#all) {
      this.#dropped = { before: this.#before, area: this.#area.value, after: this.#after };
      this.#before = this.#after = "";
      this.#text = null;
      this.#all = false;
    }
  }

  #input(event: Event): void {
    this.#text = null;
    const undoes = event instanceof InputEvent && event.inputType === "historyUndo";
    if (undoes && this.#dropped?.area === this.#area.value) {
      this.#before = this.#dropped.before;
      this.#after = this.#dropped.after;
      this.#dropped = null;
    }
    const caret = this.selection.end;
    const length = this.#area.value.length;
    if (length > mostInArea || (this.#isPart && this.text.length <= mostInArea / 2)) this.#show(caret, caret);
    else this.#showBar();
    this.events.changed(this.text);
  }

  /** Takes what is pasted past the area, if that would be too much for it. */
  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.length + this.#area.value.length <= mostInArea) return;
    event.preventDefault();
    this.insert(text);
  }

  /** Copies or cuts everything, if everything was selected. */
  #copy(event: ClipboardEvent): void {
    if (!this.#all) return;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", this.text);
    if (event.type === "cut") this.set("");
  }
}

/** A text with line ends as text areas have them. */
function plainLines(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}
