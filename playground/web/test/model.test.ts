import assert from "node:assert/strict";
import { test } from "node:test";
import type { Engine } from "../src/engine/client.js";
import type { Mount } from "../src/engine/mount.js";
import type { Weights } from "../src/engine/weights.js";
import { Model } from "../src/weights/model.js";
import { otherName } from "../src/weights/target.js";

/** A model in an engine that writes down which importance matrices it has, and fails to take those named bad. */
function opened(): { model: Model; mounted: Set<string>; plan: (file: File | null) => Promise<unknown> } {
  const mounted = new Set<string>();
  let taken = 0;
  const engine: Partial<Engine> = {
    mount: ([file]) => {
      const path = `/in/${String(taken++)}/${file?.name ?? ""}`;
      if (path.endsWith("/bad")) return Promise.reject(new Error("bad"));
      mounted.add(path);
      return Promise.resolve({ path, paths: [path], directory: path });
    },
    unmount: ({ path }: Mount) => {
      mounted.delete(path);
      return Promise.resolve();
    },
  };
  const weights = {
    planConversion: (_options: unknown, _signal: unknown, path: string | undefined) => Promise.resolve(path),
    close: () => Promise.resolve(),
  };
  const files = ["tiny/Model-F16.gguf", "tiny/config.json"];
  const model = new Model(engine as Engine, "tiny", files, weights as unknown as Weights);
  const { signal } = new AbortController();
  return { model, mounted, plan: (file) => model.plan({} as Parameters<Model["plan"]>[0], file, signal) };
}

test("an importance matrix is handed over once, and taken back when another one or none is used", async () => {
  const { model, mounted, plan } = opened();
  const one = new File([], "one");
  const two = new File([], "two");
  assert.equal(await plan(one), "/in/0/one");
  assert.equal(await plan(one), "/in/0/one");
  assert.equal(await plan(two), "/in/1/two");
  assert.deepEqual([...mounted], ["/in/1/two"]);
  assert.equal(await plan(null), undefined);
  assert.deepEqual([...mounted], []);
  assert.equal(await plan(two), "/in/2/two");
  await model.close();
  assert.deepEqual([...mounted], []);
});

test("an importance matrix that could not be handed over is tried again", async () => {
  const { model, plan } = opened();
  const bad = new File([], "bad");
  await assert.rejects(plan(bad), /bad/);
  Object.defineProperty(bad, "name", { value: "good" });
  assert.equal(await plan(bad), "/in/1/good");
  await model.close();
});

test("a model knows the names of its files, and a file beside one has another name", () => {
  const { model } = opened();
  for (const name of ["Model-F16.gguf", "model-f16.GGUF", "config.json"]) {
    assert.ok(model.hasFile(name), name);
    assert.ok(!model.hasFile(otherName(name)), name);
  }
  assert.ok(!model.hasFile("tiny"));
  assert.equal(otherName("a.b.gguf"), "a.b-converted.gguf");
  assert.equal(otherName("a"), "a-converted");
});
