import type { StatusCode } from "./error.js";
import type { OpCode, RequestOf } from "./calls.js";

/** A blob of a request on its way to the worker, which encodes text itself. */
export type Payload = Uint8Array | string | Blob;

/** A file on its way to the worker. Its name may have slashes. */
export interface NamedData {
  name: string;
  data: Blob | Uint8Array;
}

/** Where a conversion writes: a file that the user chose, or one to download. */
export type Target = FileSystemFileHandle | "download";

/** What the page asks of the worker. Each has an answer but those about another request, which have that one's id. */
export type Ask =
  | { kind: "call"; op: OpCode; head: RequestOf<OpCode>; blobs: readonly Payload[] }
  | { kind: "mount"; files: NamedData[] }
  | { kind: "unmount"; directory: string }
  | { kind: "load" }
  | { kind: "status" }
  | { kind: "convert"; conversion: number; measure: boolean; bytes: number; target: Target }
  | { kind: "discard"; name: string };

export type Control = "cancel" | "pause" | "resume";

export type ToWorker =
  | { kind: "start"; small: string | undefined; whole: string }
  | { kind: "ask"; id: number; ask: Ask }
  | { kind: "control"; id: number; control: Control };

export interface Status {
  /** whether the whole module runs, or still the small one */
  whole: boolean;
  /** of the running module */
  memoryBytes: number;
  /** open tokenizers, models and so on */
  handles: number;
}

/** How far a conversion is. */
export interface Progress {
  /** of tensors: bytes written, and bytes in all */
  done: number;
  total: number;
  /** the one being written */
  tensor: string;
  /** since the start, without pauses */
  seconds: number;
}

/** What a conversion wrote. */
export interface Written {
  /** to download, if the target was that */
  file: Blob | undefined;
  /** of a temporary file to discard after the download */
  temporary: string | undefined;
  bytes: number;
  seconds: number;
}

export type FromWorker =
  | { kind: "answer"; id: number; value: unknown }
  | { kind: "failure"; id: number; status: StatusCode | undefined; message: string }
  | { kind: "progress"; id: number; progress: Progress }
  | { kind: "gone"; handles: number[] }
  | { kind: "line"; line: string };
