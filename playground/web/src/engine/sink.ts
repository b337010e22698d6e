import type { Target } from "./protocol.js";

/** A Sink takes the parts of a file in any order. */
export interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>, offset: number): Promise<void> | void;

  /** Ends the file, and returns it if it is to be downloaded. */
  close(): Promise<Blob | undefined>;

  /** Gives the file up. Nothing is left of it. */
  abort(): Promise<void>;

  /** the name of the temporary file that close leaves, if it does */
  readonly temporary?: string;
}

/** Opens a sink for a file of so many bytes. */
export async function openSink(target: Target, bytes: number): Promise<Sink> {
  if (target !== "download") {
    return ChosenFile.open(target);
  }
  return (await PrivateFile.open(bytes)) ?? new Parts();
}

/** A handle as Chromium has it: its file can be removed. */
interface Removable extends FileSystemFileHandle {
  remove?(): Promise<void>;
}

/** A file that the user chose. The browser writes a copy, and puts it in the file's place at the end. */
class ChosenFile implements Sink {
  private constructor(
    private readonly handle: FileSystemFileHandle,
    private readonly stream: FileSystemWritableFileStream,
  ) {}

  static async open(handle: FileSystemFileHandle): Promise<ChosenFile> {
    try {
      return new ChosenFile(handle, await handle.createWritable());
    } catch (thrown) {
      await removeEmpty(handle).catch(() => undefined);
      throw thrown;
    }
  }

  write(bytes: Uint8Array<ArrayBuffer>, offset: number): Promise<void> {
    return this.stream.write({ type: "write", position: offset, data: bytes });
  }

  async close(): Promise<undefined> {
    await this.stream.close();
  }

  async abort(): Promise<void> {
    try {
      await this.stream.abort();
    } finally {
      await removeEmpty(this.handle);
    }
  }
}

/** Removes what choosing a new name made, an empty file. One that was there before is as it was, and has bytes. */
async function removeEmpty(handle: Removable): Promise<void> {
  if ((await handle.getFile()).size === 0) {
    await handle.remove?.();
  }
}

/** The directory for temporary files. */
const directoryName = "nibble";

async function privateDirectory(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(directoryName, { create: true });
}

/** A file of the origin's private file system, from where it can be downloaded without being in memory. */
class PrivateFile implements Sink {
  private constructor(
    readonly temporary: string,
    private readonly handle: FileSystemFileHandle,
    private readonly access: FileSystemSyncAccessHandle,
  ) {}

  /** Returns undefined where there is no such file system, or no room in it. */
  static async open(bytes: number): Promise<PrivateFile | undefined> {
    try {
      await removeOld();
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      if (quota - usage < bytes) {
        return undefined;
      }
      return await PrivateFile.create(`${Date.now()}-${crypto.randomUUID()}`);
    } catch {
      return undefined;
    }
  }

  private static async create(name: string): Promise<PrivateFile> {
    const handle = await (await privateDirectory()).getFileHandle(name, { create: true });
    try {
      const access = await handle.createSyncAccessHandle();
      hold(name);
      return new PrivateFile(name, handle, access);
    } catch (thrown) {
      await discard(name);
      throw thrown;
    }
  }

  write(bytes: Uint8Array<ArrayBuffer>, offset: number): void {
    for (let at = 0; at < bytes.length;) {
      const n = this.access.write(bytes.subarray(at), { at: offset + at });
      if (n === 0) {
        throw new Error("the browser has no more room for the file");
      }
      at += n;
    }
  }

  async close(): Promise<File> {
    this.access.flush();
    this.access.close();
    return this.handle.getFile();
  }

  async abort(): Promise<void> {
    this.access.close();
    await discard(this.temporary);
  }
}

/** Temporary files whose page is gone are kept for this long: a download may go on without it. */
const keptFor = 60 * 60 * 1000;

/** What a page holds for as long as it may offer a temporary file. */
function lockOf(name: string): string {
  return `${directoryName}/${name}`;
}

/** Ends the hold on temporary files that are discarded. */
const holds = new Map<string, () => void>();

/** Holds a temporary file until it is discarded, or this worker ends. */
function hold(name: string): void {
  const held = navigator.locks.request(lockOf(name), () => new Promise<void>((resolve) => holds.set(name, resolve)));
  // Without the lock it is kept for as long as those of pages that are gone.
  held.catch(() => undefined);
}

/** Removes temporary files that nobody discarded, and that no page offers any more. */
export async function removeOld(): Promise<void> {
  const directory = await privateDirectory();
  for await (const name of directory.keys()) {
    if (Number.parseInt(name, 10) < Date.now() - keptFor) {
      await navigator.locks.request(lockOf(name), { ifAvailable: true }, async (lock) => {
        // One that another page still writes cannot be removed, and is not to be.
        await (lock && directory.removeEntry(name).catch(() => undefined));
      });
    }
  }
}

/** Removes a temporary file. */
export async function discard(name: string): Promise<void> {
  holds.get(name)?.();
  holds.delete(name);
  await (await privateDirectory()).removeEntry(name);
}

/** Parts of a file as Blobs, which browsers may put on disk: the last resort. */
class Parts implements Sink {
  private parts: { offset: number; blob: Blob }[] = [];

  write(bytes: Uint8Array<ArrayBuffer>, offset: number): void {
    this.parts.push({ offset, blob: new Blob([bytes]) });
  }

  close(): Promise<Blob> {
    this.parts.sort((a, b) => a.offset - b.offset);
    return Promise.resolve(new Blob(this.parts.map((part) => part.blob)));
  }

  abort(): Promise<void> {
    this.parts = [];
    return Promise.resolve();
  }
}
