import type { Caller } from "../../web/src/engine/caller.js";
import type { OpCode, ReplyOf, RequestOf } from "../../web/src/engine/calls.js";
import { contentOf } from "../../web/src/engine/content.js";
import type { Payload } from "../../web/src/engine/protocol.js";
import { Session } from "../../web/src/engine/session.js";
import { platform } from "./platform.js";

/** A LocalCaller has the module in its own thread, so that a call cannot be taken back. */
class LocalCaller implements Caller {
  readonly session = new Session({ whole: compiled });

  call<O extends OpCode>(op: O, head: RequestOf<O>, blobs: readonly Payload[] = []): Promise<ReplyOf<O>> {
    return this.session.call(op, head, blobs.map(contentOf));
  }

  unmount(directory: string): Promise<void> {
    this.session.files.unmount(directory);
    return Promise.resolve();
  }
}

let module: Promise<WebAssembly.Module> | undefined;

/** Compiles the module once, whatever becomes of its instances. */
function compiled(): Promise<WebAssembly.Module> {
  module ??= platform()
    .compile()
    .catch((thrown: unknown) => {
      module = undefined;
      throw thrown;
    });
  return module;
}

/** Makes all calls of the package. */
export const caller = new LocalCaller();
