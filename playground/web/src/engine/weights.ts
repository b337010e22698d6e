import type { ConvertOptions, WeightsOpenReply } from "./abi.gen.js";
import type { Link } from "./link.js";
import { planConversion, type Conversion } from "./plan.js";
import { WeightsCalls } from "./weightscalls.js";

export type { Block } from "./weightscalls.js";

/** Weights are a model that is open in the worker. */
export class Weights extends WeightsCalls {
  constructor(
    private readonly link: Link,
    info: WeightsOpenReply,
    path: string,
    mounted: string | undefined,
  ) {
    super(link, info, path, mounted);
  }

  /** Plans a conversion of the model to GGUF, with the importance matrix at a path if there is one. */
  planConversion(options: ConvertOptions, signal?: AbortSignal, imatrix?: string): Promise<Conversion> {
    return planConversion(this.link, this.path, options, signal, imatrix);
  }
}
