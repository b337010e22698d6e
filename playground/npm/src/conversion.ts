import {
  Op,
  type ConvertNextReply,
  type ConvertOptions,
  type ConvertPlanReply,
  type ConvertReport,
} from "../../web/src/engine/abi.gen.js";
import type { Caller } from "../../web/src/engine/caller.js";

/** A Chunk is a part of the output. Chunks come in any order of their offsets, and leave nothing out. */
export interface Chunk extends Omit<ConvertNextReply, "end"> {
  bytes: Uint8Array;
}

/**
 * A Conversion makes a GGUF file chunk by chunk, as somebody iterates over it. Other calls may be made in between. It
 * can be iterated over once.
 */
export class Conversion implements AsyncIterable<Chunk> {
  /** what it did, once it came to its end */
  report: ConvertReport | undefined;
  private closed = false;

  constructor(
    private readonly caller: Caller,
    /** what it will do */
    readonly plan: ConvertPlanReply,
    private readonly options: { measure: boolean; mounted: string | undefined },
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    const conversion = this.plan.conversion;
    try {
      await this.caller.call(Op.ConvertStart, { conversion, measure: this.options.measure });
      for (;;) {
        const { head, blobs } = await this.caller.call(Op.ConvertNext, { conversion });
        const { end, ...progress } = head;
        for (const bytes of blobs) {
          yield { ...progress, bytes };
        }
        if (end) {
          break;
        }
      }
      this.report = (await this.caller.call(Op.ConvertReport, { conversion })).head.report;
    } finally {
      await this.close();
    }
  }

  /** Gives the conversion up. What was iterated over, to the end or not, is closed already. */
  async close(): Promise<void> {
    if (this.closed) {
      return;
    }
    this.closed = true;
    try {
      await this.caller.call(Op.ConvertClose, { conversion: this.plan.conversion });
    } finally {
      if (this.options.mounted !== undefined) {
        await this.caller.unmount(this.options.mounted);
      }
    }
  }
}

/** What convert can be told beside what nibble's command line can. */
export interface ConversionOptions extends ConvertOptions {
  /** also measures what the conversion costs each tensor */
  measure?: boolean;
}

/** Plans the conversion of a model at a path of the module's file system. */
export async function plan(
  caller: Caller,
  path: string,
  options: ConversionOptions,
  mounted: string | undefined,
): Promise<Conversion> {
  const { measure = false, ...rest } = options;
  const { head } = await caller.call(Op.ConvertPlan, { path }, [JSON.stringify(rest)]);
  return new Conversion(caller, head, { measure, mounted });
}
