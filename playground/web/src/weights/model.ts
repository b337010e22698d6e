import type { ConvertOptions } from "../engine/abi.gen.js";
import type { Engine } from "../engine/client.js";
import type { Mount } from "../engine/mount.js";
import type { Conversion } from "../engine/plan.js";
import type { Weights } from "../engine/weights.js";

/** A Model is one that is open, with what to call it. */
export class Model {
  #imatrix: { file: File; mount: Promise<Mount> } | null = null;

  constructor(
    readonly engine: Engine,
    readonly title: string,
    readonly weights: Weights,
  ) {}

  /** Plans a conversion, with an importance matrix if there is one. */
  async plan(options: ConvertOptions, imatrix: File | null, signal: AbortSignal): Promise<Conversion> {
    const path = imatrix === null ? undefined : await this.#pathOf(imatrix);
    return this.weights.planConversion(options, signal, path);
  }

  /** Closes the model, with the importance matrix that plans had. */
  async close(): Promise<void> {
    await this.weights.close();
    if (this.#imatrix !== null) await this.engine.unmount(await this.#imatrix.mount);
  }

  /** Where the module finds an importance matrix, which is handed over once. */
  async #pathOf(file: File): Promise<string> {
    if (this.#imatrix?.file !== file) this.#imatrix = { file, mount: this.engine.mount([file]) };
    return (await this.#imatrix.mount).path;
  }
}
