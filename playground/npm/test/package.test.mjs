// The package works where it is installed, and its README says what is so.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inRepository, packageFolder, readJSON, sample } from "./where.mjs";

/** A folder in which the package is installed and the sample model lies. */
function project(t) {
  const folder = mkdtempSync(join(tmpdir(), "nibble-npm-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(packageFolder, join(folder, "node_modules", "nibble-wasm"));
  symlinkSync(sample, join(folder, "fable-4m"));
  return folder;
}

test("the examples of the README run", (t) => {
  const folder = project(t);
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8");
  const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
  const inNode = examples.filter((code) => !code.includes("nibble-wasm/engine"));
  assert.equal(inNode.length, 3);
  const printed = inNode.map((code, i) => {
    writeFileSync(join(folder, `example${i}.mjs`), code);
    return execFileSync(process.execPath, [`example${i}.mjs`], { cwd: folder, encoding: "utf8" });
  });
  assert.match(printed[0], /tokens; the second is "nce"\nOnce upon a time\n/);
  assert.match(printed[1], /^288 bytes; the first weight is 0 and becomes .*\n.*q4_K/);
  assert.match(
    printed[2],
    /^LlamaForCausalLM \d+ parameters in 38 tensors\n\d+ bytes of tensors\n5\.\d+ bits per weight\n$/,
  );
  assert.ok(existsSync(join(folder, "fable-4m-Q4_K_M.gguf")));
});

// In CI, which installs it, the test fails without.
const compiler = inRepository("playground/web/node_modules/.bin/tsc");
const skip = !existsSync(compiler) && !process.env.CI && "no TypeScript: make npm-test installs it";

test("the declarations are those of what the examples use", { skip }, (t) => {
  const folder = project(t);
  writeFileSync(
    join(folder, "example.mts"),
    `import { convert, inspect, NibbleError, openTokenizer, quantize, Status, type Encoding } from "nibble-wasm";
import { Engine } from "nibble-wasm/engine";

const t = await openTokenizer(new Uint8Array(1), { encoding: "cl100k_base" });
const e: Encoding = await t.encode("text", { addSpecial: true });
const text: string = await t.decode(e.ids);
const blocks: Uint8Array = await quantize("Q4_K", new Float32Array(256), { columns: 256, importance: new Float32Array(256) });
const parameters: number = (await inspect("model.gguf")).report.parameters;
for await (const { bytes, offset } of await convert("model", { type: "Q4_K_M", measure: true })) {
  const end: number = offset + bytes.length;
}
new NibbleError(Status.Format, text);
new Engine({ whole: "nibble.wasm" }).dispose();
// @ts-expect-error: a text is no list of ids
await t.decode("text");
`,
  );
  const settings = [
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--lib",
    "es2022,dom,dom.iterable",
  ];
  execFileSync(compiler, [...settings, "--types", "", "example.mts"], { cwd: folder, encoding: "utf8", stdio: "pipe" });
});

test("everything that the package names is there", () => {
  const { exports } = readJSON(join(packageFolder, "package.json"));
  const named = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? target : Object.values(target),
  );
  assert.ok(named.length > 6);
  for (const path of named) {
    assert.ok(existsSync(join(packageFolder, path)), `${path} is not in the package`);
  }
});

test("what is not Node's does not ask for Node", () => {
  for (const script of ["browser.js", "engine.js", "worker.js"]) {
    const code = readFileSync(join(packageFolder, script), "utf8");
    assert.doesNotMatch(code, /from "node:|require\(|process\./, script);
  }
});

test("browsers are asked for the very worker and module that the scripts were made with", () => {
  const versions = ["browser.js", "engine.js"].map((script) => {
    const code = readFileSync(join(packageFolder, script), "utf8");
    assert.match(code, /new URL\("\.\/nibble\.wasm", ?import\.meta\.url\)/, script); // as bundlers look for it
    return /searchParams\.set\("v", ?"([0-9a-f]{12})"\)/.exec(code)?.[1];
  });
  assert.ok(versions[0]);
  assert.equal(versions[0], versions[1]);
});
