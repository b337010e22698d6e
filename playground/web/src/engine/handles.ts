import { Op } from "./abi.gen.js";
import type { OpCode, RequestOf } from "./calls.js";

/** What handles stand for; also the names of the fields that have them. */
export const kinds = ["tokenizer", "chat", "weights", "conversion"] as const;
export type Kind = (typeof kinds)[number];

/** Part 0 of a request or a reply, seen as what may have handles. */
export type Head = Partial<Record<Kind, number>>;

/** The ops that open something. */
export const opens: ReadonlyMap<OpCode, Kind> = new Map<OpCode, Kind>([
  [Op.TextOpen, "tokenizer"],
  [Op.ChatOpen, "chat"],
  [Op.WeightsOpen, "weights"],
  [Op.ConvertPlan, "conversion"],
]);

/** The ops that close it. */
export const closes: ReadonlyMap<OpCode, Kind> = new Map<OpCode, Kind>([
  [Op.TextClose, "tokenizer"],
  [Op.ChatClose, "chat"],
  [Op.WeightsClose, "weights"],
  [Op.ConvertClose, "conversion"],
]);

/** Returns the call that closes what a call opened, if it opened something. */
export function closing(op: OpCode, head: unknown): { op: OpCode; head: RequestOf<OpCode> } | undefined {
  const opened = opens.get(op);
  for (const [close, kind] of closes) {
    if (kind === opened) {
      return { op: close, head: { [kind]: (head as Head)[kind] } as unknown as RequestOf<OpCode> };
    }
  }
  return undefined;
}
