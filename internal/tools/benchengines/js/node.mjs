// Does tasks in Node: a line of standard input each, and a line of standard output for each.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { perform } from "./work.mjs";

const directory = process.argv[2];
const world = {
  columns: COLUMNS,
  nibble: (plain) => import(pathToFileURL(join(directory, plain ? "plain" : "kernels", "node.js")).href),
  read: (name) => readFile(join(directory, name)),
  model: () => join(directory, "model.gguf"),
};
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await perform(world, JSON.parse(line))));
}
