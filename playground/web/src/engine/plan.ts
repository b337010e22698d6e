import { Op, type ConvertOptions, type ConvertPlanReply, type ConvertReport } from "./abi.gen.js";
import type { Asked, Link } from "./link.js";
import type { Progress, Target, Written } from "./protocol.js";

export interface RunOptions {
  /** also measures what the conversion costs each tensor */
  measure?: boolean;
  onProgress?: (progress: Progress) => void;
  /** stops the conversion. Nothing of its output is left. */
  signal?: AbortSignal;
}

/** An Output is what a conversion wrote. */
export interface Output {
  /** to download, if that was the target */
  file: Blob | undefined;
  bytes: number;
  /** without pauses */
  seconds: number;
  report: ConvertReport;
  /** Removes the browser's own copy of the file, after the download. */
  discard(): Promise<void>;
}

/** A Conversion is planned, and can be carried out once. */
export class Conversion {
  private running: Asked<Written> | undefined;

  constructor(
    private readonly link: Link,
    /** what it will do */
    readonly plan: ConvertPlanReply,
  ) {}

  /** Carries the conversion out. */
  async run(target: Target, options: RunOptions = {}): Promise<Output> {
    const conversion = this.plan.conversion;
    const { measure = false, onProgress, signal } = options;
    this.running = this.link.ask<Written>(
      { kind: "convert", conversion, measure, bytes: this.plan.bytes, target },
      signal,
      onProgress,
    );
    const { file, temporary, bytes, seconds } = await this.running.answer;
    const discard = async (): Promise<void> => {
      if (temporary !== undefined) {
        await this.link.ask({ kind: "discard", name: temporary }).answer;
      }
    };
    const report = this.link.call(Op.ConvertReport, { conversion }).catch(async (thrown: unknown) => {
      await discard();
      throw thrown;
    });
    return { file, bytes, seconds, report: (await report).head.report, discard };
  }

  /** Stops after the chunk that is being written, until resume. */
  pause(): void {
    this.running?.control("pause");
  }

  resume(): void {
    this.running?.control("resume");
  }

  async close(): Promise<void> {
    await this.link.call(Op.ConvertClose, { conversion: this.plan.conversion });
  }
}

/** Plans the conversion of a model, with an importance matrix if there is one: both are paths of the module's file system. */
export async function planConversion(
  link: Link,
  path: string,
  options: ConvertOptions,
  signal?: AbortSignal,
  imatrix?: string,
): Promise<Conversion> {
  const { head } = await link.call(Op.ConvertPlan, { path, imatrix }, [JSON.stringify(options)], signal);
  return new Conversion(link, head);
}
