import assert from "node:assert/strict";
import { test } from "node:test";
import type { TensorEntry } from "../src/engine/abi.gen.js";
import { deepestGroup, mixed, type Node, shownNodes, tensorTree } from "../src/weights/tree.js";

function entry(name: string, type = "F32"): TensorEntry {
  return { name, type, shape: [2], values: 2, bytes: 8, offset: 0, decodes: true };
}

/** The tree as text: a line each node, deeper ones further in. */
function drawn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => [
    `${"  ".repeat(node.level - 1)}${node.label}${node.tensor === null ? ` (${String(node.tensors)})` : ""}`,
    ...drawn(node.children),
  ]);
}

test("tensors are grouped by the numbers of their names, in the order of the numbers", () => {
  const names = ["output", "blk.10.attn", "blk.2.ffn.0.up", "blk.2.ffn.1.up", "blk.2.attn", "norm"];
  const roots = tensorTree(names.map((name) => entry(name)));
  assert.deepEqual(drawn(roots), [
    "output",
    "blk.2 (3)",
    "  ffn.0 (1)",
    "    up",
    "  ffn.1 (1)",
    "    up",
    "  attn",
    "blk.10 (1)",
    "  attn",
    "norm",
  ]);
  assert.deepEqual(
    roots.map(({ place }) => place),
    [1, 2, 3, 4],
  );
});

test("a group sums up what is in it", () => {
  const [group] = tensorTree([entry("a.0.x"), entry("a.0.y", "Q8_0")]);
  assert.deepEqual([group?.tensors, group?.values, group?.bytes, group?.type], [2, 4, 16, mixed]);
});

test("a name with a part after the other is grouped to a depth, and what is left is the label", () => {
  const name = `${"0.".repeat(80_000)}w`;
  const roots = tensorTree([entry(name), entry("0.0.w")]);
  let node = roots[0];
  while (node !== undefined && node.children.length > 0) node = node.children[0];
  assert.equal(node?.level, deepestGroup + 1);
  assert.equal(node?.label, name.slice(2 * deepestGroup));
  const open = new Set(Array.from({ length: deepestGroup }, (_, i) => "0.".repeat(i + 1).slice(0, -1)));
  assert.equal(shownNodes(roots, open, []).length, deepestGroup + 2);
});

test("long numbers take no time, wherever they are", { timeout: 5000 }, () => {
  const digits = "1".repeat(160_000);
  const roots = tensorTree([entry(`x${digits}y.${digits}.w`), entry(`x${digits}y.${digits}1.w`), entry(`${digits}.w`)]);
  assert.deepEqual(
    roots.map(({ place }) => place),
    [1, 2, 3],
  );
});
