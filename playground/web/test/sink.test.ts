import assert from "node:assert/strict";
import { test } from "node:test";
import { discard, openSink, removeOld } from "../src/engine/sink";

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
  const handle = {
    createWritable: async () => stream,
    getFile: async () => new Blob(["what was there"]),
    remove: async () => void done.push("remove"),
  } as unknown as FileSystemFileHandle;
  const sink = await openSink(handle, 9);
  await sink.write(bytes("x"), 2 ** 33);
  assert.equal(await sink.close(), undefined);
  await (await openSink(handle, 9)).abort();
  assert.deepEqual(done, [{ type: "write", position: 2 ** 33, data: bytes("x") }, "close", "abort"]);
});

test("the empty file that choosing a new name makes goes with what is given up", async () => {
  for (const [failing, want] of [
    ["nothing", ["abort", "remove"]],
    ["abort", ["remove"]],
    ["createWritable", ["remove"]],
  ] as const) {
    const done: string[] = [];
    const fail = (name: string): void => assert.notEqual(name, failing, `${name} fails`);
    const stream = {
      abort: async () => {
        fail("abort");
        done.push("abort");
      },
    };
    const handle = {
      createWritable: async () => {
        fail("createWritable");
        return stream;
      },
      getFile: async () => new Blob([]),
      remove: async () => void done.push("remove"),
    } as unknown as FileSystemFileHandle;
    const givenUp = openSink(handle, 9).then((sink) => sink.abort());
    await (failing === "nothing" ? givenUp : assert.rejects(givenUp, new RegExp(`${failing} fails`)));
    assert.deepEqual(done, want);
  }
  // Not every browser can remove files.
  const unremovable = {
    createWritable: async () => ({ abort: async () => undefined }),
    getFile: async () => new Blob(),
  };
  await (await openSink(unremovable as unknown as FileSystemFileHandle, 9)).abort();
});

/** An origin's private file system with what a sink asks of it. */
function privateFiles(
  room: number,
  accessible = true,
): { files: Map<string, number[]>; removed: string[]; held: Set<string> } {
  const held = new Set<string>();
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
        createSyncAccessHandle: async () => {
          assert.ok(accessible);
          return {
            // No more than three bytes at a time, and none when there is no room.
            write(data: Uint8Array, { at }: { at: number }): number {
              const n = Math.min(3, data.length, room - content.length);
              data.subarray(0, n).forEach((byte, i) => (content[at + i] = byte));
              return n;
            },
            flush: () => undefined,
            close: () => undefined,
          };
        },
        getFile: async () => new Blob([Uint8Array.from(content)]),
      };
    },
  };
  const storage = {
    getDirectory: async () => ({ getDirectoryHandle: async () => directory }),
    estimate: async () => ({ quota: 100, usage: 40 }),
  };
  type Then = (lock: object | null) => Promise<void>;
  const locks = {
    async request(name: string, options: Then | { ifAvailable: true }, then?: Then): Promise<void> {
      if (held.has(name)) {
        return then?.(null);
      }
      held.add(name);
      await (then ?? (options as Then))({ name });
      held.delete(name);
    },
  };
  Object.defineProperty(globalThis, "navigator", { value: { storage, locks }, configurable: true });
  return { files, removed, held };
}

test("a file to download lies in the private file system until it is discarded", async () => {
  const { files, held } = privateFiles(60);
  const sink = await openSink("download", 8);
  await sink.write(bytes("-three"), 3);
  await sink.write(bytes("one"), 0);
  const file = await sink.close();
  assert.equal(await file?.text(), "one-three");
  const { temporary = "" } = sink;
  assert.ok(files.has(temporary));
  assert.deepEqual([...held], [`nibble/${temporary}`]);
  await discard(temporary);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(files.size + held.size, 0);
});

test("files that no page offers any more are removed after an hour", async () => {
  const { files, removed, held } = privateFiles(60);
  const minutesAgo = (minutes: number, what: string): string => `${Date.now() - minutes * 60 * 1000}-${what}`;
  const [old, offered, recent] = [minutesAgo(61, "old"), minutesAgo(61, "offered"), minutesAgo(59, "recent")];
  [old, offered, recent].forEach((name) => files.set(name, []));
  held.add(`nibble/${offered}`);
  await removeOld();
  assert.deepEqual(removed, [old]);
  held.clear();
  await openSink("download", 8);
  assert.deepEqual(removed, [old, offered]);
});

test("a file that cannot be written leaves nothing, and its parts are Blobs", async () => {
  const { files, held } = privateFiles(60, false);
  assert.equal((await openSink("download", 8)).temporary, undefined);
  assert.equal(files.size + held.size, 0);
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
