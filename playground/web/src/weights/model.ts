import type { ConvertOptions } from "../engine/abi.gen";
import type { Engine } from "../engine/client";
import type { Conversion } from "../engine/plan";
import type { Weights } from "../engine/weights";

/** A Model is one that is open, with what to call it. */
export class Model {
  #imatrix: { file: File; path: Promise<string> } | null = null;

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

  /** Where the module finds an importance matrix, which is handed over once. */
  #pathOf(file: File): Promise<string> {
    if (this.#imatrix?.file !== file) {
      this.#imatrix = { file, path: this.engine.mount([file]).then((mount) => mount.path) };
    }
    return this.#imatrix.path;
  }
}
