// Blocks have the bytes of the reference.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { inRepository, nibble, readJSON } from "./where.mjs";

const { quantize, dequantize, types, NibbleError, Status } = nibble;

const sha256 = (array) =>
  createHash("sha256")
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest("hex");
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const floats = (text) => new Float32Array(new Uint8Array(Buffer.from(text, "hex")).buffer);

// The inputs of testdata/golden are made, not stored: its README says how.
const mask = (1n << 64n) - 1n;

function splitmix(x) {
  x = (x + 0x9e3779b97f4a7c15n) & mask;
  x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & mask;
  return x ^ (x >> 31n);
}

const h = (seed, i) => splitmix((BigInt(seed) * 0x100000001b3n + BigInt(i)) & mask);

function bell(seed, i) {
  const x = h(seed, i);
  const sum = Number(x & 0xffffn) + Number((x >> 16n) & 0xffffn) + Number((x >> 32n) & 0xffffn) + Number(x >> 48n);
  return (sum - 131070) * 2 ** -21;
}

const classes = {
  bell: (b) => b,
  outlier: (b, i) => (i % 97 === 0 ? b * 32 : b),
  zeroblocks: (b, i) => (Math.floor(i / 64) % 2 === 0 ? 0 : b),
  negzero: (b, i) => (i % 5 === 0 ? -0 : b),
  constant: (_, i) => ((Math.floor(i / 256) % 7) - 3) * 0.125,
  sparse: (b, i, seed) => (h(seed + 1, i) % 16n === 0n ? b : 0),
  tiny: (b) => b * 2 ** -20,
  huge: (b) => b * 2 ** 14,
  positive: (b) => Math.abs(b),
  shifted: (b) => b + 0.5,
  ties: (_, i, seed) => (Number(h(seed, i) % 31n) - 15) * 0.5,
  ramp: (_, i) => ((i % 256) - 128) * 2 ** -7,
};

const importanceOf = (seed, columns) =>
  Float32Array.from({ length: columns }, (_, j) => (Number(h(seed + 77, j) & 0xffffn) + 1) * 2 ** -12);

test("every type and class of input", async () => {
  const vectors = readJSON(inRepository("testdata/golden/quantize_small.json"));
  assert.ok(vectors.length > 500);
  for (const v of vectors) {
    const where = `${v.type} of ${v.input}, seed ${v.seed}${v.imatrix ? ", with importance" : ""}`;
    const input = Float32Array.from({ length: v.rows * v.cols }, (_, i) =>
      classes[v.input](bell(v.seed, i), i, v.seed),
    );
    assert.equal(sha256(input), v.input_sha256, where);
    const importance = v.imatrix ? importanceOf(v.seed, v.cols) : undefined;
    const bytes = await quantize(v.type, input, { columns: v.cols, importance });
    assert.equal(hex(bytes), v.bytes, where);
    assert.equal(sha256(await dequantize(v.type, bytes, { columns: v.cols })), v.dequantized_sha256, where);
  }
});

test("one vector for each mistake that the others would not notice", async () => {
  const vectors = readJSON(inRepository("testdata/golden/quantize_traps.json"));
  assert.ok(vectors.length > 90);
  for (const v of vectors) {
    const importance = v.imatrix_f32le === "" ? undefined : floats(v.imatrix_f32le);
    const bytes = await quantize(v.type, floats(v.input_f32le), { columns: v.cols, importance });
    assert.equal(hex(bytes), v.bytes, v.note);
  }
});

test("types", async () => {
  const q4 = (await types()).find((type) => type.name === "q4_K");
  assert.deepEqual(
    { bits: q4?.bitsPerWeight, values: q4?.blockValues, bytes: q4?.blockBytes },
    { bits: 4.5, values: 256, bytes: 144 },
  );
});

test("requests that cannot be", async () => {
  const fails = (promise, status) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof NibbleError);
      assert.equal(error.status, status, error.message);
      return true;
    });
  await fails(quantize("Q9_K", new Float32Array(256)), Status.Usage);
  await fails(quantize("Q4_K", new Float32Array(255)), Status.Usage);
  for (const other of [[1, 2, 3], new Float64Array(256), "abc"]) {
    await assert.rejects(quantize("Q4_K", other, { columns: 256 }), TypeError);
  }
  await assert.rejects(dequantize("Q4_K", [1, 2], { columns: 256 }), TypeError);
  await fails(quantize("IQ2_XXS", new Float32Array(256)), Status.Usage);
  await fails(dequantize("Q4_K", new Uint8Array(143), { columns: 256 }), Status.Usage);
});
