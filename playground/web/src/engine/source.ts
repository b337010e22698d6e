/** A Source is where the bytes of a file come from. It is read synchronously, as the guest reads. */
export interface Source {
  readonly size: number;

  /** Reads from offset on until target is full or the file ends, and returns how many bytes it read. */
  read(target: Uint8Array, offset: number): number;

  /** Gives back what reading takes, once nobody reads any more. */
  close?(): void;
}

/** A BytesSource is a file that is in memory. */
export class BytesSource implements Source {
  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  read(target: Uint8Array, offset: number): number {
    const part = this.bytes.subarray(offset, offset + target.length);
    target.set(part);
    return part.length;
  }
}
