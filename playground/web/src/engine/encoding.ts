import type { TextEncodeReply } from "./abi.gen.js";
import type { Reply } from "./calls.js";
import { uint32s } from "./numbers.js";

/** An Encoding is a text's tokens: element i of each array is about token i. */
export interface Encoding extends TextEncodeReply {
  ids: Uint32Array;
  /** where tokens start and end, in bytes of the text as UTF-8 */
  byteStarts: Uint32Array;
  byteEnds: Uint32Array;
  /** where tokens start and end in the JavaScript string */
  starts: Uint32Array;
  ends: Uint32Array;
  /** see Token */
  flags: Uint8Array;
}

/** Makes an Encoding of the reply to Op.TextEncode. */
export function encodingOf({ head, blobs }: Reply<TextEncodeReply>): Encoding {
  const [ids, byteStarts, byteEnds, starts, ends, flags = new Uint8Array(0)] = blobs;
  return {
    ...head,
    ids: uint32s(ids),
    byteStarts: uint32s(byteStarts),
    byteEnds: uint32s(byteEnds),
    starts: uint32s(starts),
    ends: uint32s(ends),
    flags,
  };
}

/** TokenBytes has what tokens spell, one after the other. */
export class TokenBytes {
  private readonly ends: Uint32Array;

  /** Takes the blobs of the reply to Op.TextTokens. */
  constructor([lengths, bytes = new Uint8Array(0)]: readonly Uint8Array<ArrayBuffer>[]) {
    let end = 0;
    this.ends = uint32s(lengths).map((length) => (end += length));
    this.bytes = bytes;
  }

  private readonly bytes: Uint8Array<ArrayBuffer>;

  get length(): number {
    return this.ends.length;
  }

  /** Returns the bytes of token i of those that were asked for. */
  at(i: number): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(i === 0 ? 0 : this.ends[i - 1], this.ends[i]);
  }
}
