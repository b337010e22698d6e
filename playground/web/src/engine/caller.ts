import type { OpCode, ReplyOf, RequestOf } from "./calls.js";
import type { Payload } from "./protocol.js";

/** A Caller makes calls of the module: the page's link to its worker does, and so does whoever has the module at hand. */
export interface Caller {
  call<O extends OpCode>(
    op: O,
    head: RequestOf<O>,
    blobs?: readonly Payload[],
    signal?: AbortSignal,
  ): Promise<ReplyOf<O>>;

  /** Takes files away from the module. */
  unmount(directory: string): Promise<void>;
}
