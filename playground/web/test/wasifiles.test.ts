import assert from "node:assert/strict";
import { test } from "node:test";
import { Errno } from "../src/engine/errno";
import { Files } from "../src/engine/files";
import { Memory } from "../src/engine/memory";
import { BytesSource, type Source } from "../src/engine/source";
import { fileCalls } from "../src/engine/wasifiles";

const root = 3;
const openDirectory = 2;
const rightToWrite = 1n << 6n;
const fiveGiB = 5 * 2 ** 30;

/** A file that is larger than 32 bits can say, whose bytes are the lowest of their offsets. */
const huge: Source = {
  size: fiveGiB,
  read(target, offset) {
    const n = Math.max(0, Math.min(target.length, fiveGiB - offset));
    for (let i = 0; i < n; i++) {
      target[i] = (offset + i) % 251;
    }
    return n;
  },
};

const broken: Source = {
  size: 10,
  read() {
    throw new Error("the file went away");
  },
};

/** A guest of which there is only the memory. Paths and buffers have places of their own in it. */
class Caller {
  readonly lines: string[] = [];
  private readonly memory = new Memory();
  private readonly calls;
  private readonly at = { vector: 0, result: 16, path: 1024, buffer: 4096 };

  constructor(files: Files) {
    this.memory.attach(new WebAssembly.Memory({ initial: 1 }));
    this.calls = fileCalls(this.memory, files, (line) => this.lines.push(line));
  }

  call(name: string, ...args: (number | bigint)[]): number {
    const call = this.calls[name];
    assert.ok(call, name);
    return (call as (...args: (number | bigint)[]) => number)(...args);
  }

  /** Calls what takes a path after the descriptor, and some numbers behind that. */
  path(name: string, fd: number, path: string, before: number[], ...behind: (number | bigint)[]): number {
    const bytes = new TextEncoder().encode(path);
    this.memory.bytes(this.at.path, bytes.length).set(bytes);
    return this.call(name, fd, ...before, this.at.path, bytes.length, ...behind);
  }

  open(path: string, flags = 0, rights = 0n, from = root): { errno: number; fd: number } {
    const errno = this.path("path_open", from, path, [0], flags, rights, 0n, 0, this.at.result);
    return { errno, fd: this.memory.view.getUint32(this.at.result, true) };
  }

  read(name: "fd_read" | "fd_pread", fd: number, length: number, ...offset: bigint[]): number | number[] {
    this.memory.view.setUint32(this.at.vector, this.at.buffer, true);
    this.memory.view.setUint32(this.at.vector + 4, length, true);
    const errno = this.call(name, fd, this.at.vector, 1, ...offset, this.at.result);
    const n = this.memory.view.getUint32(this.at.result, true);
    return errno === Errno.Success ? [...this.memory.bytes(this.at.buffer, n)] : errno;
  }

  write(fd: number, text: string): number {
    const bytes = new TextEncoder().encode(text);
    this.memory.bytes(this.at.buffer, bytes.length).set(bytes);
    this.memory.view.setUint32(this.at.vector, this.at.buffer, true);
    this.memory.view.setUint32(this.at.vector + 4, bytes.length, true);
    return this.call("fd_write", fd, this.at.vector, 1, this.at.result);
  }

  stat(path: string): number | { type: number; size: bigint } {
    const errno = this.path("path_filestat_get", root, path, [1], this.at.buffer);
    return errno === Errno.Success ? this.statAt() : errno;
  }

  statOf(fd: number): number | { type: number; size: bigint } {
    const errno = this.call("fd_filestat_get", fd, this.at.buffer);
    return errno === Errno.Success ? this.statAt() : errno;
  }

  /** Lists a directory as Go does: what is cut at the end of the buffer is asked for again. */
  list(fd: number, length: number): string[] {
    const names: string[] = [];
    let cookie = 0n;
    for (;;) {
      assert.equal(this.call("fd_readdir", fd, this.at.buffer, length, cookie, this.at.result), Errno.Success);
      const used = this.memory.view.getUint32(this.at.result, true);
      let at = 0;
      while (at + 24 <= used) {
        const entry = this.at.buffer + at;
        const end = at + 24 + this.memory.view.getUint32(entry + 16, true);
        if (end > used) {
          break;
        }
        names.push(new TextDecoder().decode(this.memory.bytes(entry + 24, end - at - 24)));
        cookie = this.memory.view.getBigUint64(entry, true);
        at = end;
      }
      if (used < length) {
        return names;
      }
      assert.ok(at > 0, "no entry has room in the buffer");
    }
  }

  private statAt(): { type: number; size: bigint } {
    const view = this.memory.view;
    return { type: view.getUint8(this.at.buffer + 16), size: view.getBigUint64(this.at.buffer + 32, true) };
  }
}

function caller(): Caller {
  const files = new Files();
  files.mount("/in/1/a.bin", new BytesSource(Uint8Array.from([1, 2, 3, 4, 5])));
  files.mount("/in/1/huge.bin", huge);
  files.mount("/in/1/sub/broken.bin", broken);
  return new Caller(files);
}

