import assert from "node:assert/strict";
import { test } from "node:test";
import { openSink } from "../src/engine/sink";

const bytes = (s: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(s);

test("parts that come in any order are one file, where there is no private file system", async () => {
  const sink = await openSink("download", 9);
  await sink.write(bytes("three"), 4);
  await sink.write(bytes("one"), 0);
  await sink.write(bytes("-"), 3);
  const file = await sink.close();
  assert.equal(await file?.text(), "one-three");
  assert.equal(sink.temporary, undefined);
});

test("a file that was chosen is written where the parts belong, and ended or given up", async () => {
  const done: unknown[] = [];
  const stream = {
    write: async (what: unknown) => void done.push(what),
    close: async () => void done.push("close"),
    abort: async () => void done.push("abort"),
  };
  const handle = { createWritable: async () => stream } as unknown as FileSystemFileHandle;
  const sink = await openSink(handle, 9);
  await sink.write(bytes("x"), 2 ** 33);
  assert.equal(await sink.close(), undefined);
  await (await openSink(handle, 9)).abort();
  assert.deepEqual(done, [{ type: "write", position: 2 ** 33, data: bytes("x") }, "close", "abort"]);
});

/** An origin's private file system with what a sink asks of it. */
function privateFiles(room: number): { files: Map<string, number[]>; removed: string[] } {
  const files = new Map<string, number[]>();
  const removed: string[] = [];
  const directory = {
    keys: () => [...files.keys()][Symbol.iterator](),
    removeEntry: async (name: string) => {
      removed.push(name);
      assert.ok(files.delete(name), name);
    },
    getFileHandle: async (name: string) => {
      const content: number[] = [];
      files.set(name, content);
      return {
        createSyncAccessHandle: async () => ({
          // No more than three bytes at a time, and none when there is no room.
          write(data: Uint8Array, { at }: { at: number }): number {
            const n = Math.min(3, data.length, room - content.length);
            data.subarray(0, n).forEach((byte, i) => (content[at + i] = byte));
            return n;
          },
          flush: () => undefined,
          close: () => undefined,
        }),
        getFile: async () => new Blob([Uint8Array.from(content)]),
      };
    },
  };
  const storage = {
    getDirectory: async () => ({ getDirectoryHandle: async () => directory }),
    estimate: async () => ({ quota: 100, usage: 40 }),
  };
  Object.defineProperty(globalThis, "navigator", { value: { storage }, configurable: true });
  return { files, removed };
}

test("a file to download lies in the private file system until it is discarded", async () => {
  const { files, removed } = privateFiles(60);
  files.set(`${Date.now() - 25 * 60 * 60 * 1000}-old`, []);
  files.set(`${Date.now() - 60 * 1000}-new`, []);
  const sink = await openSink("download", 8);
  assert.deepEqual(
    removed.map((name) => name.split("-")[1]),
    ["old"],
  );
  await sink.write(bytes("-three"), 3);
  await sink.write(bytes("one"), 0);
  const file = await sink.close();
  assert.equal(await file?.text(), "one-three");
  assert.ok(sink.temporary !== undefined && files.has(sink.temporary));
});

test("a file that has no room is not begun, and one that outgrows it is given up", async () => {
  const { files } = privateFiles(4);
  assert.equal((await openSink("download", 61)).temporary, undefined);
  assert.equal(files.size, 0);
  const sink = await openSink("download", 8);
  assert.throws(() => sink.write(bytes("12345678"), 0), /no more room/);
  await sink.abort();
  assert.equal(files.size, 0);
});
