import { Op, type QuantizeType, type TextOptions, type WeightsOpenReply } from "../../web/src/engine/abi.gen.js";
import { Chat } from "../../web/src/engine/chat.js";
import type { Encoding } from "../../web/src/engine/encoding.js";
import * as calls from "../../web/src/engine/quantizecalls.js";
import type { Rows } from "../../web/src/engine/quantizecalls.js";
import { TokenizerCalls } from "../../web/src/engine/tokenizercalls.js";
import { WeightsCalls } from "../../web/src/engine/weightscalls.js";
import { caller } from "./caller.js";
import { plan, type Conversion, type ConversionOptions } from "./conversion.js";
import { openInput, type Input } from "./input.js";

export { Status, Token } from "../../web/src/engine/abi.gen.js";
export type * from "../../web/src/engine/abi.gen.js";
export { Chat, type Conversation, type Prompt, type RenderOptions } from "../../web/src/engine/chat.js";
export { TokenBytes, type Encoding } from "../../web/src/engine/encoding.js";
export { NibbleError, type StatusCode } from "../../web/src/engine/error.js";
export type { NamedData } from "../../web/src/engine/protocol.js";
export type { Rows } from "../../web/src/engine/quantizecalls.js";
export type { BatchOptions, BatchRow, DecodeOptions, Ids } from "../../web/src/engine/tokenizercalls.js";
export type { Block } from "../../web/src/engine/weightscalls.js";
export { Conversion, type Chunk, type ConversionOptions } from "./conversion.js";
export type { Input } from "./input.js";

/** A Tokenizer turns text into tokens and back. */
export class Tokenizer extends TokenizerCalls {}

/** Weights are an open model. */
export class Weights extends WeightsCalls {
  /** Plans the conversion of the model to GGUF. */
  convert(options: ConversionOptions = {}): Promise<Conversion> {
    return plan(caller, this.path, options, undefined);
  }
}

/**
 * Opens a tokenizer: a tokenizer.json, a SentencePiece model, a .tiktoken file, whose encoding has to be named, the
 * vocabulary of a GGUF file, or that of a model's directory.
 */
export function openTokenizer(input: Input, options: { encoding?: string } = {}): Promise<Tokenizer> {
  return shown(input, async (path, mounted) => {
    const { head } = await caller.call(Op.TextOpen, { files: [path], ...options });
    return new Tokenizer(caller, head, mounted);
  });
}

/** Encodes one text: openTokenizer is for more than one, as a vocabulary takes longer to open than most texts take. */
export async function tokenize(
  input: Input,
  text: string,
  options: TextOptions & { encoding?: string } = {},
): Promise<Encoding> {
  const { encoding, ...others } = options;
  const tokenizer = await openTokenizer(input, { encoding });
  try {
    return await tokenizer.encode(text, others);
  } finally {
    await tokenizer.close();
  }
}

/** Opens the chat templates of a model: of its directory, its tokenizer_config.json or its GGUF file. */
export function openChat(input: Input): Promise<Chat> {
  return shown(input, async (path, mounted) => {
    const { head } = await caller.call(Op.ChatOpen, { files: [path] });
    return new Chat(caller, head, mounted);
  });
}

/** Opens a model: a .gguf, a .safetensors or a model's directory. Only headers are read. */
export function openWeights(input: Input): Promise<Weights> {
  return shown(input, async (path, mounted) => {
    const { head } = await caller.call(Op.WeightsOpen, { path });
    return new Weights(caller, head, path, mounted);
  });
}

/** Says what a model is: the report of nibble inspect, what the file's name says, and the tensors. */
export async function inspect(input: Input): Promise<WeightsOpenReply> {
  const weights = await openWeights(input);
  await weights.close();
  return weights.info;
}

/** Plans the conversion of a model to GGUF. Iterating over it carries it out. */
export function convert(input: Input, options: ConversionOptions = {}): Promise<Conversion> {
  return shown(input, (path, mounted) => plan(caller, path, options, mounted));
}

/** Lists the types of weights. */
export function types(): Promise<QuantizeType[]> {
  return calls.types(caller);
}

/** Encodes rows of weights in a type, such as Q4_K. */
export function quantize(type: string, weights: Float32Array, options?: Rows): Promise<Uint8Array> {
  return calls.quantize(caller, type, weights, options);
}

/** Decodes rows of a type, each of so many weights as columns says. */
export function dequantize(type: string, blocks: Uint8Array, options: { columns: number }): Promise<Float32Array> {
  return calls.dequantize(caller, type, blocks, options);
}

/** What the module takes at the moment. Its memory never shrinks, but what is closed makes room for what comes. */
export function status(): { memoryBytes: number; handles: number } {
  const { memoryBytes, handles } = caller.session.status();
  return { memoryBytes, handles };
}

/** Opens an input, which stays mounted if that works. */
async function shown<T>(input: Input, open: (path: string, mounted: string) => Promise<T>): Promise<T> {
  const { path, directory } = await openInput(caller.session.files, input);
  try {
    return await open(path, directory);
  } catch (thrown) {
    await caller.unmount(directory);
    throw thrown;
  }
}
