// What the package is in Node.
import { readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FileSource } from "./filesource.js";
import { setPlatform, type Located } from "./platform.js";

setPlatform({
  async compile() {
    return WebAssembly.compile(await readFile(new URL("./nibble.wasm", import.meta.url)));
  },

  async locate(name) {
    return locate(name instanceof URL ? fileURLToPath(name) : name);
  },
});

/** A model is several files as a rule, so those beside one can be seen too. Directories cannot. */
function locate(name: string): Located {
  const path = resolve(name);
  const isDirectory = statSync(path).isDirectory();
  const directory = isDirectory ? path : dirname(path);
  const label = basename(directory) || "files";
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name);
  return {
    files: names.map((file) => ({ name: `${label}/${file}`, source: new FileSource(resolve(directory, file)) })),
    index: isDirectory ? undefined : names.indexOf(basename(path)),
  };
}

export * from "./api.js";
