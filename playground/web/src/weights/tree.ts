// The tensors of a model as a tree of groups: blk.0, blk.1, ...

import type { TensorEntry } from "../engine/abi.gen.js";

/** A Node is a tensor or a group of tensors whose names begin alike. */
export interface Node {
  key: string; // the beginning of the names; unique among groups and among tensors
  label: string; // the key without that of the group around
  level: number; // counted from 1
  parent: Node | null;
  children: Node[]; // of a group
  tensor: TensorEntry | null; // null: a group
  tensors: number;
  values: number;
  bytes: number;
  type: string; // of all tensors, or mixed
  place: number; // among its siblings, counted from 1
}

/** The type of a group whose tensors have several. */
export const mixed = "mixed";

/** Groups in groups are opened to this depth. What follows in a name is the tensor's label, whatever it spells. */
export const deepestGroup = 8;

/** tensorTree groups tensors by their names up to each part that is a number, in the order of the file. */
export function tensorTree(tensors: readonly TensorEntry[]): Node[] {
  const roots: Node[] = [];
  const groups = new Map<string, Node>();
  for (const tensor of tensors) {
    const { name } = tensor;
    let parent: Node | null = null;
    let start = 0; // of the label
    let at = 0; // where a part begins
    for (let depth = 0; depth < deepestGroup;) {
      const end = name.indexOf(".", at);
      if (end < 0) break;
      if (/^\d+$/.test(name.slice(at, end))) {
        const key = name.slice(0, end);
        let group = groups.get(key);
        if (group === undefined) {
          group = newNode(key, name.slice(start, end), parent, roots, null);
          groups.set(key, group);
        }
        parent = group;
        start = end + 1;
        depth++;
      }
      at = end + 1;
    }
    add(newNode(name, name.slice(start), parent, roots, tensor), tensor);
  }
  sortNumbers(roots);
  return roots;
}

/** Puts groups whose names differ in their last number alone in the order of that number, each in the place of one of them. */
function sortNumbers(siblings: Node[]): void {
  const places = new Map<string, number[]>();
  siblings.forEach(({ tensor, label }, i) => {
    if (tensor !== null) return;
    const stem = stemOf(label);
    const known = places.get(stem);
    if (known === undefined) places.set(stem, [i]);
    else known.push(i);
  });
  const before = [...siblings];
  for (const [stem, at] of places) {
    const number = (i: number): number => Number(before[i]?.label.slice(stem.length));
    const sorted = [...at].sort((a, b) => number(a) - number(b) || 0); // numbers without end are alike
    at.forEach((place, i) => {
      const node = before[sorted[i] ?? place];
      if (node !== undefined) siblings[place] = node;
    });
  }
  siblings.forEach((node, i) => {
    node.place = i + 1;
    sortNumbers(node.children);
  });
}

/** The label of a group without the number at its end. */
function stemOf(label: string): string {
  let end = label.length;
  while (end > 0 && isDigit(label.charCodeAt(end - 1))) end--;
  return label.slice(0, end);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function newNode(key: string, label: string, parent: Node | null, roots: Node[], tensor: TensorEntry | null): Node {
  const siblings = parent === null ? roots : parent.children;
  const node: Node = {
    key,
    label,
    level: parent === null ? 1 : parent.level + 1,
    parent,
    children: [],
    tensor,
    tensors: 0,
    values: 0,
    bytes: 0,
    type: "",
    place: 0,
  };
  siblings.push(node);
  return node;
}

/** add counts a tensor in its node and in the groups around it. */
function add(leaf: Node, tensor: TensorEntry): void {
  for (let node: Node | null = leaf; node !== null; node = node.parent) {
    node.tensors++;
    node.values += tensor.values;
    node.bytes += tensor.bytes;
    node.type = node.type === "" || node.type === tensor.type ? tensor.type : mixed;
  }
}

/** matches reports whether all words of a filter are in a tensor's name or are its type. */
export function matches(tensor: TensorEntry, words: readonly string[]): boolean {
  const name = tensor.name.toLowerCase();
  const type = tensor.type.toLowerCase();
  return words.every((word) => name.includes(word) || type === word);
}

/** filterWords splits what somebody typed into a filter. */
export function filterWords(filter: string): string[] {
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** shownNodes lists the nodes that are in sight: those whose groups are open or, with a filter, hold a match. */
export function shownNodes(roots: readonly Node[], open: ReadonlySet<string>, words: readonly string[]): Node[] {
  const shown: Node[] = [];
  const visit = (nodes: readonly Node[]): boolean => {
    let any = false;
    for (const node of nodes) {
      if (node.tensor !== null) {
        if (matches(node.tensor, words)) {
          shown.push(node);
          any = true;
        }
        continue;
      }
      const at = shown.push(node);
      if (words.length > 0) {
        if (visit(node.children)) {
          any = true;
        } else {
          shown.length = at - 1;
        }
      } else {
        any = true;
        if (open.has(node.key)) {
          visit(node.children);
        }
      }
    }
    return any;
  };
  visit(roots);
  return shown;
}
