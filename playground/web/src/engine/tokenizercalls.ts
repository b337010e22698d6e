import {
  Op,
  type TextBatchReply,
  type TextBatchRequest,
  type TextDecodeRequest,
  type TextFindReply,
  type TextOpenReply,
  type TextOptions,
  type TextPipelineReply,
  type TextStep,
} from "./abi.gen.js";
import { encodingOf, TokenBytes, type Encoding } from "./encoding.js";
import type { Caller } from "./caller.js";
import { bytesOf, uint32s } from "./numbers.js";

/** Ids of tokens. */
export type Ids = Uint32Array | readonly number[];

/** How ids become text. */
export type DecodeOptions = Omit<TextDecodeRequest, "tokenizer">;

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

/** TokenizerCalls are what an open tokenizer does. */
export class TokenizerCalls {
  constructor(
    private readonly caller: Caller,
    /** what it is */
    readonly info: TextOpenReply,
    /** of the files that it was opened from, if the module has those */
    private readonly mounted: string | undefined,
  ) {}

  /** What the module knows it by, for calls that take one. */
  get handle(): number {
    return this.info.tokenizer;
  }

  /** Returns the ids of a text's tokens: several times as fast as encode, which also says where they stand. */
  async ids(text: string, options: TextOptions = {}, signal?: AbortSignal): Promise<Uint32Array> {
    const { blobs } = await this.caller.call(Op.TextIDs, { tokenizer: this.handle, options }, [text], signal);
    return uint32s(blobs[0]);
  }

  /** Encodes a text: ids, and where the tokens stand. */
  async encode(text: string, options: TextOptions = {}, signal?: AbortSignal): Promise<Encoding> {
    return encodingOf(await this.caller.call(Op.TextEncode, { tokenizer: this.handle, options }, [text], signal));
  }

  /** Counts the tokens of a text. */
  async count(text: string, options: TextOptions = {}, signal?: AbortSignal): Promise<number> {
    const { head } = await this.caller.call(Op.TextCount, { tokenizer: this.handle, options }, [text], signal);
    return head.tokens;
  }

  /** Returns the text that ids stand for. Bytes that are not UTF-8 become U+FFFD. */
  async decode(ids: Ids, options: DecodeOptions = {}): Promise<string> {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await this.decodeBytes(ids, options));
  }

  /** Returns the bytes that ids stand for. */
  async decodeBytes(ids: Ids, options: DecodeOptions = {}): Promise<Uint8Array> {
    const request = { tokenizer: this.handle, ...options };
    const { blobs } = await this.caller.call(Op.TextDecode, request, [bytesOf(Uint32Array.from(ids))]);
    return blobs[0] ?? new Uint8Array(0);
  }

  /** Returns the bytes of tokens. */
  async tokens(ids: Ids): Promise<TokenBytes> {
    const { blobs } = await this.caller.call(Op.TextTokens, { tokenizer: this.handle }, [
      bytesOf(Uint32Array.from(ids)),
    ]);
    return new TokenBytes(blobs);
  }

  /** Encodes texts as one batch. */
  async batch(
    texts: readonly string[],
    options: TextOptions = {},
    shape: BatchOptions = {},
    signal?: AbortSignal,
  ): Promise<BatchRow[]> {
    const request = { tokenizer: this.handle, options, ...shape };
    return rowsOf(await this.caller.call(Op.TextBatch, request, texts, signal));
  }

  /** Returns how the model makes tokens of a piece of text, merge by merge. */
  async steps(piece: string, signal?: AbortSignal): Promise<TextStep[]> {
    const { head } = await this.caller.call(Op.TextSteps, { tokenizer: this.handle }, [piece], signal);
    return head.steps;
  }

  /** Returns what becomes of a text on its way. */
  async pipeline(text: string, options: TextOptions = {}, signal?: AbortSignal): Promise<TextPipelineReply> {
    const { head } = await this.caller.call(Op.TextPipeline, { tokenizer: this.handle, options }, [text], signal);
    return head;
  }

  /** Looks for tokens that contain a text. */
  async find(text: string, limit?: number, signal?: AbortSignal): Promise<TextFindReply> {
    const { head } = await this.caller.call(Op.TextFind, { tokenizer: this.handle, limit }, [text], signal);
    return head;
  }

  async close(): Promise<void> {
    try {
      await this.caller.call(Op.TextClose, { tokenizer: this.handle });
    } finally {
      if (this.mounted !== undefined) {
        await this.caller.unmount(this.mounted);
      }
    }
  }
}

function rowsOf({ head, blobs }: { head: TextBatchReply; blobs: Uint8Array<ArrayBuffer>[] }): BatchRow[] {
  return head.rows.map((row, i) => ({ ...row, ids: uint32s(blobs[2 * i]), mask: uint32s(blobs[2 * i + 1]) }));
}
