// Where the tests find things. They run on the built package: make npm-test.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);

/** The path of something in the repository. */
export function inRepository(path) {
  return fileURLToPath(new URL(path, root));
}

/** The folder of the built package. */
export const packageFolder = process.env.NIBBLE_NPM ?? inRepository("bin/npm");

/** The package as Node sees it. */
export const nibble = await import(`${packageFolder}/node.js`);

/** The path of reference data beside the repository; undefined, with the test skipped, where there is none at all. */
export function beside(t, path) {
  const shared = inRepository("../shared");
  if (!existsSync(shared)) {
    t.skip("no reference data beside the repository: ../shared");
    return undefined;
  }
  const found = `${shared}/${path}`;
  assert.ok(existsSync(found), `${found} is missing`);
  return found;
}

export function readJSON(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The directory of the sample model. */
export const sample = inRepository("internal/sample/fable-4m");
