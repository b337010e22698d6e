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
    /** the names of its files */
    readonly files: readonly string[],
    readonly weights: Weights,
  ) {}

  /**
   * Whether one of its files has a name, in whatever folder: a page is not told in which. Some systems take upper case
   * for lower.
   */
  hasFile(name: string): boolean {
    const wanted = name.toLowerCase();
    return this.files.some((file) => file.slice(file.lastIndexOf("/") + 1).toLowerCase() === wanted);
  }

  /** Plans a conversion, with an importance matrix if there is one. */
  async plan(options: ConvertOptions, imatrix: File | null, signal: AbortSignal): Promise<Conversion> {
    if (imatrix === null) this.#forgetImatrix();
    const path = imatrix === null ? undefined : await this.#pathOf(imatrix);
    return this.weights.planConversion(options, signal, path);
  }

  /** Closes the model, with the importance matrix that plans had. */
  async close(): Promise<void> {
    this.#forgetImatrix();
    await this.weights.close();
  }

  /** Where the module finds an importance matrix, which is handed over once. */
  async #pathOf(file: File): Promise<string> {
    if (this.#imatrix?.file !== file) {
      this.#forgetImatrix();
      this.#imatrix = { file, mount: this.engine.mount([file]) };
    }
    const mine = this.#imatrix;
    try {
      return (await mine.mount).path;
    } catch (error) {
      if (this.#imatrix === mine) this.#imatrix = null; // the next plan tries once more
      throw error;
    }
  }

  /** Takes the importance matrix back. Plans have what it says, and those that are on their way are made before. */
  #forgetImatrix(): void {
    const before = this.#imatrix;
    this.#imatrix = null;
    before?.mount.then((mount) => this.engine.unmount(mount)).catch(() => undefined); // it may never have come to be
  }
}
