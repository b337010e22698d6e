import assert from "node:assert/strict";
import { test } from "node:test";
import { Kernels } from "../src/engine/kernels";

const name = (s: string): number[] => [s.length, ...new TextEncoder().encode(s)];
const section = (id: number, ...content: number[]): number[] => [
  id,
  0x80 | (content.length & 0x7f),
  content.length >> 7,
  ...content,
];
const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A guest that imports the two functions, and has a custom section of that content. */
function guest(...custom: number[][]): WebAssembly.Module {
  return new WebAssembly.Module(
    Uint8Array.from([
      ...header,
      ...section(1, 2, 0x60, 0, 1, 0x7f, 0x60, 2, 0x7f, 0x7f, 0), // () -> i32, (i32, i32) -> ()
      ...section(
        2,
        2,
        ...name("nibble_kernels"),
        ...name("available"),
        0,
        0,
        ...name("nibble_kernels"),
        ...name("put"),
        0,
        1,
      ),
      ...custom.flatMap((content) => section(0, ...name("nibble_kernels"), ...content)),
    ]),
  );
}

/** A function that calls the only one in the table. */
const calls = [
  ...header,
  ...section(1, 1, 0x60, 2, 0x7f, 0x7f, 0),
  ...section(3, 1, 0),
  ...section(4, 1, 0x70, 0, 1),
  ...section(7, 2, ...name("put"), 0, 0, ...name("kernels"), 1, 0),
  ...section(10, 1, 11, 0, 0x20, 0, 0x20, 1, 0x41, 0, 0x11, 0, 0, 0x0b),
];

/** Kernels with one function, which stores its second argument where the first one says. */
const kernels = [
  ...header,
  ...section(1, 1, 0x60, 2, 0x7f, 0x7f, 0),
  ...section(2, 1, ...name("nibble"), ...name("memory"), 2, 0, 1),
  ...section(3, 1, 0),
  ...section(7, 1, ...name("put"), 0, 0),
  ...section(10, 1, 9, 0, 0x20, 0, 0x20, 1, 0x36, 2, 0, 0x0b),
  ...section(0, ...name("calls"), ...calls),
];

function called(imports: WebAssembly.ModuleImports, name: string, ...args: number[]): unknown {
  const f = imports[name];
  assert.ok(typeof f === "function");
  return (f as (...args: number[]) => unknown)(...args);
}

test("kernels that ride in a guest work on its memory", async () => {
  const found = await Kernels.of(guest(kernels));
  const imports = found.imports();
  assert.deepEqual(Object.keys(imports), ["available", "put"]);
  assert.equal(called(imports, "available"), 1);
  const memory = new WebAssembly.Memory({ initial: 1 });
  await found.attach(memory);
  called(imports, "put", 64, 12345);
  assert.equal(new DataView(memory.buffer).getUint32(64, true), 12345);
});

test("a guest without kernels, or with ones that this machine cannot run, is told so", async () => {
  for (const custom of [[], [[...header, 0xff]], [header]]) {
    const found = await Kernels.of(guest(...custom));
    assert.equal(called(found.imports(), "available"), 0);
    await found.attach(new WebAssembly.Memory({ initial: 1 }));
  }
});
