import { Token } from "../engine/abi.gen.js";
import type { Encoding } from "../engine/encoding.js";
import { hex } from "../ui/format.js";
import { inOneLine } from "./glyphs.js";
import type { Vocabulary } from "./vocabulary.js";

/** What of an encoding a view needs: an element a token. */
export type TokenArrays = Pick<Encoding, "ids" | "byteStarts" | "byteEnds" | "starts" | "ends" | "flags">;

const utf8 = new TextEncoder();

/** A TokenizedText is a text and its tokens. */
export class TokenizedText {
  /** The tokens that have a place in the text, in its order. */
  readonly #placed: Uint32Array;
  #data: Uint8Array | undefined;

  constructor(
    readonly text: string,
    readonly tokens: TokenArrays,
    readonly vocabulary: Vocabulary,
  ) {
    const { flags } = tokens;
    const placed = new Uint32Array(flags.length);
    let n = 0;
    for (let i = 0; i < flags.length; i++) {
      if (((flags[i] ?? 0) & Token.Template) === 0) placed[n++] = i;
    }
    this.#placed = placed.subarray(0, n);
  }

  /** The text in UTF-8. */
  get data(): Uint8Array {
    return (this.#data ??= utf8.encode(this.text));
  }

  get length(): number {
    return this.tokens.ids.length;
  }

  id(index: number): number {
    return this.tokens.ids[index] ?? 0;
  }

  has(index: number, flag: number): boolean {
    return ((this.tokens.flags[index] ?? 0) & flag) !== 0;
  }

  /** Where the token is in the text, in UTF-16 units. */
  span(index: number): { start: number; end: number } {
    return { start: this.tokens.starts[index] ?? 0, end: this.tokens.ends[index] ?? 0 };
  }

  /** Where the token is in the text, in bytes. */
  byteSpan(index: number): { start: number; end: number } {
    return { start: this.tokens.byteStarts[index] ?? 0, end: this.tokens.byteEnds[index] ?? 0 };
  }

  /** The bytes that the token stands for: those of the text, or of the vocabulary where the text does not tell. */
  bytes(index: number): Uint8Array {
    const { start, end } = this.byteSpan(index);
    if (!this.#isApart(index)) return this.data.subarray(start, end);
    return this.vocabulary.bytes(this.id(index)) ?? this.data.subarray(start, end);
  }

  /**
   * What the token is drawn as: its text; its bytes where it is only a part of a
   * character; its spelling where it has no place in the text.
   */
  label(index: number): string {
    const { start, end } = this.span(index);
    if (this.has(index, Token.Partial)) return spellBytes(this.bytes(index));
    if (this.has(index, Token.Template) || start === end)
      return this.vocabulary.text(this.id(index)) ?? `#${String(this.id(index))}`;
    return this.text.slice(start, end);
  }

  /** The ids of tokens whose labels need the vocabulary. */
  unspelled(): Set<number> {
    const { flags, byteStarts, byteEnds } = this.tokens;
    const ids = new Set<number>();
    for (let i = 0; i < flags.length; i++) {
      const suspect = ((flags[i] ?? 0) & (Token.Template | Token.Partial)) !== 0 || byteStarts[i] === byteEnds[i];
      if (suspect && this.#isApart(i)) ids.add(this.id(i));
    }
    return ids;
  }

  /** Whether the text does not tell the token's bytes: it has no place there, or shares it with others. */
  #isApart(index: number): boolean {
    const { start, end } = this.byteSpan(index);
    if (start === end || this.has(index, Token.Template)) return true;
    if (!this.has(index, Token.Partial)) return false;
    const before = index > 0 && !this.has(index - 1, Token.Template) && this.byteSpan(index - 1).end > start;
    const after =
      index + 1 < this.length && !this.has(index + 1, Token.Template) && this.byteSpan(index + 1).start < end;
    return before || after;
  }

  /** The text in front of a token that belongs to none: what a normalizer or a pre-tokenizer dropped. */
  gap(index: number): string {
    if (this.has(index, Token.Template)) return "";
    const before = index > 0 && !this.has(index - 1, Token.Template) ? (this.tokens.ends[index - 1] ?? 0) : 0;
    return this.text.slice(before, this.tokens.starts[index]);
  }

  /** Whether the label is the token's text and nothing that stands for it. */
  isText(index: number): boolean {
    return (
      (this.tokens.ends[index] ?? 0) > (this.tokens.starts[index] ?? 0) &&
      !this.has(index, Token.Template | Token.Partial)
    );
  }

  /** The token that covers a place in the text, or -1 if there is none. */
  at(position: number): number {
    const index = this.#before(position);
    return index < 0 || (this.tokens.ends[index] ?? 0) <= position ? -1 : index;
  }

  /** The tokens that a stretch of the text touches: from first, before last. */
  touching(start: number, end: number): { first: number; last: number } {
    if (end <= start) {
      const index = this.at(start);
      return index < 0 ? { first: 0, last: 0 } : { first: this.#firstAt(index), last: index + 1 };
    }
    const last = this.#before(end - 1);
    let low = 0;
    let high = this.#placed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens.ends[this.#placed[middle] ?? 0] ?? 0) > start) high = middle;
      else low = middle + 1;
    }
    const first = this.#placed[low];
    return first === undefined || last < first ? { first: 0, last: 0 } : { first, last: last + 1 };
  }

  /** The last token that starts at a place or before it, or -1. */
  #before(position: number): number {
    let low = 0;
    let high = this.#placed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens.starts[this.#placed[middle] ?? 0] ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : (this.#placed[low - 1] ?? -1);
  }

  /** Several tokens may share a character; this is the first of those that share the token's. */
  #firstAt(index: number): number {
    const start = this.tokens.starts[index];
    while (index > 0 && this.tokens.starts[index - 1] === start && !this.has(index - 1, Token.Template)) index--;
    return index;
  }
}

