import { Status } from "./abi.gen.js";
import type { OpCode, ReplyOf, RequestOf } from "./calls.js";
import { messageOf, NibbleError } from "./error.js";
import { Files } from "./files.js";
import { closes, kinds, opens, type Head, type Kind } from "./handles.js";
import type { Blobs } from "./message.js";
import { Guest } from "./module.js";
import { withoutMounts } from "./mount.js";

/** Ops from here on are those of the whole guest alone. */
const firstWholeOp = 100;

/** A Resource is what a handle stands for, and how to open it once more in another guest. */
interface Resource {
  kind: Kind;
  op: OpCode;
  head: RequestOf<OpCode>;
  blobs: Blobs;
  /** where it is open at the moment, if it is */
  guest: Guest | undefined;
  handle: number;
}

export interface SessionOptions {
  /** gets the small module; without it everything runs in the whole one */
  small?: () => Promise<WebAssembly.Module>;
  whole: () => Promise<WebAssembly.Module>;
  onLine?: (line: string) => void;
  /** takes the handles of what was lost with a guest that died; what is not among them is opened again when it is used */
  onGone?: (handles: number[]) => void;
}

/**
 * A Session makes calls in the small guest as long as that can answer them, and in the whole one from then on. Its
 * handles are its own: they outlive the guest that they were opened in.
 */
export class Session {
  /** What the whole guest sees as its file system. */
  readonly files = new Files();

  private readonly resources = new Map<number, Resource>();
  private lastHandle = 0;
  private small: Promise<Guest> | undefined;
  private whole: Promise<Guest> | undefined;
  /** the whole guest, once it has started */
  private ready: Guest | undefined;
  private latest: Guest | undefined;
  /** Whoever finds a guest dead buries it, but only once: others may be in its place. */
  private readonly buried = new WeakSet<Guest>();

  constructor(private readonly options: SessionOptions) {}

  /** Makes a call, as Guest does, with handles that are the session's. */
  async call<O extends OpCode>(op: O, head: RequestOf<O>, blobs: Blobs = []): Promise<ReplyOf<O>> {
    const closed = closes.get(op);
    if (closed !== undefined) {
      this.close(op, (head as Head)[closed]);
      return { head: {}, blobs: [] } as unknown as ReplyOf<O>;
    }
    let needsWhole = op >= firstWholeOp;
    for (;;) {
      const guest = needsWhole ? await this.startWhole() : await this.start();
      if (guest.dead) {
        // Another call was its end while this one waited.
        this.bury(guest);
        continue;
      }
      try {
        return this.callIn(guest, op, head, blobs);
      } catch (thrown) {
        const elsewhere = thrown instanceof NibbleError && thrown.status === Status.Elsewhere;
        if (!elsewhere || guest === this.ready) {
          throw thrown instanceof NibbleError ? new NibbleError(thrown.status, withoutMounts(thrown.message)) : thrown;
        }
        needsWhole = true;
      } finally {
        if (guest.dead) {
          this.bury(guest);
        }
      }
    }
  }

  /** Starts the whole guest, if it is not there yet. */
  async load(): Promise<void> {
    await this.startWhole();
  }

  /** What the session is made of at the moment. */
  status(): { whole: boolean; memoryBytes: number; handles: number } {
    return {
      whole: this.ready !== undefined,
      memoryBytes: this.latest?.memoryBytes ?? 0,
      handles: this.resources.size,
    };
  }

  /** Returns the guest for calls that any can answer. While the whole one is loading, the small one is quicker. */
  private start(): Promise<Guest> {
    if (this.ready !== undefined || this.options.small === undefined) {
      return this.startWhole();
    }
    this.small ??= this.instantiate(this.options.small).catch((thrown: unknown) => {
      this.small = undefined;
      throw thrown;
    });
    return this.small;
  }

  private startWhole(): Promise<Guest> {
    this.whole ??= this.instantiate(this.options.whole).then(
      (guest) => {
        this.ready = guest;
        this.small = undefined;
        // What is open in the small guest is opened again here when it is used.
        this.resources.forEach((resource) => (resource.guest = undefined));
        return guest;
      },
      (thrown: unknown) => {
        this.whole = undefined;
        throw thrown;
      },
    );
    return this.whole;
  }

  private async instantiate(module: () => Promise<WebAssembly.Module>): Promise<Guest> {
    let compiled: WebAssembly.Module;
    try {
      compiled = await module();
    } catch (thrown) {
      throw new NibbleError(Status.Input, `the module cannot be loaded: ${messageOf(thrown)}`);
    }
    this.latest = await Guest.start(compiled, { files: this.files, onLine: this.options.onLine });
    return this.latest;
  }

  private callIn<O extends OpCode>(guest: Guest, op: O, head: RequestOf<O>, blobs: Blobs): ReplyOf<O> {
    const opened = opens.get(op);
    const reply = guest.call(op, this.translate(guest, head), blobs);
    if (opened !== undefined) {
      const fields = reply.head as Head;
      const handle = ++this.lastHandle;
      this.resources.set(handle, { kind: opened, op, head, blobs, guest, handle: fields[opened] ?? 0 });
      fields[opened] = handle;
    }
    return reply;
  }

  private close(op: OpCode, handle = 0): void {
    const resource = this.resources.get(handle);
    this.resources.delete(handle);
    if (resource?.guest === undefined || resource.guest.dead) {
      return;
    }
    const { guest } = resource;
    try {
      guest.call(op, { [resource.kind]: resource.handle } as unknown as RequestOf<OpCode>);
      guest.collect();
    } finally {
      if (guest.dead) {
        this.bury(guest);
      }
    }
  }

  /** Returns a request with the guest's handles in place of the session's. */
  private translate<T>(guest: Guest, head: T): T {
    const fields = head as Head;
    const translated: Head = {};
    for (const kind of kinds) {
      const handle = fields[kind];
      if (handle !== undefined && handle !== 0) {
        translated[kind] = this.handleIn(guest, kind, handle);
      }
    }
    return { ...head, ...translated };
  }

  private handleIn(guest: Guest, kind: Kind, handle: number): number {
    const resource = this.resources.get(handle);
    if (resource?.kind !== kind) {
      throw new NibbleError(Status.Usage, `the ${kind} is not open any more`);
    }
    if (resource.guest !== guest) {
      const reply = guest.call(resource.op, resource.head, resource.blobs);
      resource.handle = (reply.head as Head)[kind] ?? 0;
      resource.guest = guest;
    }
    return resource.handle;
  }

  /** Forgets a guest that died. A conversion cannot go on in another one; the rest is opened again when it is used. */
  private bury(guest: Guest): void {
    if (this.buried.has(guest)) {
      return;
    }
    this.buried.add(guest);
    if (guest === this.ready) {
      this.ready = undefined;
      this.whole = undefined;
    } else {
      this.small = undefined;
    }
    const gone: number[] = [];
    for (const [handle, resource] of this.resources) {
      resource.guest = undefined;
      if (resource.kind === "conversion") {
        this.resources.delete(handle);
        gone.push(handle);
      }
    }
    this.options.onGone?.(gone);
  }
}
