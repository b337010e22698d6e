// What the package is in browsers and their workers.
import { beside } from "../../web/src/engine/beside.js";
import { compile } from "../../web/src/engine/compile.js";
import { baseName } from "../../web/src/engine/filenames.js";
import { BytesSource } from "../../web/src/engine/source.js";
import { setPlatform } from "./platform.js";

setPlatform({
  compile: () => compile(beside(new URL("./nibble.wasm", import.meta.url)).href),

  async locate(address) {
    const url = new URL(address, globalThis.location?.href);
    const response = await fetch(url);
    if (!response.ok) {
      throw new Error(`${url.href}: status ${response.status}`);
    }
    const source = new BytesSource(new Uint8Array(await response.arrayBuffer()));
    const name = baseName(url.pathname);
    return { files: [{ name: decodeURIComponent(name), source }], index: 0 };
  },
});

export * from "./api.js";
