import { Op, type ChatOpenReply, type ChatRenderReply, type ChatRenderRequest } from "./abi.gen.js";
import type { Caller } from "./caller.js";
import { uint32s } from "./numbers.js";
import type { TokenizerCalls } from "./tokenizercalls.js";

/** A conversation: messages, or an object with messages, tools and whatever else the template takes. */
export type Conversation = readonly unknown[] | Readonly<Record<string, unknown>>;

export interface RenderOptions extends Omit<ChatRenderRequest, "chat" | "tokenizer"> {
  /** adds ids to the prompt */
  tokenizer?: TokenizerCalls;
}

/** A Prompt is a conversation as the model sees it. */
export interface Prompt extends ChatRenderReply {
  /** with a tokenizer: tokens, and where in the prompt they start and end; empty without */
  ids: Uint32Array;
  starts: Uint32Array;
  ends: Uint32Array;
  /** see Token */
  flags: Uint8Array;
}

/** A Chat is a model's chat templates. */
export class Chat {
  constructor(
    private readonly caller: Caller,
    readonly info: ChatOpenReply,
    private readonly mounted: string | undefined,
  ) {}

  /** Renders a conversation. */
  async render(conversation: Conversation, options: RenderOptions = {}, signal?: AbortSignal): Promise<Prompt> {
    const request = { ...options, chat: this.info.chat, tokenizer: options.tokenizer?.handle };
    const { head, blobs } = await this.caller.call(Op.ChatRender, request, [JSON.stringify(conversation)], signal);
    const [ids, starts, ends, flags = new Uint8Array(0)] = blobs;
    return { ...head, ids: uint32s(ids), starts: uint32s(starts), ends: uint32s(ends), flags };
  }

  async close(): Promise<void> {
    try {
      await this.caller.call(Op.ChatClose, { chat: this.info.chat });
    } finally {
      if (this.mounted !== undefined) {
        await this.caller.unmount(this.mounted);
      }
    }
  }
}
