// What the rooms use of the engine.
export { Token, Status } from "./abi.gen.js";
export type * from "./abi.gen.js";
export { Chat, type Conversation, type Prompt, type RenderOptions } from "./chat.js";
export { Engine, type EngineOptions, type Given } from "./client.js";
export { TokenBytes, type Encoding } from "./encoding.js";
export { NibbleError, type StatusCode } from "./error.js";
export type { Mount } from "./mount.js";
export { Conversion, type Output, type RunOptions } from "./plan.js";
export type { NamedData, Progress, Status as EngineStatus, Target } from "./protocol.js";
export type { Rows } from "./quantizecalls.js";
export { Tokenizer, type BatchOptions, type BatchRow, type DecodeOptions, type Ids } from "./tokenizer.js";
export { Weights, type Block } from "./weights.js";
