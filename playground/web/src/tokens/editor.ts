/** The text area that the text is typed in. It may hold megabytes, so nothing here is done twice. */
export class Editor {
  #value: string | null = null; // what the area has, once it was read: reading joins all of its lines

  /** Changed is called with the text after each change, selected when the selection may have moved. */
  constructor(
    readonly area: HTMLTextAreaElement,
    readonly changed: (text: string) => void,
    readonly selected: () => void,
  ) {
    area.addEventListener("input", () => {
      this.#value = null;
      changed(this.text);
    });
    document.addEventListener("selectionchange", () => {
      if (document.activeElement === area) selected();
    });
  }

  get text(): string {
    return (this.#value ??= this.area.value);
  }

  /** Puts a text in place of all, with the caret at its start. */
  set(text: string): void {
    this.area.value = text;
    this.area.setSelectionRange(0, 0);
    this.area.scrollTop = 0;
    this.#value = null;
    this.changed(this.text); // which is not what was put in where line ends are those of Windows
  }

  /** Puts a text in place of what is selected, with the caret behind it. */
  insert(text: string): void {
    this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.#value = null;
    this.changed(this.text);
  }

  get selection(): { start: number; end: number } {
    return { start: this.area.selectionStart, end: this.area.selectionEnd };
  }

  /** Selects a stretch of the text; with go the person goes there too. */
  select(start: number, end: number, go: boolean): void {
    this.area.setSelectionRange(start, end);
    if (!go) return;
    this.area.blur(); // focusing anew scrolls to the selection
    this.area.focus();
  }
}