/** Finds the places in bytes of tokens that are known by their places in UTF-16 units. */
export function bytePlaces(
  text: string,
  starts: Uint32Array,
  ends: Uint32Array,
): Pick<TokenArrays, "byteStarts" | "byteEnds"> {
  let unit = 0;
  let byte = 0;
  const to = (place: number): number => {
    if (place < unit) unit = byte = 0;
    for (; unit < place; unit++) {
      const code = text.charCodeAt(unit);
      if (code < 0x80) byte += 1;
      else if (code < 0x800) byte += 2;
      else if (code < 0xd800 || code >= 0xe000) byte += 3;
      else if (code < 0xdc00) byte += 4; // with the low surrogate behind it
    }
    return byte;
  };
  return { byteStarts: starts.map(to), byteEnds: ends.map(to) };
}

/** What two texts and their tokens have in common, before and behind where they differ. */
export interface Common {
  /** tokens at the beginning, and at the end */
  first: number;
  last: number;
}

let compared: { one: TokenizedText; two: TokenizedText; common: Common } | undefined;

/** Finds the tokens that another text has too, with the same labels. Views of the same text ask for the same. */
export function commonTokens(one: TokenizedText, two: TokenizedText): Common {
  if (compared?.one !== one || compared.two !== two) compared = { one, two, common: compareTokens(one, two) };
  return compared.common;
}

function compareTokens(one: TokenizedText, two: TokenizedText): Common {
  if (one.vocabulary !== two.vocabulary) return { first: 0, last: 0 };
  const shorter = Math.min(one.text.length, two.text.length);
  let head = 0;
  while (head < shorter && one.text.charCodeAt(head) === two.text.charCodeAt(head)) head++;
  const mostTail = shorter - head;
  let tail = 0;
  const [oneEnd, twoEnd] = [one.text.length - 1, two.text.length - 1];
  while (tail < mostTail && one.text.charCodeAt(oneEnd - tail) === two.text.charCodeAt(twoEnd - tail)) tail++;

  const a = one.tokens;
  const b = two.tokens;
  const most = Math.min(one.length, two.length);
  let first = 0;
  while (
    first < most &&
    a.ids[first] === b.ids[first] &&
    a.ends[first] === b.ends[first] &&
    a.flags[first] === b.flags[first] &&
    (a.ends[first] ?? 0) <= head
  )
    first++;
  const shift = two.text.length - one.text.length;
  const from = one.text.length - tail; // where the common end begins
  let last = 0;
  while (last < most - first) {
    const i = one.length - 1 - last;
    const k = two.length - 1 - last;
    const same =
      a.ids[i] === b.ids[k] &&
      a.flags[i] === b.flags[k] &&
      (a.starts[i] ?? 0) + shift === b.starts[k] &&
      (a.ends[i] ?? 0) + shift === b.ends[k];
    if (!same || (a.starts[i] ?? 0) < from) break;
    last++;
  }
  return { first, last: Math.max(0, last - 1) }; // the gap in front of the first of them may be another one
}

/** Spells bytes of which some are no whole characters: characters as they are, the others in hexadecimal. */
function spellBytes(data: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < data.length;) {
    const first = data[at] ?? 0;
    const size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    const char = size > 0 && at + size <= data.length ? lenient.decode(data.subarray(at, at + size)) : "\ufffd";
    if (char.includes("\ufffd")) {
      parts.push(hex([first]).toUpperCase());
      at++;
    } else {
      parts.push(inOneLine(char));
      at += size;
    }
  }
  return parts.join(" ");
}

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** The names of a token's flags, for people. */
export function flagNames(flags: number): string[] {
  const names: string[] = [];
  if (flags & Token.Special) names.push("special");
  else if (flags & Token.Added) names.push("added");
  if (flags & Token.Template) names.push("added around the text");
  if (flags & Token.Partial) names.push("part of a character");
  if (flags & Token.Unknown) names.push("unknown to the vocabulary");
  return names;
}

/** What a token is, for people who cannot see it. */
export function describe(encoding: TokenizedText, index: number): string {
  const { start, end } = encoding.byteSpan(index);
  const place = encoding.has(index, Token.Template)
    ? "no place in the text"
    : `bytes ${String(start)} to ${String(end)}`;
  const flags = flagNames(encoding.tokens.flags[index] ?? 0);
  return [`${inOneLine(encoding.label(index))}, id ${String(encoding.id(index))}`, place, ...flags].join(", ");
}
