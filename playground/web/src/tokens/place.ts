import type { Engine } from "../engine/client.js";
import type { AppState } from "../state.js";
import type { OpenTokenizer, Session } from "./session.js";

/** What the tools of the Tokens room work with. */
export interface Place {
  root: HTMLElement;
  engine: Engine;
  session: Session;
  state: AppState;
  /** the stretch of the text that the person has selected, or the caret */
  selection(): { start: number; end: number };
  /** puts a text in place of what is selected */
  insert(text: string): void;
  /** puts a text in place of all */
  replace(text: string): void;
  /** opens the bundled tokenizer once more */
  openBundled(): Promise<OpenTokenizer>;
}

/** A Tool shows something of the session; it is told to when it is seen and something has changed. */
export interface Tool {
  update(): void;
}
