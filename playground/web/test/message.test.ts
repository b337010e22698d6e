import assert from "node:assert/strict";
import { test } from "node:test";
import { messageLength, readMessage, writeMessage } from "../src/engine/message";
import { BytesSource } from "../src/engine/source";

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

function message(...parts: (Uint8Array | BytesSource)[]): Uint8Array<ArrayBuffer> {
  // Memory that a message is written to is not clean.
  const target = new Uint8Array(messageLength(parts)).fill(0xff);
  writeMessage(target, parts);
  return target;
}

test("a message has the bytes that package wasm gives it", () => {
  const want = [2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d, 0, 0, 0, 0, 0, 0, 0x61, 0x62, 0x63];
  assert.deepEqual([...message(text("{}"), text("abc"))], want);
  assert.deepEqual([...message(text("{}"), new BytesSource(text("abc")))], want);
});

test("parts come back as they were, where numbers are aligned", () => {
  for (let count = 1; count < 9; count++) {
    const parts = Array.from({ length: count }, (_, i) => text("x".repeat((5 * i) % 17)));
    const read = readMessage(message(...parts));
    assert.deepEqual(read.map(String), parts.map(String));
    assert.ok(read.every((part) => part.byteOffset % 8 === 0));
  }
});

test("bytes that are no message", () => {
  const whole = message(text("{}"), text("abc"));
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => readMessage(whole.slice(0, length)), RangeError, `${length} bytes`);
  }
});

test("a file that ends before its size says", () => {
  const short = { size: 5, read: () => 3 };
  assert.throws(() => writeMessage(new Uint8Array(messageLength([short])), [short]), /ends early/);
});
