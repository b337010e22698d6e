import type { Tokenizer } from "../engine/tokenizer.js";
import { hex } from "../ui/format.js";
import { inOneLine } from "./glyphs.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is known of a tokenizer's tokens: the bytes of those that were asked for. */
export class Vocabulary {
  readonly #bytes = new Map<number, Uint8Array>();
  readonly #added = new Map<number, string>();

  constructor(readonly tokenizer: Tokenizer) {
    for (const token of tokenizer.info.added) this.#added.set(token.id, token.text);
  }

  /** Gets ready to tell the bytes of ids. */
  async fetch(ids: Iterable<number>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#bytes.has(id));
    if (missing.length === 0) return;
    const found = await this.tokenizer.tokens(Uint32Array.from(missing));
    missing.forEach((id, i) => this.#bytes.set(id, found.at(i)));
  }

  /** The bytes that a token stands for, once they were fetched. */
  bytes(id: number): Uint8Array | undefined {
    return this.#bytes.get(id);
  }

  /** The text that a token stands for, if it is known and is text. */
  text(id: number): string | undefined {
    const added = this.#added.get(id);
    if (added !== undefined) return added;
    const known = this.#bytes.get(id);
    if (known === undefined || known.length === 0) return undefined;
    try {
      return decoder.decode(known);
    } catch {
      return undefined;
    }
  }

  /** What a token is called in lists: its text, its bytes if they are no text, or its number if they are not known. */
  spelling(id: number): string {
    const text = this.text(id);
    if (text !== undefined) return inOneLine(text);
    const data = this.#bytes.get(id);
    return data === undefined || data.length === 0 ? `#${String(id)}` : `‹${hex(data).toUpperCase()}›`;
  }
}
