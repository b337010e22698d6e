import assert from "node:assert/strict";
import { test } from "node:test";
import { Status, Version } from "../src/engine/abi.gen";
import { NibbleError } from "../src/engine/error";
import { Guest } from "../src/engine/module";

/** A module whose memory is a page, and whose nibble_abi answers with a number below 64. */
function moduleOf(version: number): Promise<WebAssembly.Module> {
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const section = (id: number, ...content: number[]): number[] => [id, content.length, ...content];
  return WebAssembly.compile(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7f), // types: nothing to nothing, nothing to i32
      ...section(3, 2, 0, 1), // a function of each
      ...section(5, 1, 0, 1),
      ...section(7, 3, ...name("memory"), 2, 0, ...name("_initialize"), 0, 0, ...name("nibble_abi"), 0, 1),
      ...section(10, 2, 2, 0, 0x0b, 4, 0, 0x41, version, 0x0b),
    ]),
  );
}

test("a module of another version is refused in words", async () => {
  assert.ok(Version > 64);
  await assert.rejects(
    moduleOf(1).then((module) => Guest.start(module)),
    (error) =>
      error instanceof NibbleError &&
      error.status === Status.Internal &&
      error.message === "the module is of another version of nibble than this script: reload the page",
  );
});
