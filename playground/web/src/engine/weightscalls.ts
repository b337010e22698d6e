import {
  Op,
  type InspectMemory,
  type WeightsBlockReply,
  type WeightsHistogramReply,
  type WeightsMeasureReply,
  type WeightsOpenReply,
} from "./abi.gen.js";
import type { Caller } from "./caller.js";
import { abortError } from "./error.js";
import { float32s } from "./numbers.js";
import { nextTurn } from "./turn.js";

/** A block of a tensor, taken apart. */
export interface Block extends WeightsBlockReply {
  bytes: Uint8Array;
  /** weights of the source, and what the block makes of them */
  before: Float32Array;
  after: Float32Array;
}

/** About how many weights are measured before others have their turn. */
const pieceValues = 1 << 16;

/** WeightsCalls are what an open model does. */
export class WeightsCalls {
  private measuring: Promise<void> = Promise.resolve();

  constructor(
    private readonly caller: Caller,
    /** what it is */
    readonly info: WeightsOpenReply,
    /** where it is in the module's file system */
    readonly path: string,
    /** of its files, if they are its own */
    private readonly mounted: string | undefined,
  ) {}

  /** What the module knows it by, for calls that take one. */
  get handle(): number {
    return this.info.weights;
  }

  /** Returns what running the model takes, with so many tokens of context and a cache of a type. */
  async memory(options: { context?: number; cache?: string } = {}, signal?: AbortSignal): Promise<InspectMemory> {
    const { head } = await this.caller.call(Op.WeightsMemory, { weights: this.handle, ...options }, [], signal);
    return head.memory;
  }

  /** Counts the weights of a tensor, or of so many of them as values says. */
  async histogram(tensor: string, values?: number, signal?: AbortSignal): Promise<WeightsHistogramReply> {
    const { head } = await this.caller.call(Op.WeightsHistogram, { weights: this.handle, tensor, values }, [], signal);
    return head;
  }

  /**
   * Returns what a type costs a tensor. That is found out piece by piece, so that whoever gives up is heard, and what
   * else is asked meanwhile is answered; onPart takes what is known after each piece but the last. One measurement comes
   * after the other.
   */
  measure(
    tensor: string,
    type: string,
    values?: number,
    signal?: AbortSignal,
    onPart?: (part: WeightsMeasureReply) => void,
  ): Promise<WeightsMeasureReply> {
    const request = { weights: this.handle, tensor, type, values, most: pieceValues };
    const measured = this.measuring.then(async () => {
      for (;;) {
        const { head } = await this.caller.call(Op.WeightsMeasure, request, [], signal);
        if (!head.more) {
          return head;
        }
        onPart?.(head);
        await nextTurn();
        if (signal?.aborted === true) {
          throw abortError();
        }
      }
    });
    // The module goes on with one measurement at a time: two that took turns would begin anew for ever.
    this.measuring = measured.then(
      () => undefined,
      () => undefined,
    );
    return measured;
  }

  /** Takes a block of a tensor apart, as it is in a type; "" is the one that the tensor has. */
  async block(tensor: string, type: string, block: number, signal?: AbortSignal): Promise<Block> {
    const { head, blobs } = await this.caller.call(
      Op.WeightsBlock,
      { weights: this.handle, tensor, type, block },
      [],
      signal,
    );
    const [bytes = new Uint8Array(0), before, after] = blobs;
    return { ...head, bytes, before: float32s(before), after: float32s(after) };
  }

  async close(): Promise<void> {
    try {
      await this.caller.call(Op.WeightsClose, { weights: this.handle });
    } finally {
      if (this.mounted !== undefined) {
        await this.caller.unmount(this.mounted);
      }
    }
  }
}
