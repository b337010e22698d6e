import type { Source } from "./source.js";

/** Reads ahead by this much where reads do not follow one another. */
const leastAhead = 16 << 10;

/** Reads ahead by no more than this. Longer reads go past the window. */
const mostAhead = 512 << 10;

/**
 * A BlobSource is a file that the page was given, read in slices: it may be larger than memory. It works in workers
 * alone, which have a FileReaderSync.
 *
 * A read costs a round trip to another process, and parsers of headers read a few bytes at a time. So it keeps a window
 * of the file, twice as long with each read that goes on where the last one ended.
 */
export class BlobSource implements Source {
  private readonly reader = new FileReaderSync();
  private window = new Uint8Array(0);
  private windowAt = 0;
  private ahead = leastAhead;
  private next = 0;

  constructor(private readonly blob: Blob) {}

  get size(): number {
    return this.blob.size;
  }

  read(target: Uint8Array, offset: number): number {
    const length = Math.max(0, Math.min(target.length, this.size - offset));
    this.ahead = offset === this.next ? Math.min(2 * this.ahead, mostAhead) : leastAhead;
    this.next = offset + length;
    if (length >= mostAhead) {
      target.set(this.slice(offset, length));
      return length;
    }
    const inWindow = offset - this.windowAt;
    if (inWindow < 0 || inWindow + length > this.window.length) {
      this.window = this.slice(offset, Math.max(length, this.ahead));
      this.windowAt = offset;
    }
    target.set(this.window.subarray(offset - this.windowAt, offset - this.windowAt + length));
    return length;
  }

  private slice(offset: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.reader.readAsArrayBuffer(this.blob.slice(offset, offset + length)));
  }
}
