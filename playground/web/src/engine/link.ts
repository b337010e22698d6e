import { Status } from "./abi.gen.js";
import type { Caller } from "./caller.js";
import type { OpCode, Reply, ReplyOf, RequestOf } from "./calls.js";
import { abortError, NibbleError } from "./error.js";
import { closing } from "./handles.js";
import type { Mount } from "./mount.js";
import type { Ask, Control, FromWorker, Payload, Progress, ToWorker } from "./protocol.js";

interface Pending {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  onProgress: ((progress: Progress) => void) | undefined;
}

export interface LinkOptions {
  /** takes the handles of what was lost when the module stopped */
  onGone?: (handles: number[]) => void;
  /** takes what the module prints */
  onLine?: (line: string) => void;
}

/** An Asked is a request on its way. */
export interface Asked<T> {
  answer: Promise<T>;
  /** to take it back if it has not started, or to steer a conversion */
  control(what: Control): void;
}

/** A Link is the page's end of the line to the worker. */
export class Link implements Caller {
  private readonly pending = new Map<number, Pending>();
  /** What was given up and may have started: nobody else would close what it opens. */
  private readonly abandoned = new Map<number, Ask>();
  private last = 0;
  private closed: NibbleError | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly options: LinkOptions,
  ) {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.close(`the worker stopped: ${event.message || "it did not start"}`);
    };
  }

  start(small: string | undefined, whole: string): void {
    this.post({ kind: "start", small, whole });
  }

  /**
   * Asks for something. A signal takes it back; what has started then ends unseen, and what it opened is closed, but for
   * conversions, which stop.
   */
  ask<T>(ask: Ask, signal?: AbortSignal, onProgress?: (progress: Progress) => void): Asked<T> {
    const id = ++this.last;
    const control = (what: Control): void => this.post({ kind: "control", id, control: what });
    const answer = new Promise<T>((resolve, reject) => {
      if (this.closed !== undefined || signal?.aborted === true) {
        reject(this.closed ?? abortError());
        return;
      }
      const abort = (): void => {
        control("cancel");
        if (ask.kind !== "convert") {
          this.pending.delete(id);
          this.abandoned.set(id, ask);
          reject(abortError());
        }
      };
      signal?.addEventListener("abort", abort);
      const settled = (): void => signal?.removeEventListener("abort", abort);
      this.pending.set(id, {
        resolve: (value) => {
          settled();
          resolve(value as T);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
        onProgress,
      });
      this.post({ kind: "ask", id, ask });
    });
    return { answer, control };
  }

  /** Makes a call of the module. */
  call<O extends OpCode>(
    op: O,
    head: RequestOf<O>,
    blobs: readonly Payload[] = [],
    signal?: AbortSignal,
  ): Promise<ReplyOf<O>> {
    return this.ask<ReplyOf<O>>({ kind: "call", op, head, blobs }, signal).answer;
  }

  async unmount(directory: string): Promise<void> {
    await this.ask({ kind: "unmount", directory }).answer;
  }

  /** Ends the worker, and with it all that is on its way. */
  close(reason: string): void {
    if (this.closed !== undefined) {
      return;
    }
    const error = new NibbleError(Status.Internal, reason);
    this.closed = error;
    this.worker.terminate();
    this.pending.forEach((pending) => pending.reject(error));
    this.pending.clear();
    this.abandoned.clear();
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case "answer":
        this.undo(message.id, message.value);
        this.take(message.id)?.resolve(message.value);
        break;
      case "failure":
        this.abandoned.delete(message.id);
        this.take(message.id)?.reject(
          message.status === undefined ? abortError() : new NibbleError(message.status, message.message),
        );
        break;
      case "progress":
        this.pending.get(message.id)?.onProgress?.(message.progress);
        break;
      case "gone":
        this.options.onGone?.(message.handles);
        break;
      case "line":
        this.options.onLine?.(message.line);
        break;
    }
  }

  /** Closes what the answer to an ask that was given up has opened. */
  private undo(id: number, answer: unknown): void {
    const ask = this.abandoned.get(id);
    this.abandoned.delete(id);
    const undoing = ask && undoingOf(ask, answer);
    // What fails to close has gone with its module.
    void (undoing && this.ask(undoing).answer.catch(() => undefined));
  }

  private take(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }
}

function undoingOf(ask: Ask, answer: unknown): Ask | undefined {
  switch (ask.kind) {
    case "mount":
      return { kind: "unmount", directory: (answer as Mount).directory };
    case "call": {
      const call = closing(ask.op, (answer as Reply<unknown>).head);
      return call && { kind: "call", ...call, blobs: [] };
    }
    default:
      return undefined;
  }
}
