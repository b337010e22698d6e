import { BlobSource } from "./blobsource.js";
import type { Payload } from "./protocol.js";
import { BytesSource, type Source } from "./source.js";

/** Returns what a file of the guest's is read from. */
export function sourceOf(data: Blob | Uint8Array): Source {
  return data instanceof Blob ? new BlobSource(data) : new BytesSource(data);
}

/** Returns a blob of a request. */
export function contentOf(payload: Payload): Uint8Array | Source {
  if (typeof payload === "string") {
    return new TextEncoder().encode(payload);
  }
  return payload instanceof Blob ? new BlobSource(payload) : payload;
}
