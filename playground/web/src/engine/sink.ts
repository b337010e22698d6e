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

/** A file that the user chose. The browser writes a copy, and puts it in the file's place at the end. */
class ChosenFile implements Sink {
  private constructor(private readonly stream: FileSystemWritableFileStream) {}

  static async open(handle: FileSystemFileHandle): Promise<ChosenFile> {
    return new ChosenFile(await handle.createWritable());
  }

  write(bytes: Uint8Array<ArrayBuffer>, offset: number): Promise<void> {
    return this.stream.write({ type: "write", position: offset, data: bytes });
  }

  async close(): Promise<undefined> {
    await this.stream.close();
  }

  abort(): Promise<void> {
    return this.stream.abort();
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
      const name = `${Date.now()}-${crypto.randomUUID()}`;
      const handle = await (await privateDirectory()).getFileHandle(name, { create: true });
      const access = await handle.createSyncAccessHandle?.();
      return access && new PrivateFile(name, handle, access);
    } catch {
      return undefined;
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

/** Temporary files are kept for this long if nobody discards them: a download may take its time. */
const keptFor = 24 * 60 * 60 * 1000;

async function removeOld(): Promise<void> {
  const directory = await privateDirectory();
  for await (const name of directory.keys()) {
    if (Number.parseInt(name, 10) < Date.now() - keptFor) {
      // One that another tab still writes cannot be removed, and is not to be.
      await directory.removeEntry(name).catch(() => undefined);
    }
  }
}

/** Removes a temporary file. */
export async function discard(name: string): Promise<void> {
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
