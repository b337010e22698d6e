import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatOpenReply, ConvertPlanReply, TextOpenReply, WeightsOpenReply } from "../src/engine/abi.gen";
import type { Caller } from "../src/engine/caller";
import { Chat } from "../src/engine/chat";
import { TokenizerCalls } from "../src/engine/tokenizercalls";
import { WeightsCalls } from "../src/engine/weightscalls";
import { Conversion } from "../../npm/src/conversion";

interface Closable {
  close(): Promise<void>;
}

const mounted = "/in/5";

for (const [what, open] of [
  ["a tokenizer", (caller) => new TokenizerCalls(caller, { tokenizer: 1 } as TextOpenReply, mounted)],
  ["weights", (caller) => new WeightsCalls(caller, { weights: 1 } as WeightsOpenReply, "a.gguf", mounted)],
  ["a chat", (caller) => new Chat(caller, { chat: 1 } as ChatOpenReply, mounted)],
  [
    "a conversion",
    (caller) => new Conversion(caller, { conversion: 1 } as ConvertPlanReply, { measure: false, mounted }),
  ],
] as [string, (caller: Caller) => Closable][]) {
  test(`${what} takes its files away even if it cannot be closed`, async () => {
    const unmounted: string[] = [];
    const caller: Caller = {
      call: () => Promise.reject(new Error("the module stopped")),
      unmount: async (directory) => void unmounted.push(directory),
    };
    await assert.rejects(open(caller).close(), /the module stopped/);
    assert.deepEqual(unmounted, [mounted]);
  });
}
