import assert from "node:assert/strict";
import { test } from "node:test";
import { DirectoryNode, FileNode, Files } from "../src/engine/files";
import { mount, withoutMounts } from "../src/engine/mount";
import { BytesSource } from "../src/engine/source";
import { vocabularyFirst } from "../src/engine/vocabulary";

const source = new BytesSource(new Uint8Array(0));

function mounted(...names: string[]): { path: string; paths: string[] } {
  const { path, paths, directory } = mount(
    new Files(),
    names.map((name) => ({ name, source })),
  );
  const below = (p: string): string => p.slice(directory.length + 1);
  return { path: below(path), paths: paths.map(below) };
}

test("what a call opens of several files", () => {
  for (const [names, path] of [
    [["model.gguf"], "model.gguf"],
    [["model.safetensors"], "model.safetensors"],
    [["m-00002-of-00002.gguf", "m-00001-of-00002.gguf"], "model/m-00001-of-00002.gguf"],
    [["M-00002-of-00002.GGUF", "M-00001-of-00002.GGUF"], "model/M-00001-of-00002.GGUF"],
    [["config.json", "model.safetensors"], "model"],
    [["fable/config.json", "fable/model.safetensors"], "fable"],
    [["fable/sub/a.bin", "fable/config.json", "fable/model.safetensors"], "fable"],
  ] as const) {
    assert.equal(mounted(...names).path, path, names.join(" "));
  }
});

test("names have no power", () => {
  assert.deepEqual(mounted("../../etc/passwd").paths, ["etc/passwd"]);
  assert.deepEqual(mounted("/a//./b\0c").paths, ["a/bc"]);
  assert.deepEqual(mounted("..").paths, ["file"]);
  assert.deepEqual(mounted("a\ud800b").paths, ["a\ufffdb"]);
});

test("equal names do not meet, and what is unmounted is gone and closed", () => {
  const files = new Files();
  let closed = 0;
  const closing = { ...source, size: 0, read: () => 0, close: () => void closed++ };
  const [a, b] = [1, 2].map(() => mount(files, [{ name: "a", source: closing }]));
  assert.ok(a && b && a.path !== b.path);
  assert.ok(files.find(files.root, a.path.slice(1)) instanceof FileNode);
  files.unmount(a.directory);
  assert.equal(closed, 1);
  assert.equal(files.find(files.root, a.path.slice(1)) instanceof FileNode, false);
  assert.ok(files.find(files.root, b.path.slice(1)) instanceof FileNode);
  assert.ok(files.find(files.root, "in") instanceof DirectoryNode);
  files.unmount("/not/there");
});

test("a file is no directory", () => {
  const files = new Files();
  files.mount("/a", source);
  assert.throws(() => files.mount("/a/b", source), RangeError);
  assert.throws(() => files.mount("/", source), RangeError);
});

test("files that cannot lie beside one another leave nothing", () => {
  const files = new Files();
  const given = ["a/b", "a/b/c"].map((name) => ({ name, source }));
  assert.throws(() => mount(files, given), RangeError);
  const root = files.find(files.root, "in");
  assert.ok(root instanceof DirectoryNode && root.entries.size === 0);
});

test("messages name files as people do", () => {
  assert.equal(withoutMounts("/in/12/fable/config.json: no such file"), "fable/config.json: no such file");
  assert.equal(withoutMounts("open /in/3/a: /in/4/b"), "open a: b");
});

test("the vocabulary comes first", () => {
  const first = (...names: string[]): string | undefined => vocabularyFirst(names.map((name) => ({ name })))[0]?.name;
  assert.equal(first("tokenizer_config.json", "tokenizer.json", "special_tokens_map.json"), "tokenizer.json");
  assert.equal(first("config.json", "tokenizer_config.json", "tokenizer.model"), "tokenizer.model");
  assert.equal(first("added_tokens.json", "merges.txt", "vocab.json"), "vocab.json");
  assert.equal(first("m/tokenizer_config.json", "m/tokenizer.json"), "m/tokenizer.json");
  assert.equal(first("config.json", "o200k_base.tiktoken"), "o200k_base.tiktoken");
  assert.equal(first("mine.json"), "mine.json");
  assert.equal(first("Config.json", "MODEL.GGUF"), "MODEL.GGUF");
});
