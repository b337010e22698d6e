import type { Config } from "./config.js";

/** What the page hands to a room beside the engine. */
export interface AppState {
  readonly config: Config;
  /** What the link that opened the page shares with this room, once. */
  readonly shared: string | null;
  /** The address of this page with the room and what it shares. */
  link(shared: string): string;
  /** Says, at the foot of the page, what the engine does; nothing hides it. */
  status(text: string): void;
}
