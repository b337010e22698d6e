import type { QuantizeAnatomy as Anatomy } from "../engine/abi.gen.js";
import type { Block as Reply } from "../engine/weights.js";
import type { Part } from "./anatomy.js";

/** A Block is one with its anatomy. */
export interface Block extends Reply {
  anatomy: Anatomy;
}

/** An Item of a block is what the pointer or the focus is at. */
export type Item = { kind: "byte"; byte: number } | { kind: "part"; part: Part } | { kind: "weight"; weight: number };

/** What a part is called. */
export function partName(anatomy: Anatomy, part: Part): string {
  const field = anatomy.fields[part.field];
  if (!field) return "";
  return field.values.length === 1 ? field.name : `${field.name} ${String(part.index)}`;
}

/** A formula, which is in ASCII, for people. */
export function withMinus(formula: string): string {
  return formula.replaceAll(" - ", " − ");
}
