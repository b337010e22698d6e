import type { TokenizedText } from "./tokenized.js";
import { columnsOf } from "./glyphs.js";

/** Where a row begins: a token, and how far into its label. */
export interface Place {
  token: number;
  offset: number;
}

/** How tokens are broken into rows. */
export interface FlowOptions {
  /** width of a row and of what comes on top of a token's characters, in columns */
  columns: number;
  extra: number;
  /** whether whitespace and control characters are drawn as glyphs */
  marked: boolean;
  /** what a token is drawn as, and whether it may be broken over rows */
  label: (index: number) => { text: string; breaks: boolean };
}

const slice = 6; // milliseconds of work between pauses

/**
 * A Flow breaks tokens into rows of a number of columns, a slice of time after
 * another, so that a long text holds nothing up.
 */
export class Flow {
  #tokens = new Uint32Array(256);
  #offsets = new Uint32Array(256);
  #length = 0;
  #stopped = false;
  /** token that the next row begins with; the rows before it are there */
  #reached: Place = { token: 0, offset: 0 };

  constructor(
    readonly encoding: TokenizedText,
    readonly options: FlowOptions,
  ) {}

  /** The rows that there are by now. */
  get rows(): number {
    return this.#length;
  }

  /** Where a row begins, or where the text ends. */
  start(row: number): Place {
    if (row >= this.#length) return row === this.#length && this.#reached.token < this.encoding.length ? this.#reached : { token: this.encoding.length, offset: 0 };
    return { token: this.#tokens[row] ?? 0, offset: this.#offsets[row] ?? 0 };
  }

  /** The row in which a token begins. */
  rowOf(token: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = this.#tokens[middle] ?? 0;
      if (first < token || (first === token && this.#offsets[middle] === 0)) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Breaks everything, calling grown after each slice. A flow that was stopped ends where it is. */
  async run(grown: () => void): Promise<void> {
    do {
      const until = performance.now() + slice;
      while (this.#reached.token < this.encoding.length && performance.now() < until) {
        for (let i = 0; i < 32 && this.#reached.token < this.encoding.length; i++) this.#row();
      }
      grown();
      if (this.#reached.token >= this.encoding.length) return;
      await new Promise((resolve) => setTimeout(resolve));
    } while (!this.#stopped);
  }

  /** Ends run before its end. */
  stop(): void {
    this.#stopped = true;
  }

  /** Breaks off one row. */
  #row(): void {
    this.#add(this.#reached);
    const { columns, extra, marked, label } = this.options;
    let { token, offset } = this.#reached;
    let left = columns;
    for (let first = true; token < this.encoding.length; token++, offset = 0, first = false) {
      const { text, breaks } = label(token);
      left -= extra;
      const fit = fitting(text, offset, left, marked);
      if (fit.end === text.length && !fit.newline) {
        left -= fit.columns;
        continue;
      }
      if (fit.newline) {
        // the newline closes the row, and what follows it begins the next
        this.#reached = fit.end === text.length ? { token: token + 1, offset: 0 } : { token, offset: fit.end };
        return;
      }
      if (!first && (!breaks || fit.columns === 0 || whole(text, offset, columns - extra, marked))) break;
      if (!breaks) continue; // alone in its row, and wider than it
      this.#reached = { token, offset: Math.max(fit.end, offset + unit(text, offset)) };
      return;
    }
    this.#reached = { token, offset: 0 };
  }

  #add(place: Place): void {
    if (this.#length === this.#tokens.length) {
      this.#tokens = grow(this.#tokens);
      this.#offsets = grow(this.#offsets);
    }
    this.#tokens[this.#length] = place.token;
    this.#offsets[this.#length++] = place.offset;
  }
}

function grow(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(array.length * 2);
  grown.set(array);
  return grown;
}

/** The length in UTF-16 units of the character at an offset. */
function unit(text: string, offset: number): number {
  return (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}

/** How much of a text from offset on fits into columns, up to and with a newline. */
function fitting(text: string, offset: number, columns: number, marked: boolean): { end: number; columns: number; newline: boolean } {
  let used = 0;
  let at = offset;
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    const wide = columnsOf(code, marked);
    if (used + wide > columns && code !== 0x0a) break;
    used += wide;
    at += code > 0xffff ? 2 : 1;
    if (code === 0x0a) return { end: at, columns: used, newline: true };
  }
  return { end: at, columns: used, newline: false };
}

/** Whether all of a text from offset on fits into a row of its own. */
function whole(text: string, offset: number, columns: number, marked: boolean): boolean {
  const fit = fitting(text, offset, columns, marked);
  return fit.end === text.length || fit.newline;
}
