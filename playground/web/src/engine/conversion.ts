import { Op } from "./abi.gen.js";
import { abortError } from "./error.js";
import type { Progress, Written } from "./protocol.js";
import type { Session } from "./session.js";
import type { Sink } from "./sink.js";
import { nextTurn } from "./turn.js";

/** The time between two reports of progress, in milliseconds. */
const reportEvery = 50;

/** A Run is a conversion on its way. Other requests have their turn between its chunks. */
export class Run {
  private cancelled = false;
  private paused: Promise<void> | undefined;
  private wake: (() => void) | undefined;

  cancel(): void {
    this.cancelled = true;
    this.resume();
  }

  pause(): void {
    this.paused ??= new Promise((resolve) => (this.wake = resolve));
  }

  resume(): void {
    this.wake?.();
    this.paused = undefined;
  }

  /** Carries out the conversion of a handle. The sink ends whole or not at all. */
  async write(
    session: Session,
    request: { conversion: number; measure: boolean },
    sink: Sink,
    onProgress: (progress: Progress) => void,
  ): Promise<Written> {
    try {
      return await this.writeChunks(session, request, sink, onProgress);
    } catch (thrown) {
      await sink.abort().catch(() => undefined);
      throw thrown;
    }
  }

  private async writeChunks(
    session: Session,
    { conversion, measure }: { conversion: number; measure: boolean },
    sink: Sink,
    onProgress: (progress: Progress) => void,
  ): Promise<Written> {
    await session.call(Op.ConvertStart, { conversion, measure });
    let milliseconds = 0;
    let reported = 0;
    let bytes = 0;
    for (;;) {
      if (this.paused !== undefined) {
        await this.paused;
      }
      if (this.cancelled) {
        throw abortError();
      }
      const started = performance.now();
      const { head, blobs } = await session.call(Op.ConvertNext, { conversion });
      for (const blob of blobs) {
        await sink.write(blob, head.offset);
        bytes += blob.length;
      }
      const now = performance.now();
      milliseconds += now - started;
      const seconds = milliseconds / 1000;
      if (head.end || now - reported >= reportEvery) {
        reported = now;
        onProgress({ done: head.done, total: head.total, tensor: head.tensor, seconds });
      }
      if (head.end) {
        const file = await sink.close();
        return { file, temporary: sink.temporary, bytes, seconds };
      }
      await nextTurn();
    }
  }
}
