/** Returns a blob of a reply as the numbers that it has. It starts where they are aligned. */
export function uint32s(blob: Uint8Array<ArrayBuffer> | undefined): Uint32Array<ArrayBuffer> {
  return blob === undefined
    ? new Uint32Array(0)
    : new Uint32Array(blob.buffer, blob.byteOffset, blob.byteLength / Uint32Array.BYTES_PER_ELEMENT);
}

/** Returns a blob of a reply as the numbers that it has. It starts where they are aligned. */
export function float32s(blob: Uint8Array<ArrayBuffer> | undefined): Float32Array<ArrayBuffer> {
  return blob === undefined
    ? new Float32Array(0)
    : new Float32Array(blob.buffer, blob.byteOffset, blob.byteLength / Float32Array.BYTES_PER_ELEMENT);
}

/** Returns the bytes of numbers, as a blob of a request. */
export function bytesOf(numbers: Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
