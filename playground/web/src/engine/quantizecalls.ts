import { Op, type QuantizeType } from "./abi.gen.js";
import type { Caller } from "./caller.js";
import { bytesOf, float32s } from "./numbers.js";

/** How weights are rows. */
export interface Rows {
  /** the length of a row; all of the weights if it is not given */
  columns?: number;
  /** a number for each column */
  importance?: Float32Array;
}

/** Lists the types of weights. */
export async function types(caller: Caller): Promise<QuantizeType[]> {
  return (await caller.call(Op.QuantizeTypes, {})).head.types;
}

/** Encodes rows of weights in a type, such as Q4_K. */
export async function quantize(
  caller: Caller,
  type: string,
  weights: Float32Array,
  options: Rows = {},
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { columns = weights.length, importance } = options;
  const blobs = importance === undefined ? [weights] : [weights, importance];
  if (!blobs.every((blob) => blob instanceof Float32Array)) {
    throw new TypeError("weights and importance are Float32Arrays: Float32Array.from(values) makes one");
  }
  const reply = await caller.call(Op.QuantizeEncode, { type, columns }, blobs.map(bytesOf), signal);
  return reply.blobs[0] ?? new Uint8Array(0);
}

/** Decodes rows of a type, each of so many weights as columns says. */
export async function dequantize(
  caller: Caller,
  type: string,
  blocks: Uint8Array,
  options: { columns: number },
  signal?: AbortSignal,
): Promise<Float32Array> {
  if (!(blocks instanceof Uint8Array)) {
    throw new TypeError("blocks are a Uint8Array");
  }
  const reply = await caller.call(Op.QuantizeDecode, { type, ...options }, [blocks], signal);
  return float32s(reply.blobs[0]);
}
