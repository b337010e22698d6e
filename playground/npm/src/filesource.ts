import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Source } from "../../web/src/engine/source.js";

/** A FileSource is a file of Node's, which is opened when it is first read. */
export class FileSource implements Source {
  private fd: number | undefined;
  private length: number | undefined;

  constructor(private readonly path: string) {}

  get size(): number {
    this.length ??= this.sizeOf();
    return this.length;
  }

  read(target: Uint8Array, offset: number): number {
    const fd = this.open();
    let total = 0;
    while (total < target.length) {
      const n = readSync(fd, target, total, target.length - total, offset + total);
      if (n === 0) {
        break;
      }
      total += n;
    }
    return total;
  }

  close(): void {
    if (this.fd !== undefined) {
      closeSync(this.fd);
      this.fd = undefined;
    }
  }

  private open(): number {
    this.fd ??= openSync(this.path, "r");
    return this.fd;
  }

  /** What is no file, such as a pipe, would never come to its end: it counts as empty. */
  private sizeOf(): number {
    const stat = statSync(this.path, { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat.size : 0;
  }
}
