import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { compile } from "../src/engine/compile";

/** A module that exports a memory. */
const module = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 10, 1, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0,
]);

const packed = new Uint8Array(gzipSync(module));

/** Has fetch answer with a body that comes in parts of so many bytes. */
function serve(body: Uint8Array, step: number, status = 200): void {
  globalThis.fetch = async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < body.length; at += step) {
          controller.enqueue(body.slice(at, at + step));
        }
        controller.close();
      },
    });
    return new Response(stream, { status });
  };
}

for (const [what, url, body] of [
  ["as it is", "https://host/nibble.wasm", module],
  ["packed", "https://host/nibble.wasm.gz", packed],
  ["packed, and unpacked by the browser", "https://host/nibble.wasm.gz", module],
] as const) {
  test(`a module ${what}`, async () => {
    for (const step of [1, 2, 7, 1000]) {
      serve(body, step);
      assert.deepEqual(WebAssembly.Module.exports(await compile(url)), [{ name: "memory", kind: "memory" }]);
    }
  });
}

test("what is no module", async () => {
  for (const body of [[], packed.slice(0, 1), packed.slice(0, 20), [1, 2, 3]]) {
    serve(Uint8Array.from(body), 9);
    await assert.rejects(compile("https://host/nibble.wasm.gz"), (error) => error instanceof Error);
  }
  serve(module, 9, 404);
  await assert.rejects(compile("https://host/nibble.wasm"), /nibble\.wasm: status 404/);
});
