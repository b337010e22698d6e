import type { Common, TokenizedText } from "./tokenized.js";
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
  /** where the next row begins; the rows before it are there */
  #reached: Place = { token: 0, offset: 0 };
  /** the flow of the text before, whose rows behind what changed are the same as here */
  #before: { flow: Flow; common: Common; row: number } | null = null;

  /** Breaks the tokens of a text. What they have in common with those of before is not broken once more. */
  constructor(
    readonly text: TokenizedText,
    readonly options: FlowOptions,
    before?: { flow: Flow; common: Common },
  ) {
    if (before) this.#reuse(before.flow, before.common);
  }

  /** Rows at the beginning that are as they were in the flow before. */
  kept = 0;

  /** The rows that there are by now. */
  get rows(): number {
    return this.#length;
  }

  /** Where a row begins, or where the text ends. */
  start(row: number): Place {
    if (row >= this.#length)
      return row === this.#length && this.#reached.token < this.text.length
        ? this.#reached
        : { token: this.text.length, offset: 0 };
    return { token: this.#tokens[row] ?? 0, offset: this.#offsets[row] ?? 0 };
  }

  /** The row that has a place in a token. */
  rowOf(token: number, offset = 0): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = this.#tokens[middle] ?? 0;
      if (first < token || (first === token && (this.#offsets[middle] ?? 0) <= offset)) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Breaks everything, calling grown after each slice. A flow that was stopped ends where it is. */
  async run(grown: () => void): Promise<void> {
    do {
      const until = performance.now() + slice;
      while (this.#reached.token < this.text.length && performance.now() < until) {
        for (let i = 0; i < 32 && this.#reached.token < this.text.length; i++) {
          this.#row();
          this.#rejoin();
        }
      }
      grown();
      if (this.#reached.token >= this.text.length) return;
      await new Promise((resolve) => setTimeout(resolve));
    } while (!this.#stopped);
  }

  /** Ends run before its end. */
  stop(): void {
    this.#stopped = true;
    this.#before = null;
  }

  /** Breaks off one row. */
  #row(): void {
    this.#add(this.#reached);
    const { columns, extra, marked, label } = this.options;
    let { token, offset } = this.#reached;
    let left = columns;
    for (let first = true; token < this.text.length; token++, offset = 0, first = false) {
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

  /** Takes over the rows of the flow before that are about tokens that both have at the beginning. */
  #reuse(flow: Flow, common: Common): void {
    let rows = flow.rowOf(common.first);
    if (flow.start(rows).token > common.first) rows = 0;
    rows = Math.max(0, rows - 1); // a row may have been broken for what came behind it
    this.#room(rows);
    this.#tokens.set(flow.#tokens.subarray(0, rows));
    this.#offsets.set(flow.#offsets.subarray(0, rows));
    this.#length = this.kept = rows;
    this.#reached = flow.start(rows);
    this.#before = { flow, common, row: rows };
  }

  /** Takes over the rest of the flow before, once a row begins where one of its rows does. */
  #rejoin(): void {
    if (!this.#before) return;
    const { flow, common } = this.#before;
    const shift = this.text.length - flow.text.length;
    const { token, offset } = this.#reached;
    if (token < this.text.length - common.last) return;
    let row = this.#before.row;
    while (row < flow.rows && (flow.#tokens[row] ?? 0) + shift < token) row++;
    while (row < flow.rows && (flow.#tokens[row] ?? 0) + shift === token && (flow.#offsets[row] ?? 0) < offset) row++;
    this.#before.row = row;
    if (row >= flow.rows || (flow.#tokens[row] ?? 0) + shift !== token || flow.#offsets[row] !== offset) return;
    const rest = flow.rows - row;
    this.#room(this.#length + rest);
    this.#tokens.set(
      flow.#tokens.subarray(row, flow.rows).map((t) => t + shift),
      this.#length,
    );
    this.#offsets.set(flow.#offsets.subarray(row, flow.rows), this.#length);
    this.#length += rest;
    const reached = flow.#reached;
    this.#reached = { token: reached.token + shift, offset: reached.offset };
    this.#before = null;
  }

  /** Makes room for rows. */
  #room(rows: number): void {
    let size = this.#tokens.length;
    while (size < rows) size *= 2;
    if (size === this.#tokens.length) return;
    this.#tokens = grow(this.#tokens, size);
    this.#offsets = grow(this.#offsets, size);
  }

  #add(place: Place): void {
    this.#room(this.#length + 1);
    this.#tokens[this.#length] = place.token;
    this.#offsets[this.#length++] = place.offset;
  }
}

function grow(array: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(size);
  grown.set(array);
  return grown;
}

/** The length in UTF-16 units of the character at an offset. */
function unit(text: string, offset: number): number {
  return (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}

/** How much of a text from offset on fits into columns, up to and with a newline. */
function fitting(
  text: string,
  offset: number,
  columns: number,
  marked: boolean,
): { end: number; columns: number; newline: boolean } {
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
