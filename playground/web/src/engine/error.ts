import { Status } from "./abi.gen.js";

/** One of the numbers of Status. */
export type StatusCode = (typeof Status)[keyof typeof Status];

/** A NibbleError is a call that did not end well: an input is malformed, say. */
export class NibbleError extends Error {
  override readonly name = "NibbleError";

  constructor(
    readonly status: StatusCode,
    message: string,
  ) {
    super(message);
  }
}

/** Returns what rejects a promise whose work nobody wants any more. */
export function abortError(): DOMException {
  return new DOMException("the request was given up", "AbortError");
}

/** Says what went wrong in one line, whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
