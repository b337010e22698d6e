import {
  Op,
  type TextBatchReply,
  type TextBatchRequest,
  type TextFindReply,
  type TextOpenReply,
  type TextOptions,
  type TextPipelineReply,
  type TextStep,
} from "./abi.gen.js";
import { encodingOf, TokenBytes, type Encoding } from "./encoding.js";
import type { Asked, Link } from "./link.js";
import { bytesOf, uint32s } from "./numbers.js";
import type { ReplyOf } from "./calls.js";

/** How a batch is cut and padded. */
export type BatchOptions = Omit<TextBatchRequest, "tokenizer" | "options">;

/** A row of a batch. */
export interface BatchRow {
  ids: Uint32Array;
  /** 1 for a token, 0 for padding */
  mask: Uint32Array;
  /** as the vocabulary spells them */
  tokens: string[];
  /** tokens that truncation took off */
  cut: number;
}

/** A Tokenizer is one that is open in the worker. */
export class Tokenizer {
  private readonly typed = new Map<string, Asked<ReplyOf<typeof Op.TextEncode>>>();

  constructor(
    private readonly link: Link,
    /** what it is */
    readonly info: TextOpenReply,
    /** of the files that it was opened from, if the module has those */
    private readonly mounted: string | undefined,
  ) {}

  /** The worker's handle, for calls that take one. */
  get handle(): number {
    return this.info.tokenizer;
  }

  /** Encodes a text. */
  async encode(text: string, options: TextOptions = {}, signal?: AbortSignal): Promise<Encoding> {
    return encodingOf(await this.link.call(Op.TextEncode, { tokenizer: this.handle, options }, [text], signal));
  }

  /**
   * Encodes a text that is being typed. A call that has not started when the next one with its slot comes never will:
   * it is rejected with an AbortError. One that has started is answered.
   */
  async encodeTyped(slot: string, text: string, options: TextOptions = {}): Promise<Encoding> {
    this.typed.get(slot)?.control("cancel");
    const asked = this.link.ask<ReplyOf<typeof Op.TextEncode>>({
      kind: "call",
      op: Op.TextEncode,
      head: { tokenizer: this.handle, options },
      blobs: [text],
    });
    this.typed.set(slot, asked);
    try {
      return encodingOf(await asked.answer);
    } finally {
      if (this.typed.get(slot) === asked) {
        this.typed.delete(slot);
      }
    }
  }

  /** Counts the tokens of a text. */
  async count(text: string, options: TextOptions = {}, signal?: AbortSignal): Promise<number> {
    const { head } = await this.link.call(Op.TextCount, { tokenizer: this.handle, options }, [text], signal);
    return head.tokens;
  }

  /** Returns what the ids spell. It need not be UTF-8. */
  async decode(ids: Uint32Array, options: { skipSpecial?: boolean } = {}): Promise<Uint8Array> {
    const { blobs } = await this.link.call(Op.TextDecode, { tokenizer: this.handle, ...options }, [bytesOf(ids)]);
    return blobs[0] ?? new Uint8Array(0);
  }

  /** Returns the bytes of tokens. */
  async tokens(ids: Uint32Array): Promise<TokenBytes> {
    const { blobs } = await this.link.call(Op.TextTokens, { tokenizer: this.handle }, [bytesOf(ids)]);
    return new TokenBytes(blobs);
  }

  /** Encodes texts as one batch. */
  async batch(
    texts: string[],
    options: TextOptions = {},
    shape: BatchOptions = {},
    signal?: AbortSignal,
  ): Promise<BatchRow[]> {
    const request = { tokenizer: this.handle, options, ...shape };
    return rowsOf(await this.link.call(Op.TextBatch, request, texts, signal));
  }

  /** Returns how the model makes tokens of a piece of text, merge by merge. */
  async steps(piece: string, signal?: AbortSignal): Promise<TextStep[]> {
    const { head } = await this.link.call(Op.TextSteps, { tokenizer: this.handle }, [piece], signal);
    return head.steps;
  }

  /** Returns what becomes of a text on its way. */
  async pipeline(text: string, options: TextOptions = {}, signal?: AbortSignal): Promise<TextPipelineReply> {
    const { head } = await this.link.call(Op.TextPipeline, { tokenizer: this.handle, options }, [text], signal);
    return head;
  }

  /** Looks for tokens that contain a text. */
  async find(text: string, limit?: number, signal?: AbortSignal): Promise<TextFindReply> {
    const { head } = await this.link.call(Op.TextFind, { tokenizer: this.handle, limit }, [text], signal);
    return head;
  }

  async close(): Promise<void> {
    await this.link.call(Op.TextClose, { tokenizer: this.handle });
    if (this.mounted !== undefined) {
      await this.link.ask({ kind: "unmount", directory: this.mounted }).answer;
    }
  }
}

function rowsOf({ head, blobs }: { head: TextBatchReply; blobs: Uint8Array<ArrayBuffer>[] }): BatchRow[] {
  return head.rows.map((row, i) => ({ ...row, ids: uint32s(blobs[2 * i]), mask: uint32s(blobs[2 * i + 1]) }));
}