test("files are read from where they are, and from anywhere", () => {
  const c = caller();
  const { errno, fd } = c.open("in/1/a.bin");
  assert.equal(errno, Errno.Success);
  assert.deepEqual(c.read("fd_read", fd, 2), [1, 2]);
  assert.deepEqual(c.read("fd_read", fd, 9), [3, 4, 5]);
  assert.deepEqual(c.read("fd_read", fd, 9), []);
  assert.deepEqual(c.read("fd_pread", fd, 2, 1n), [2, 3]);
  assert.equal(c.call("fd_close", fd), Errno.Success);
  assert.equal(c.read("fd_read", fd, 1), Errno.Badf);
  assert.equal(c.call("fd_close", fd), Errno.Badf);
});

test("offsets beyond 4 GiB are exact", () => {
  const c = caller();
  const { fd } = c.open("in/1/huge.bin");
  assert.deepEqual(c.statOf(fd), { type: 4, size: BigInt(fiveGiB) });
  const offset = 2 ** 32 + 12345;
  assert.deepEqual(c.read("fd_pread", fd, 1, BigInt(offset)), [offset % 251]);
  assert.deepEqual(c.read("fd_pread", fd, 9, BigInt(fiveGiB - 1)), [(fiveGiB - 1) % 251]);
  assert.deepEqual(c.read("fd_pread", fd, 9, BigInt(fiveGiB)), []);
  assert.equal(c.read("fd_pread", fd, 9, 2n ** 60n), Errno.Inval);
});

test("no path leads out", () => {
  const c = caller();
  for (const path of ["/in/1/a.bin", "../in/1/a.bin", "in/../../in/1/a.bin", ".."]) {
    assert.equal(c.open(path).errno, Errno.Notcapable, path);
    assert.equal(c.stat(path), Errno.Notcapable, path);
  }
  const { fd } = c.open("in/1/sub", openDirectory);
  assert.equal(c.open("../a.bin", 0, 0n, fd).errno, Errno.Notcapable);
  assert.equal(c.open("../1/./sub//../a.bin", 0, 0n, c.open("in/1", openDirectory).fd).errno, Errno.Notcapable);
  assert.equal(c.open("in/./1//sub/../a.bin").errno, Errno.Success);
});

test("what is not there, and what is something else", () => {
  const c = caller();
  assert.equal(c.open("in/1/b.bin").errno, Errno.Noent);
  assert.equal(c.open("in/1/a.bin/c").errno, Errno.Notdir);
  assert.equal(c.open("in/1/a.bin/").errno, Errno.Notdir);
  assert.equal(c.open("in/1/a.bin", openDirectory).errno, Errno.Notdir);
  assert.equal(c.read("fd_read", c.open("in/1").fd, 1), Errno.Isdir);
  assert.equal(c.open("a", 0, 0n, c.open("in/1/a.bin").fd).errno, Errno.Notdir);
  assert.equal(c.open("a", 0, 0n, 99).errno, Errno.Badf);
  assert.deepEqual(c.stat("in"), { type: 3, size: 0n });
  assert.deepEqual(c.stat("."), { type: 3, size: 0n });
  assert.equal(c.path("path_readlink", root, "in/1/a.bin", [], 0, 0, 0), Errno.Inval);
  assert.equal(c.read("fd_read", c.open("in/1/sub/broken.bin").fd, 4), Errno.Io);
  assert.equal(c.read("fd_pread", c.open("in/1/sub/broken.bin").fd, 4, 0n), Errno.Io);
});

test("nothing is written", () => {
  const c = caller();
  for (const flags of [1, 8, 9]) {
    assert.equal(c.open("in/1/a.bin", flags).errno, Errno.Rofs);
    assert.equal(c.open("in/1/new.bin", flags).errno, Errno.Rofs);
  }
  assert.equal(c.open("in/1/a.bin", 0, rightToWrite).errno, Errno.Rofs);
  const { fd } = c.open("in/1/a.bin");
  assert.equal(c.write(fd, "x"), Errno.Rofs);
  assert.equal(c.call("fd_pwrite", fd, 0, 1, 0n, 0), Errno.Rofs);
  assert.equal(c.write(99, "x"), Errno.Badf);
  assert.deepEqual(c.read("fd_read", fd, 9), [1, 2, 3, 4, 5]);
});

test("directories are listed whole, whatever the buffer", () => {
  const files = new Files();
  const names = Array.from({ length: 100 }, (_, i) => `file-${String(i).padStart(3, "0")}`.repeat(1 + (i % 3)));
  for (const name of [...names].reverse()) {
    files.mount(`/d/${name}`, new BytesSource(new Uint8Array(0)));
  }
  const c = new Caller(files);
  const { fd } = c.open("d", openDirectory);
  for (const length of [60, 100, 1000, 50000]) {
    assert.deepEqual(c.list(fd, length), [...names].sort(), `a buffer of ${length} bytes`);
  }
});

test("what the guest prints comes in lines", () => {
  const c = caller();
  c.write(2, "fatal ");
  c.write(2, "error\ngoroutine 1");
  c.write(1, "hello\n");
  assert.deepEqual(c.lines, ["fatal error", "hello"]);
});

test("the root is the one directory that is found open", () => {
  const c = caller();
  assert.equal(c.call("fd_prestat_get", root, 0), Errno.Success);
  assert.equal(c.call("fd_prestat_get", root + 1, 0), Errno.Badf);
  assert.equal(c.call("fd_close", root), Errno.Badf);
});
