import { KernelsModule, MaxParts, Status, Version, type Failure } from "./abi.gen.js";
import type { OpCode, ReplyOf, RequestOf } from "./calls.js";
import { messageOf, NibbleError, type StatusCode } from "./error.js";
import { Files } from "./files.js";
import { Kernels } from "./kernels.js";
import { Memory } from "./memory.js";
import { messageLength, readMessage, writeMessage, type Blobs } from "./message.js";
import { wasi } from "./wasi.js";

/** What a guest exports. */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  nibble_abi(): number;
  nibble_request(length: number): number;
  nibble_call(op: number, length: number): number;
  nibble_reply_address(): number;
  nibble_reply_length(): number;
  nibble_collect(): void;
}

export interface GuestOptions {
  /** what the guest sees as its file system; nothing if not given */
  files?: Files;
  /** takes what the guest prints, which is the last words of one that dies */
  onLine?: (line: string) => void;
}

/** The most bytes of a request: a guest's addresses have 32 bits. */
const mostBytes = 2 ** 31;

/** How many of the last lines that a guest printed are kept, to say why it died. */
const linesKept = 200;

/** A Guest is an instance of nibble's WebAssembly module. Calls are synchronous. */
export class Guest {
  private death: NibbleError | undefined;

  private constructor(
    private readonly exports: Exports,
    private readonly memory: Memory,
    private readonly printed: string[],
  ) {}

  /** Makes an instance of a compiled module. */
  static async start(module: WebAssembly.Module, options: GuestOptions = {}): Promise<Guest> {
    const memory = new Memory();
    const printed: string[] = [];
    const onLine = (line: string): void => {
      if (printed.push(line) > linesKept) {
        printed.shift();
      }
      options.onLine?.(line);
    };
    const imports = wasi({ memory, files: options.files ?? new Files(), onLine });
    const kernels = await Kernels.of(module);
    const instance = await WebAssembly.instantiate(module, {
      wasi_snapshot_preview1: imports,
      [KernelsModule]: kernels.imports(),
    });
    const exports = instance.exports as unknown as Exports;
    memory.attach(exports.memory);
    await kernels.attach(exports.memory);
    const guest = new Guest(exports, memory, printed);
    const version = guest.run(() => {
      exports._initialize();
      return exports.nibble_abi();
    });
    if (version !== Version) {
      throw new NibbleError(
        Status.Internal,
        "the module is of another version of nibble than this script: reload the page",
      );
    }
    return guest;
  }

  /** Reports whether the guest is of no more use: it trapped, or found a fault in itself. */
  get dead(): boolean {
    return this.death !== undefined;
  }

  /** The length of the guest's memory, which never shrinks. */
  get memoryBytes(): number {
    return this.memory.length;
  }

  /** Makes a call. It throws a NibbleError. */
  call<O extends OpCode>(op: O, head: RequestOf<O>, blobs: Blobs = []): ReplyOf<O> {
    const parts = [new TextEncoder().encode(JSON.stringify(head)), ...blobs];
    if (parts.length > MaxParts) {
      throw new NibbleError(Status.Limit, `a request of ${blobs.length} blobs is too long`);
    }
    const length = messageLength(parts);
    if (length >= mostBytes) {
      throw new NibbleError(Status.Limit, `a request of ${length} bytes is too long`);
    }
    const address = this.run(() => this.exports.nibble_request(length));
    try {
      writeMessage(this.memory.bytes(address, length), parts);
    } catch (thrown) {
      throw new NibbleError(Status.Input, messageOf(thrown));
    }
    const status = this.run(() => this.exports.nibble_call(op, length)) as StatusCode;
    // One copy makes the reply the host's, so that its blobs can be used and given away as they are.
    const reply = readMessage(
      this.memory.bytes(this.exports.nibble_reply_address(), this.exports.nibble_reply_length()).slice(),
    );
    const [json, ...rest] = reply;
    const value: unknown = JSON.parse(new TextDecoder().decode(json));
    if (status !== Status.OK) {
      const error = new NibbleError(status, (value as Failure).message);
      if (status === Status.Internal) {
        this.death = error;
      }
      throw error;
    }
    return { head: value, blobs: rest } as ReplyOf<O>;
  }

  /** Collects garbage, so that what is opened next takes its place instead of more memory. */
  collect(): void {
    this.run(() => this.exports.nibble_collect());
  }

  /** Runs code of the guest. Whatever it throws is the guest's end. */
  private run<T>(code: () => T): T {
    if (this.death !== undefined) {
      throw new NibbleError(Status.Internal, `the module stopped earlier: ${this.death.message}`);
    }
    try {
      return code();
    } catch (thrown) {
      this.death = this.lastWords(thrown);
      throw this.death;
    }
  }

  private lastWords(thrown: unknown): NibbleError {
    const line = this.printed.find((line) => /^(fatal error|panic|runtime): /.test(line));
    if (line !== undefined && /out of memory|cannot allocate/.test(line)) {
      return new NibbleError(Status.Limit, "the module ran out of memory");
    }
    return new NibbleError(Status.Internal, `the module stopped: ${line ?? messageOf(thrown)}`);
  }
}
