import type { TextOptions } from "../engine/abi.gen.js";
import type { Given } from "../engine/client.js";
import type { Encoding } from "../engine/encoding.js";
import type { Tokenizer } from "../engine/tokenizer.js";
import { nextTurn } from "../engine/turn.js";
import { commonTokens, TokenizedText } from "./tokenized.js";
import type { Vocabulary } from "./vocabulary.js";

/** An OpenTokenizer is one that is open in the engine, with what the page knows of it. */
export interface OpenTokenizer {
  tokenizer: Tokenizer;
  vocabulary: Vocabulary;
  /** what people know it by */
  name: string;
  /** names of the files that it is from, the vocabulary first */
  files: string[];
  /** the files themselves, as they were given */
  given: readonly Given[];
  /** the encoding that was chosen for a tiktoken file, or "" */
  encoding: string;
  /** it came with the page */
  bundled: boolean;
}

/** An Encoded text is its tokens, and what was counted in it. */
export interface Encoded {
  text: TokenizedText;
  encoding: Encoding;
}

/** Encodes a text, and gets all that the labels of its tokens need. */
export async function encode(open: OpenTokenizer, text: string, options: TextOptions): Promise<Encoded> {
  const encoding = await open.tokenizer.encode(text, options);
  await nextTurn(); // a long text's tokens are many, and the page is to stay awake between the walks over them
  const tokenized = new TokenizedText(text, encoding, open.vocabulary);
  await nextTurn();
  await open.vocabulary.fetch(tokenized.unspelled());
  return { text: tokenized, encoding };
}

/** What the special tokens are that a text spells. */
export type SpecialText = "usual" | "parse" | "plain";

/** What a Session tells: another tokenizer, another encoding, or that one failed. */
export interface SessionEvents {
  tokenizer: (open: OpenTokenizer) => void;
  encoded: (encoded: Encoded) => void;
  failed: (error: unknown) => void;
  busy: (busy: boolean) => void;
}

/**
 * A Session is what the Tokens room is about: a text, a tokenizer, how it is
 * used, and what comes out. A text that changes while the last one is being
 * encoded waits, and of those that wait only the newest is encoded.
 */
export class Session {
  #open: OpenTokenizer | null = null;
  #encoded: Encoded | null = null;
  #text = "";
  #addSpecial = true;
  #specialText: SpecialText = "usual";
  #running = false;
  #stale = false;
  readonly #listeners: { [K in keyof SessionEvents]: SessionEvents[K][] } = {
    tokenizer: [],
    encoded: [],
    failed: [],
    busy: [],
  };

  on<K extends keyof SessionEvents>(event: K, listener: SessionEvents[K]): void {
    this.#listeners[event].push(listener);
  }

  get open(): OpenTokenizer | null {
    return this.#open;
  }

  get encoded(): Encoded | null {
    return this.#encoded;
  }

  get text(): string {
    return this.#text;
  }

  get addSpecial(): boolean {
    return this.#addSpecial;
  }

  get specialText(): SpecialText {
    return this.#specialText;
  }

  /** The options as the module takes them. */
  get options(): TextOptions {
    return {
      addSpecial: this.#addSpecial,
      parseSpecial: this.#specialText === "parse",
      plainSpecial: this.#specialText === "plain",
    };
  }

  setText(text: string): void {
    this.#text = text;
    this.encode();
  }

  setOptions(addSpecial: boolean, specialText: SpecialText): void {
    this.#addSpecial = addSpecial;
    this.#specialText = specialText;
    this.encode();
  }

  /** Takes another tokenizer, and closes the one before it. */
  setTokenizer(open: OpenTokenizer): void {
    const before = this.#open;
    this.#open = open;
    this.#listeners.tokenizer.forEach((listener) => listener(open));
    this.encode();
    void before?.tokenizer.close().catch(() => undefined); // it may have gone with a module that failed
  }

  /** Encodes the text, now or as soon as the last one is done. */
  encode(): void {
    this.#stale = true;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#listeners.busy.forEach((listener) => listener(true));
    while (this.#stale && this.#open) {
      this.#stale = false;
      const open = this.#open;
      try {
        const encoded = await encode(open, this.#text, this.options);
        if (open !== this.#open) continue; // it was closed meanwhile, and encode was called
        if (this.#encoded) {
          await nextTurn();
          commonTokens(this.#encoded.text, encoded.text); // which the views will ask for
          await nextTurn();
        }
        this.#encoded = encoded;
        this.#listeners.encoded.forEach((listener) => listener(encoded));
      } catch (error) {
        if (open === this.#open) this.#listeners.failed.forEach((listener) => listener(error));
      }
    }
    this.#running = false;
    this.#listeners.busy.forEach((listener) => listener(false));
  }
}
