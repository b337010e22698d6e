// Whole files have the bytes of the command line.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inRepository, nibble, sample } from "./where.mjs";

const { convert, inspect, openWeights, NibbleError, Status } = nibble;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Carries a conversion out, and holds its chunks to what they promise. */
async function fileOf(conversion) {
  const file = new Uint8Array(conversion.plan.bytes);
  const written = new Uint8Array(file.length);
  for await (const { offset, bytes } of conversion) {
    file.set(bytes, offset);
    assert.ok(!written.subarray(offset, offset + bytes.length).includes(1), "chunks overlap");
    written.fill(1, offset, offset + bytes.length);
  }
  assert.ok(!written.includes(0), "the chunks leave something out");
  return file;
}

test("a model's directory becomes what native nibble makes of it", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nibble-npm-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const type of ["Q4_K_M", "Q8_0", "BF16"]) {
    const output = join(folder, `${type}.gguf`);
    const native = spawnSync("go", ["run", "./cmd/nibble", "convert", sample, "-t", type, "-o", output, "-q"], {
      cwd: inRepository("."),
      encoding: "utf8",
    });
    assert.equal(native.status, 0, native.stderr);
    const file = await fileOf(await convert(sample, { type }));
    assert.equal(sha256(file), sha256(readFileSync(output)), type);
  }
});

test("files in memory become what llama-quantize makes of them", async () => {
  const golden = readFileSync(inRepository("testdata/golden/fable.tsv"), "utf8")
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([, imatrix]) => imatrix === "none");
  const files = readdirSync(sample).map((name) => ({
    name: `fable-4m/${name}`,
    data: new Uint8Array(readFileSync(join(sample, name))),
  }));
  const half = await fileOf(await convert(files, { type: "BF16" }));
  for (const type of ["Q4_K_M", "Q6_K"]) {
    const want = golden.find(([, , fileType]) => fileType === type);
    assert.ok(want, type);
    const file = await fileOf(await convert({ name: "fable-4m-bf16.gguf", data: half }, { type }));
    assert.equal(sha256(file), want[4], type);
  }
});

test("what a conversion did", async () => {
  const conversion = await convert(sample, { type: "Q4_0", measure: true });
  assert.equal(conversion.report, undefined);
  await fileOf(conversion);
  const tensor = conversion.report?.tensors.find(({ type }) => type === "q4_0");
  assert.ok(tensor?.error?.rmse > 0);
});

test("a conversion that is left early", async () => {
  const before = nibble.status().handles;
  const conversion = await convert(sample, { type: "Q4_0" });
  for await (const chunk of conversion) {
    assert.ok(chunk.total > 0);
    break;
  }
  assert.equal(conversion.report, undefined);
  assert.equal(nibble.status().handles, before);
});

test("what is in a model", async () => {
  const info = await inspect(sample);
  assert.equal(info.report.architecture, "LlamaForCausalLM");
  assert.equal(info.tensors.length, 38);
  const file = await inspect(`${sample}/model.safetensors`);
  assert.equal(file.report.parameters, info.report.parameters);

  const weights = await openWeights(sample);
  const [{ name, values }] = weights.info.tensors.filter(({ decodes }) => decodes);
  const histogram = await weights.histogram(name);
  assert.equal(
    histogram.bins.reduce((a, b) => a + b, 0),
    values,
  );
  const cost = await weights.measure(name, "Q8_0");
  assert.ok(cost.sqnr > 40);
  const block = await weights.block(name, "Q8_0", 0);
  assert.equal(block.bytes.length, 34);
  assert.equal(block.before.length, 32);
  assert.ok(block.after.every((value, i) => Math.abs(value - block.before[i]) <= Math.abs(cost.maxError)));
  assert.ok((await weights.memory({ context: 256 })).kvCacheBytes > 0);
  await weights.close();
});

test("measuring comes in pieces, which wait for each other and can be given up", async () => {
  const weights = await openWeights(sample);
  const largest = weights.info.tensors.reduce((a, b) => (b.values > a.values ? b : a));
  const parts = [];
  const measure = (type, signal) =>
    weights.measure(largest.name, type, largest.values, signal, (part) => parts.push(part.values));
  const alone = [await measure("Q8_0"), await measure("Q4_K")];
  assert.ok(alone.every((cost) => cost.values === largest.values && !cost.more));
  assert.ok(parts.length >= 2, `${parts.length} parts`);

  const controller = new AbortController();
  const [first, given, last] = await Promise.allSettled([
    measure("Q8_0"),
    weights.measure(largest.name, "Q6_K", largest.values, controller.signal, () => controller.abort()),
    measure("Q4_K"),
  ]);
  assert.deepEqual([first.value, last.value], alone);
  assert.equal(given.status, "rejected");
  assert.equal(given.reason.name, "AbortError");
  await assert.rejects(weights.measure(largest.name, "no such type"), /no such type/);
  assert.deepEqual(await measure("Q8_0"), alone[0]);
  await weights.close();
});

test("files that are none", async () => {
  const fails = (promise, status, message) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof NibbleError, String(error));
      assert.equal(error.status, status, error.message);
      assert.match(error.message, message);
      return true;
    });
  const named = (name, text) => ({ name, data: new TextEncoder().encode(text) });
  await fails(inspect(join(sample, "no-such-file.gguf")), Status.Input, /no such file/);
  await fails(inspect(named("bad.gguf", "GGUF\x03\0\0\0")), Status.Format, /^bad\.gguf: /);
  await fails(inspect(named("new.gguf", "GGUF\x04\0\0\0")), Status.Unsupported, /^new\.gguf: byte 4: /);
  await fails(inspect(new Uint8Array(16)), Status.Usage, /need a name/);
  await fails(inspect([]), Status.Usage, /no files/);
  // A name that climbs is the name of a file among those that were given all the same.
  await fails(inspect(named("../../../../etc/passwd.gguf", "GGUF")), Status.Format, /^etc\/passwd\.gguf: /);
});
