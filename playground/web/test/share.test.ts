import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, type Shared, unpack } from "../src/tokens/share.js";
import { formatFragment, parseFragment } from "../src/ui/fragment.js";

const shared: Shared = {
  text: 'a "quoted" line\n日本 👩‍🚀 </script>',
  addSpecial: false,
  specialText: "plain",
  marks: true,
  context: 4096,
  fingerprint: "0123456789abcdef",
  name: "fable-4m",
};

/** Packs any value as pack packs what is shared. */
function packAny(value: unknown): Promise<string> {
  return pack(value as Shared);
}

test("what is packed comes out", async () => {
  assert.deepEqual(await unpack(await pack(shared)), shared);
  assert.deepEqual(await unpack(await pack({ ...shared, context: null, text: "" })), {
    ...shared,
    context: null,
    text: "",
  });
});

test("a fragment has the letters that addresses have, and is read back", async () => {
  const packed = await pack({
    ...shared,
    text: Array.from({ length: 500 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 4000))).join(""),
  });
  assert.match(packed, /^[\w-]+$/);
  assert.deepEqual(parseFragment(formatFragment({ room: "tokens", shared: packed })), {
    room: "tokens",
    shared: packed,
  });
  assert.deepEqual(parseFragment("#weights"), { room: "weights", shared: null });
  assert.deepEqual(parseFragment("#nonsense&s"), { room: "tokens", shared: null });
});

test("links that are damaged, or not ours, are refused", async () => {
  const whole = await pack(shared);
  for (const fragment of [
    "",
    "!!!",
    "AAAAA",
    whole.slice(0, -9),
    await packAny({ v: 2 }),
    await packAny({ text: 5 }),
    await packAny({ ...shared, specialText: "other" }),
  ]) {
    await assert.rejects(unpack(fragment), Error, fragment);
  }
});

test("settings that make no sense are left out", async () => {
  const odd = await unpack(
    await packAny({ ...shared, context: -1, marks: "yes", addSpecial: 1, name: "n".repeat(5000), fingerprint: {} }),
  );
  assert.deepEqual(odd, {
    ...shared,
    context: null,
    marks: false,
    addSpecial: false,
    name: "n".repeat(100),
    fingerprint: "",
  });
});

test("a small link that unpacks to much is refused", async () => {
  const bomb = await pack({ ...shared, text: "a".repeat(8 << 20) });
  assert.ok(bomb.length < 20_000);
  await assert.rejects(unpack(bomb), /more than a link may have/);
});
