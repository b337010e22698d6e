import type { Source } from "./source.js";

/** A blob of a request: bytes, or where to read them. */
export type Blobs = readonly (Uint8Array | Source)[];

/** Parts of a message start at a multiple of this. */
const partAlignment = 8;

function aligned(offset: number): number {
  return Math.ceil(offset / partAlignment) * partAlignment;
}

function lengthOf(part: Uint8Array | Source): number {
  return part instanceof Uint8Array ? part.length : part.size;
}

/** Returns the length of the message of some parts. */
export function messageLength(parts: Blobs): number {
  return parts.reduce((at, part) => aligned(at) + lengthOf(part), 4 + 4 * parts.length);
}

/** Writes a message to target, which is as long as messageLength says. */
export function writeMessage(target: Uint8Array, parts: Blobs): void {
  const header = new DataView(target.buffer, target.byteOffset, 4 + 4 * parts.length);
  header.setUint32(0, parts.length, true);
  let at = header.byteLength;
  parts.forEach((part, i) => {
    header.setUint32(4 + 4 * i, lengthOf(part), true);
    const start = aligned(at);
    target.fill(0, at, start);
    at = start + lengthOf(part);
    if (part instanceof Uint8Array) {
      target.set(part, start);
    } else if (part.read(target.subarray(start, at), 0) !== part.size) {
      throw new RangeError("a file ends early");
    }
  });
}

/** Returns the parts of a message, which are views of it. */
export function readMessage(message: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const count = view.getUint32(0, true);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let at = 4 + 4 * count;
  for (let i = 0; i < count; i++) {
    const start = aligned(at);
    at = start + view.getUint32(4 + 4 * i, true);
    if (at > message.length) {
      throw new RangeError("malformed message");
    }
    parts.push(message.subarray(start, at));
  }
  return parts;
}
