import { Errno } from "./errno.js";
import { Files } from "./files.js";
import { Memory } from "./memory.js";
import { fileCalls } from "./wasifiles.js";

/** An Exit is thrown through a guest that ends itself, as Go's runtime does when it has no memory left. */
export class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit status ${code}`);
  }
}

/** A function of WASI. Numbers of 64 bits are bigints. */
export type Call = (...args: never[]) => Errno;

export interface WasiOptions {
  memory: Memory;
  files: Files;
  /** Takes what the guest prints, a line at a time. */
  onLine: (line: string) => void;
}

/** Clocks, and kinds of subscription and their sizes, of poll_oneoff. */
const clockRealtime = 0;
const subscriptionBytes = 48;
const eventBytes = 32;
const eventClock = 0;

/** The most bytes that getRandomValues gives at once. */
const mostRandom = 65536;

/** Returns the functions of wasi_snapshot_preview1 that the guests import, and no others. */
export function wasi({ memory, files, onLine }: WasiOptions): Record<string, Call> {
  const none = (countAddress: number, bytesAddress: number): Errno => {
    memory.view.setUint32(countAddress >>> 0, 0, true);
    memory.view.setUint32(bytesAddress >>> 0, 0, true);
    return Errno.Success;
  };
  const nothing = (): Errno => Errno.Success;
  return {
    args_sizes_get: none,
    args_get: nothing,
    environ_sizes_get: none,
    environ_get: nothing,
    sched_yield: nothing,

    proc_exit(code: number): Errno {
      throw new Exit(code);
    },

    clock_time_get(clock: number, _precision: bigint, address: number): Errno {
      const nanoseconds =
        clock === clockRealtime ? BigInt(Date.now()) * 1_000_000n : BigInt(Math.floor(performance.now() * 1e6));
      memory.view.setBigUint64(address >>> 0, nanoseconds, true);
      return Errno.Success;
    },

    random_get(address: number, length: number): Errno {
      for (let at = 0; at < length; at += mostRandom) {
        crypto.getRandomValues(memory.bytes(address + at, Math.min(mostRandom, length - at)));
      }
      return Errno.Success;
    },

    // Nothing can sleep here, so a guest that waits for a time asks again until it has come. It waits for nothing else:
    // there is nothing that could become ready.
    poll_oneoff(subscriptions: number, events: number, count: number, countAddress: number): Errno {
      const view = memory.view;
      for (let i = 0; i < count; i++) {
        const subscription = (subscriptions >>> 0) + i * subscriptionBytes;
        const event = (events >>> 0) + i * eventBytes;
        const type = view.getUint8(subscription + 8);
        memory.bytes(event, eventBytes).fill(0);
        view.setBigUint64(event, view.getBigUint64(subscription, true), true);
        view.setUint16(event + 8, type === eventClock ? Errno.Success : Errno.Notsup, true);
        view.setUint8(event + 10, type);
      }
      view.setUint32(countAddress >>> 0, count, true);
      return Errno.Success;
    },

    ...fileCalls(memory, files, onLine),
  };
}
