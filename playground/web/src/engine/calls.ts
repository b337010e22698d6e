import type { Calls } from "./abi.gen.js";

/** One of the numbers of Op. */
export type OpCode = keyof Calls;

export type RequestOf<O extends OpCode> = Calls[O]["request"];

/** A Reply is part 0 of a reply, and the blobs, which all lie in one buffer that is the caller's. */
export interface Reply<Head> {
  head: Head;
  blobs: Uint8Array<ArrayBuffer>[];
}

export type ReplyOf<O extends OpCode> = Reply<Calls[O]["reply"]>;
