import type * as abi from "./abi.gen.js";
import { Op } from "./abi.gen.js";

interface Call<Request, Reply> {
  request: Request;
  reply: Reply;
}

/** Calls has, for each op, the types of part 0 of its request and of its reply. */
export interface Calls {
  [Op.TextOpen]: Call<abi.TextOpenRequest, abi.TextOpenReply>;
  [Op.TextClose]: Call<abi.TextHandle, abi.Empty>;
  [Op.TextEncode]: Call<abi.TextEncodeRequest, abi.TextEncodeReply>;
  [Op.TextDecode]: Call<abi.TextDecodeRequest, abi.Empty>;
  [Op.TextTokens]: Call<abi.TextHandle, abi.Empty>;
  [Op.TextBatch]: Call<abi.TextBatchRequest, abi.TextBatchReply>;
  [Op.TextSteps]: Call<abi.TextHandle, abi.TextStepsReply>;
  [Op.TextPipeline]: Call<abi.TextPipelineRequest, abi.TextPipelineReply>;
  [Op.TextCount]: Call<abi.TextEncodeRequest, abi.TextCountReply>;
  [Op.TextFind]: Call<abi.TextFindRequest, abi.TextFindReply>;

  [Op.ChatOpen]: Call<abi.ChatOpenRequest, abi.ChatOpenReply>;
  [Op.ChatClose]: Call<abi.ChatHandle, abi.Empty>;
  [Op.ChatRender]: Call<abi.ChatRenderRequest, abi.ChatRenderReply>;

  [Op.WeightsOpen]: Call<abi.WeightsOpenRequest, abi.WeightsOpenReply>;
  [Op.WeightsClose]: Call<abi.WeightsHandle, abi.Empty>;
  [Op.WeightsMemory]: Call<abi.WeightsMemoryRequest, abi.WeightsMemoryReply>;
  [Op.WeightsHistogram]: Call<abi.WeightsTensorRequest, abi.WeightsHistogramReply>;
  [Op.WeightsMeasure]: Call<abi.WeightsMeasureRequest, abi.WeightsMeasureReply>;
  [Op.WeightsBlock]: Call<abi.WeightsBlockRequest, abi.WeightsBlockReply>;

  [Op.ConvertPlan]: Call<abi.ConvertPlanRequest, abi.ConvertPlanReply>;
  [Op.ConvertClose]: Call<abi.ConvertHandle, abi.Empty>;
  [Op.ConvertStart]: Call<abi.ConvertStartRequest, abi.Empty>;
  [Op.ConvertNext]: Call<abi.ConvertHandle, abi.ConvertNextReply>;
  [Op.ConvertReport]: Call<abi.ConvertHandle, abi.ConvertReportReply>;

  [Op.QuantizeTypes]: Call<abi.Empty, abi.QuantizeTypesReply>;
  [Op.QuantizeEncode]: Call<abi.QuantizeRequest, abi.QuantizeReply>;
  [Op.QuantizeDecode]: Call<abi.QuantizeRequest, abi.QuantizeReply>;
}

/** One of the numbers of Op. */
export type OpCode = keyof Calls;

export type RequestOf<O extends OpCode> = Calls[O]["request"];

/** A Reply is part 0 of a reply, and the blobs, which all lie in one buffer that is the caller's. */
export interface Reply<Head> {
  head: Head;
  blobs: Uint8Array<ArrayBuffer>[];
}

export type ReplyOf<O extends OpCode> = Reply<Calls[O]["reply"]>;
