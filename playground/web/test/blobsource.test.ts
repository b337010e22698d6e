import assert from "node:assert/strict";
import { test } from "node:test";
import { BlobSource } from "../src/engine/blobsource";

const content = Uint8Array.from({ length: 3 << 20 }, (_, i) => (i * 31 + (i >> 8)) % 256);

/** What the page gives a worker, as far as it is used: Node has no FileReaderSync, and its Blobs cannot be read at once. */
const blob = {
  size: content.length,
  slice: (from: number, to: number) => content.slice(from, to),
} as unknown as Blob;

let read: number[] = [];
Object.assign(globalThis, {
  FileReaderSync: class {
    readAsArrayBuffer(slice: Uint8Array): ArrayBufferLike {
      read.push(slice.length);
      return slice.buffer;
    }
  },
});

function source(): BlobSource {
  read = [];
  return new BlobSource(blob);
}

function readAt(from: BlobSource, offset: number, length: number): Uint8Array {
  const target = new Uint8Array(length);
  return target.subarray(0, from.read(target, offset));
}

test("every read has the bytes that are there", () => {
  const from = source();
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below;
  for (let i = 0; i < 2000; i++) {
    const offset = random(content.length + 1000);
    const length = random(3) === 0 ? random(1 << 20) : random(5000);
    assert.deepEqual(readAt(from, offset, length), content.subarray(offset, offset + length));
  }
});

test("a header that is parsed bit by bit takes few slices", () => {
  const from = source();
  for (let at = 0; at < 1 << 20; at += 13) {
    readAt(from, at, 13);
  }
  assert.ok(read.length < 12, `${read.length} slices`);
});

test("rows here and there read little more than themselves", () => {
  const from = source();
  for (let at = 0; at < content.length; at += 100_000) {
    readAt(from, at, 1000);
  }
  const total = read.reduce((a, b) => a + b, 0);
  assert.ok(total < 32 * 32 * 1024, `${total} bytes read`);
});

test("long reads are one slice each", () => {
  const from = source();
  readAt(from, 0, 1 << 20);
  readAt(from, 1 << 20, 1 << 20);
  assert.deepEqual(read, [1 << 20, 1 << 20]);
});

test("nothing is read behind the end", () => {
  const from = source();
  assert.equal(readAt(from, content.length, 10).length, 0);
  assert.equal(readAt(from, content.length + 10, 10).length, 0);
  assert.deepEqual(readAt(from, content.length - 3, 10), content.subarray(content.length - 3));
});
