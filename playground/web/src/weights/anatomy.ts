import type { QuantizeAnatomy as Anatomy, QuantizeSpan as Span } from "../engine/abi.gen.js";

/** A Part is one of a field's. */
export interface Part {
  field: number;
  index: number;
}

/** What belongs together, as sets of indices. */
export interface Links {
  bytes: Set<number>;
  parts: Part[];
  weights: Range[];
}

/** A Range of weights, without its end. */
export interface Range {
  start: number;
  end: number;
}

/** bytesOf lists the bytes that hold a part. */
function bytesOf(spans: readonly Span[]): Set<number> {
  const bytes = new Set<number>();
  for (const { bit, width } of spans) {
    for (let byte = bit >> 3; byte <= (bit + width - 1) >> 3; byte++) {
      bytes.add(byte);
    }
  }
  return bytes;
}

/** fieldOfBits says for each bit of a block which field's it is; -1: no field's. */
export function fieldOfBits(anatomy: Anatomy, bytes: number): Int8Array {
  const owners = new Int8Array(8 * bytes).fill(-1);
  anatomy.fields.forEach((field, f) => {
    for (const spans of field.spans) {
      for (const { bit, width } of spans) {
        owners.fill(f, bit, bit + width);
      }
    }
  });
  return owners;
}

/** partsOfBytes lists for each byte the parts that have bits in it. */
export function partsOfBytes(anatomy: Anatomy, bytes: number): Part[][] {
  const parts: Part[][] = Array.from({ length: bytes }, () => []);
  anatomy.fields.forEach((field, f) => {
    field.spans.forEach((spans, index) => {
      for (const byte of bytesOf(spans)) {
        parts[byte]?.push({ field: f, index });
      }
    });
  });
  return parts;
}

function rangeOf(anatomy: Anatomy, part: Part): Range {
  const each = anatomy.fields[part.field]?.each ?? 1;
  const start = part.index * each;
  return { start, end: Math.min(start + each, anatomy.weights.length) };
}

/** linksOfByte are the parts with bits in a byte and the weights that they are about. */
export function linksOfByte(anatomy: Anatomy, parts: readonly Part[], byte: number): Links {
  return { bytes: new Set([byte]), parts: [...parts], weights: parts.map((part) => rangeOf(anatomy, part)) };
}

/** linksOfPart are the bytes of a part and the weights that it is about. */
export function linksOfPart(anatomy: Anatomy, part: Part): Links {
  const spans = anatomy.fields[part.field]?.spans[part.index] ?? [];
  return { bytes: bytesOf(spans), parts: [part], weights: [rangeOf(anatomy, part)] };
}

/** partsOfWeight are the parts that a weight follows from. */
export function partsOfWeight(anatomy: Anatomy, weight: number): Part[] {
  return anatomy.fields.map((field, f) => ({ field: f, index: Math.floor(weight / field.each) }));
}

/** linksOfWeight are the parts that a weight follows from and their bytes. */
export function linksOfWeight(anatomy: Anatomy, weight: number): Links {
  const parts = partsOfWeight(anatomy, weight);
  const bytes = new Set<number>();
  for (const part of parts) {
    for (const byte of bytesOf(anatomy.fields[part.field]?.spans[part.index] ?? [])) {
      bytes.add(byte);
    }
  }
  return { bytes, parts, weights: [{ start: weight, end: weight + 1 }] };
}

/**
 * withNumbers writes a formula with the numbers of a weight: names of fields become values, and what a codebook or a
 * grid is asked for becomes the answer.
 */
export function withNumbers(anatomy: Anatomy, weight: number, show: (value: number | null) => string): string {
  const values = new Map<string, string>();
  for (const field of anatomy.fields) {
    values.set(field.name, show(field.values[Math.floor(weight / field.each)] ?? null));
  }
  return anatomy.formula.replace(/(\w+)(?=\()|[A-Za-z]\w*/g, (name: string, call: string | undefined) =>
    call !== undefined ? call : bracketed(values.get(name) ?? name),
  );
}

/** bracketed sets a negative number in brackets, which it needs behind an operator. */
function bracketed(value: string): string {
  return value.startsWith("−") ? `(${value})` : value;
}

/** result says how the scale, the level and the min of a weight make it. */
export function result(anatomy: Anatomy, weight: number, show: (value: number | null) => string): string {
  const sub = Math.floor(weight / anatomy.subBlock);
  const scale = show(anatomy.scales[sub] ?? null);
  const level = bracketed(show(anatomy.levels[weight] ?? null));
  const least = anatomy.mins?.[sub];
  const min = least === undefined ? "" : ` − ${bracketed(show(least))}`;
  return `${scale} · ${level}${min}`;
}
