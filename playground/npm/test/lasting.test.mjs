// The module stays as it is for as long as it is used, and is replaced if it stops.
import assert from "node:assert/strict";
import { test } from "node:test";

// The fault is put where a fault of the module's would show: in what it exports. It is there before the package is.
let faults = 0;
let instances = 0;
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (...args) => {
  const instance = await instantiate(...args);
  if (instance.exports.nibble_call === undefined) {
    return instance; // the kernels
  }
  instances++;
  const call = (...args) => {
    if (faults > 0) {
      faults--;
      throw new WebAssembly.RuntimeError("unreachable");
    }
    return instance.exports.nibble_call(...args);
  };
  return { exports: { ...instance.exports, nibble_call: call } };
};

const { nibble, sample } = await import("./where.mjs");

test("a trap is survived", async () => {
  const t = await nibble.openTokenizer(sample);
  const want = await t.encode("Once upon a time");
  const conversion = await nibble.convert(sample, { type: "Q8_0" });
  const chunks = conversion[Symbol.asyncIterator]();
  await chunks.next();

  faults = 1;
  const before = instances;
  await assert.rejects(t.encode("Once"), (error) => {
    assert.ok(error instanceof nibble.NibbleError);
    assert.equal(error.status, nibble.Status.Internal);
    assert.match(error.message, /stopped: unreachable/);
    return true;
  });

  // The tokenizer is there in the instance that takes the place of the one that stopped. The conversion is not.
  assert.deepEqual(await t.encode("Once upon a time"), want);
  assert.equal(instances, before + 1);
  await assert.rejects(chunks.next(), /conversion is not open any more/);
  await t.close();
  assert.equal(nibble.status().handles, 0);
});

test("a fault while something is opened again is not the end", async () => {
  const t = await nibble.openTokenizer(sample);
  faults = 2;
  await assert.rejects(t.encode("Once"));
  await assert.rejects(t.encode("Once"));
  assert.equal((await t.encode("Once")).tokens > 0, true);
  await t.close();
});

// When garbage is collected varies, so memory may grow for a while. What leaks grows for ever.
async function settles(times, work) {
  let bytes = 0;
  for (let i = 0, still = 0; still < times; i++) {
    assert.ok(i < 5 * times, `after ${i} times ${bytes} bytes, which still grow`);
    await work();
    still = nibble.status().memoryBytes === bytes ? still + 1 : 0;
    bytes = nibble.status().memoryBytes;
  }
}

test("memory does not grow", async () => {
  const t = await nibble.openTokenizer(sample);
  const text = "Once upon a time there was a fox who lived by the river. ".repeat(2000);
  await settles(60, () => t.encode(text));
  await t.close();

  // What is closed makes room for what is opened.
  await settles(15, async () => {
    const other = await nibble.openTokenizer(sample);
    await other.encode("Once");
    await other.close();
  });
});
