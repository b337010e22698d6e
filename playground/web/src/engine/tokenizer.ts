import { Op, type TextOpenReply, type TextOptions } from "./abi.gen.js";
import type { ReplyOf } from "./calls.js";
import { encodingOf, type Encoding } from "./encoding.js";
import type { Asked, Link } from "./link.js";
import { TokenizerCalls } from "./tokenizercalls.js";

export type { BatchOptions, BatchRow, DecodeOptions, Ids } from "./tokenizercalls.js";

/** A Tokenizer is one that is open in the worker. */
export class Tokenizer extends TokenizerCalls {
  private readonly typed = new Map<string, Asked<ReplyOf<typeof Op.TextEncode>>>();

  constructor(
    private readonly link: Link,
    info: TextOpenReply,
    mounted: string | undefined,
  ) {
    super(link, info, mounted);
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
}
