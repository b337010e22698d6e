import { Errno } from "./errno.js";
import { DirectoryNode, FileNode, Files, type Node } from "./files.js";
import { Lines } from "./lines.js";
import { Memory } from "./memory.js";
import type { Call } from "./wasi.js";

/** A Descriptor is an open file or directory. */
interface Descriptor {
  node: Node;
  position: number;
  /** names of a directory at the time it was first listed, so that a listing goes on where it was */
  listed?: string[];
}

const filetype = { unknown: 0, characterDevice: 2, directory: 3, regularFile: 4 } as const;
const openFlags = { create: 1, directory: 2, truncate: 8 } as const;
const rightToWrite = 1n << 6n;
const direntBytes = 24;
const filestatBytes = 64;
const fdstatBytes = 24;

/** The directory that a guest finds open, and where it sees it. */
const preopened = 3;
const preopenedName = new TextEncoder().encode("/");

/** Returns the functions that read files, and write to the standard output and error. */
export function fileCalls(memory: Memory, files: Files, onLine: (line: string) => void): Record<string, Call> {
  const descriptors = new Map<number, Descriptor>([[preopened, { node: files.root, position: 0 }]]);
  const printed = new Map([1, 2].map((fd) => [fd, new Lines(onLine)]));
  const decoder = new TextDecoder();
  let last = preopened;

  // Returns the descriptor of a file, which directories have nothing to read in.
  const fileOf = (fd: number): (Descriptor & { node: FileNode }) | Errno => {
    const descriptor = descriptors.get(fd);
    if (descriptor === undefined) {
      return Errno.Badf;
    }
    return isFile(descriptor) ? descriptor : Errno.Isdir;
  };

  const lookUp = (fd: number, path: number, pathLength: number): Node | Errno => {
    const from = descriptors.get(fd)?.node;
    if (from === undefined) {
      return Errno.Badf;
    }
    if (from instanceof FileNode) {
      return Errno.Notdir;
    }
    return files.find(from, decoder.decode(memory.bytes(path, pathLength)));
  };

  // Calls do with each buffer of a list what they do, until one is not filled.
  const eachBuffer = (vectors: number, count: number, use: (buffer: Uint8Array) => number): number => {
    let total = 0;
    for (let i = 0; i < count; i++) {
      const vector = (vectors >>> 0) + 8 * i;
      const buffer = memory.bytes(memory.view.getUint32(vector, true), memory.view.getUint32(vector + 4, true));
      const n = use(buffer);
      total += n;
      if (n < buffer.length) {
        break;
      }
    }
    return total;
  };

  // Returns how many bytes it read, or undefined if the file changed or went away under the page.
  const readAt = (file: FileNode, offset: number, vectors: number, count: number): number | undefined => {
    try {
      return eachBuffer(vectors, count, (buffer) => {
        const n = file.source.read(buffer, offset);
        offset += n;
        return n;
      });
    } catch {
      return undefined;
    }
  };

  const writeStat = (address: number, node: Node): Errno => {
    memory.bytes(address, filestatBytes).fill(0);
    const view = memory.view;
    const at = address >>> 0;
    view.setBigUint64(at + 8, BigInt(node.inode), true);
    view.setUint8(at + 16, typeOf(node));
    view.setBigUint64(at + 24, 1n, true);
    view.setBigUint64(at + 32, BigInt(node instanceof FileNode ? node.source.size : 0), true);
    return Errno.Success;
  };

  return {
    fd_write(fd: number, vectors: number, count: number, result: number): Errno {
      const lines = printed.get(fd);
      if (lines === undefined) {
        return descriptors.has(fd) ? Errno.Rofs : Errno.Badf;
      }
      const n = eachBuffer(vectors, count, (buffer) => {
        lines.add(buffer);
        return buffer.length;
      });
      memory.view.setUint32(result >>> 0, n, true);
      return Errno.Success;
    },

    fd_read(fd: number, vectors: number, count: number, result: number): Errno {
      const file = fileOf(fd);
      if (typeof file === "number") {
        return file;
      }
      const n = readAt(file.node, file.position, vectors, count);
      if (n === undefined) {
        return Errno.Io;
      }
      file.position += n;
      memory.view.setUint32(result >>> 0, n, true);
      return Errno.Success;
    },

    fd_pread(fd: number, vectors: number, count: number, offset: bigint, result: number): Errno {
      const file = fileOf(fd);
      if (typeof file === "number") {
        return file;
      }
      const position = exact(offset);
      if (position === undefined) {
        return Errno.Inval;
      }
      const n = readAt(file.node, position, vectors, count);
      if (n === undefined) {
        return Errno.Io;
      }
      memory.view.setUint32(result >>> 0, n, true);
      return Errno.Success;
    },

    fd_pwrite(fd: number): Errno {
      return descriptors.has(fd) ? Errno.Rofs : Errno.Badf;
    },

    fd_close(fd: number): Errno {
      return fd !== preopened && descriptors.delete(fd) ? Errno.Success : Errno.Badf;
    },

    fd_fdstat_get(fd: number, address: number): Errno {
      const node = descriptors.get(fd)?.node;
      if (node === undefined && !printed.has(fd)) {
        return Errno.Badf;
      }
      memory.bytes(address, fdstatBytes).fill(0);
      memory.view.setUint8(address >>> 0, node === undefined ? filetype.characterDevice : typeOf(node));
      // All rights but to write; those to be had are what the calls here do.
      memory.view.setBigUint64((address >>> 0) + 8, 0xffffffffn & ~rightToWrite, true);
      memory.view.setBigUint64((address >>> 0) + 16, 0xffffffffn & ~rightToWrite, true);
      return Errno.Success;
    },

    // Nothing here blocks, so it does not matter who asks not to be blocked.
    fd_fdstat_set_flags(fd: number): Errno {
      return descriptors.has(fd) || printed.has(fd) ? Errno.Success : Errno.Badf;
    },

    fd_filestat_get(fd: number, address: number): Errno {
      const node = descriptors.get(fd)?.node;
      return node === undefined ? Errno.Badf : writeStat(address, node);
    },

    fd_prestat_get(fd: number, address: number): Errno {
      if (fd !== preopened) {
        return Errno.Badf;
      }
      memory.view.setUint32(address >>> 0, 0, true);
      memory.view.setUint32((address >>> 0) + 4, preopenedName.length, true);
      return Errno.Success;
    },

    fd_prestat_dir_name(fd: number, address: number, length: number): Errno {
      if (fd !== preopened || length < preopenedName.length) {
        return fd === preopened ? Errno.Inval : Errno.Badf;
      }
      memory.bytes(address, preopenedName.length).set(preopenedName);
      return Errno.Success;
    },

    fd_readdir(fd: number, address: number, length: number, cookie: bigint, result: number): Errno {
      const descriptor = descriptors.get(fd);
      const directory = descriptor?.node;
      if (descriptor === undefined || !(directory instanceof DirectoryNode)) {
        return descriptor === undefined ? Errno.Badf : Errno.Notdir;
      }
      if (cookie === 0n || descriptor.listed === undefined) {
        descriptor.listed = [...directory.entries.keys()].sort();
      }
      // An entry that has no room is cut, by which the guest knows that there are more.
      const target = memory.bytes(address, length);
      let written = 0;
      for (let i = Number(cookie); i < descriptor.listed.length && written < target.length; i++) {
        const entry = dirent(directory, descriptor.listed[i] ?? "", i + 1).subarray(0, target.length - written);
        target.set(entry, written);
        written += entry.length;
      }
      memory.view.setUint32(result >>> 0, written, true);
      return Errno.Success;
    },

    path_open(
      fd: number,
      _lookup: number,
      path: number,
      pathLength: number,
      flags: number,
      rights: bigint,
      _inheriting: bigint,
      _fdFlags: number,
      result: number,
    ): Errno {
      const node = lookUp(fd, path, pathLength);
      if ((flags & (openFlags.create | openFlags.truncate)) !== 0 || (rights & rightToWrite) !== 0n) {
        return Errno.Rofs;
      }
      if (typeof node === "number") {
        return node;
      }
      if ((flags & openFlags.directory) !== 0 && node instanceof FileNode) {
        return Errno.Notdir;
      }
      descriptors.set(++last, { node, position: 0 });
      memory.view.setUint32(result >>> 0, last, true);
      return Errno.Success;
    },

    path_filestat_get(fd: number, _lookup: number, path: number, pathLength: number, address: number): Errno {
      const node = lookUp(fd, path, pathLength);
      return typeof node === "number" ? node : writeStat(address, node);
    },

    // There are no symbolic links.
    path_readlink(fd: number, path: number, pathLength: number): Errno {
      const node = lookUp(fd, path, pathLength);
      return typeof node === "number" ? node : Errno.Inval;
    },
  };
}

function isFile(descriptor: Descriptor): descriptor is Descriptor & { node: FileNode } {
  return descriptor.node instanceof FileNode;
}

function typeOf(node: Node): number {
  return node instanceof FileNode ? filetype.regularFile : filetype.directory;
}

/** Returns an offset as a number, or undefined if a number cannot hold it. */
function exact(offset: bigint): number | undefined {
  return offset >= 0n && offset <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(offset) : undefined;
}

function dirent(directory: DirectoryNode, name: string, next: number): Uint8Array {
  const node = directory.entries.get(name);
  const bytes = new TextEncoder().encode(name);
  const entry = new Uint8Array(direntBytes + bytes.length);
  const view = new DataView(entry.buffer);
  view.setBigUint64(0, BigInt(next), true);
  view.setBigUint64(8, BigInt(node?.inode ?? 0), true);
  view.setUint32(16, bytes.length, true);
  view.setUint8(20, node === undefined ? filetype.unknown : typeOf(node));
  entry.set(bytes, direntBytes);
  return entry;
}
