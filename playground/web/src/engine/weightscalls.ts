import {
  Op,
  type InspectMemory,
  type WeightsBlockReply,
  type WeightsHistogramReply,
  type WeightsMeasureReply,
  type WeightsOpenReply,
} from "./abi.gen.js";
import type { Caller } from "./caller.js";
import { float32s } from "./numbers.js";

/** A block of a tensor, taken apart. */
export interface Block extends WeightsBlockReply {
  bytes: Uint8Array;
  /** weights of the source, and what the block makes of them */
  before: Float32Array;
  after: Float32Array;
}

/** WeightsCalls are what an open model does. */
export class WeightsCalls {
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

  /** Returns what a type costs a tensor. */
  async measure(tensor: string, type: string, values?: number, signal?: AbortSignal): Promise<WeightsMeasureReply> {
    const { head } = await this.caller.call(
      Op.WeightsMeasure,
      { weights: this.handle, tensor, type, values },
      [],
      signal,
    );
    return head;
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
