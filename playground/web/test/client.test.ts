import assert from "node:assert/strict";
import { test } from "node:test";
import { Status } from "../src/engine/abi.gen";
import { Engine } from "../src/engine/client";
import { NibbleError } from "../src/engine/error";

const whole = "https://host/nibble.wasm";

function fails(message: RegExp): void {
  assert.throws(
    () => new Engine({ whole, worker: "https://elsewhere/worker.js" }),
    (error) => error instanceof NibbleError && error.status === Status.Unsupported && message.test(error.message),
  );
}

test("a worker that cannot be made is an error in words", () => {
  // Node has no Worker of this kind.
  fails(/^the worker cannot be started: Worker is not defined$/);
  Object.defineProperty(globalThis, "Worker", {
    configurable: true,
    value: class {
      constructor(script: string) {
        throw new DOMException(`Script at '${script}' cannot be accessed`, "SecurityError");
      }
    },
  });
  fails(/^the worker cannot be started: Script at 'https:\/\/elsewhere\/worker\.js' cannot be accessed$/);
});
