import type { NamedSource } from "../../web/src/engine/mount.js";

/** What a name that an input is given by leads to. */
export interface Located {
  /** what the module may see of it; no byte is read before the module asks */
  files: NamedSource[];
  /** the one of the files that is meant; undefined: the directory that they are in */
  index: number | undefined;
}

/** A Platform is what Node and browsers do differently. */
export interface Platform {
  /** Compiles nibble.wasm, which lies beside the package's code. */
  compile(): Promise<WebAssembly.Module>;

  /** Finds what a path, in Node, or an address, in browsers, leads to. */
  locate(name: string | URL): Promise<Located>;
}

let current: Platform | undefined;

/** Sets the platform, before anything is asked of it. */
export function setPlatform(platform: Platform): void {
  current = platform;
}

export function platform(): Platform {
  if (current === undefined) {
    throw new Error("no platform: import the package by its name");
  }
  return current;
}
