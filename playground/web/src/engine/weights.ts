import {
  Op,
  type ConvertOptions,
  type InspectMemory,
  type WeightsBlockReply,
  type WeightsHistogramReply,
  type WeightsMeasureReply,
  type WeightsOpenReply,
} from "./abi.gen.js";
import { Conversion, planConversion } from "./plan.js";
import type { Link } from "./link.js";
import type { Mount } from "./mount.js";
import { float32s } from "./numbers.js";

/** A block of a tensor, taken apart. */
export interface Block extends WeightsBlockReply {
  bytes: Uint8Array;
  /** weights of the source, and what the block makes of them */
  before: Float32Array;
  after: Float32Array;
}

/** Weights are a model that is open in the worker. */
export class Weights {
  constructor(
    private readonly link: Link,
    /** what it is */
    readonly info: WeightsOpenReply,
    /** its files, if it owns them */
    private readonly mounted: Mount | undefined,
    readonly path: string,
  ) {}

  private get handle(): number {
    return this.info.weights;
  }

  /** Returns what running the model takes, with so many tokens of context and a cache of a type. */
  async memory(options: { context?: number; cache?: string } = {}, signal?: AbortSignal): Promise<InspectMemory> {
    const { head } = await this.link.call(Op.WeightsMemory, { weights: this.handle, ...options }, [], signal);
    return head.memory;
  }

  /** Counts the weights of a tensor, or of so many of them as values says. */
  async histogram(tensor: string, values?: number, signal?: AbortSignal): Promise<WeightsHistogramReply> {
    const { head } = await this.link.call(Op.WeightsHistogram, { weights: this.handle, tensor, values }, [], signal);
    return head;
  }

  /** Returns what a type costs a tensor. */
  async measure(tensor: string, type: string, values?: number, signal?: AbortSignal): Promise<WeightsMeasureReply> {
    const { head } = await this.link.call(
      Op.WeightsMeasure,
      { weights: this.handle, tensor, type, values },
      [],
      signal,
    );
    return head;
  }

  /** Takes a block of a tensor apart, as it is in a type; "" is the one that the tensor has. */
  async block(tensor: string, type: string, block: number, signal?: AbortSignal): Promise<Block> {
    const { head, blobs } = await this.link.call(
      Op.WeightsBlock,
      { weights: this.handle, tensor, type, block },
      [],
      signal,
    );
    const [bytes = new Uint8Array(0), before, after] = blobs;
    return { ...head, bytes, before: float32s(before), after: float32s(after) };
  }

  /** Plans a conversion of the model to GGUF, with the importance matrix at a path if there is one. */
  planConversion(options: ConvertOptions, signal?: AbortSignal, imatrix?: string): Promise<Conversion> {
    return planConversion(this.link, this.path, options, signal, imatrix);
  }

  async close(): Promise<void> {
    await this.link.call(Op.WeightsClose, { weights: this.handle });
    if (this.mounted !== undefined) {
      await this.link.ask({ kind: "unmount", directory: this.mounted.directory }).answer;
    }
  }
}
