import assert from "node:assert/strict";
import { test } from "node:test";
import { latest } from "../src/tokens/latest.js";

test("of answers only that of the newest call comes through, and others are closed", async () => {
  const newest = latest();
  const closed: string[] = [];
  const close = (late: string): Promise<void> => {
    closed.push(late);
    return Promise.reject(new Error("it is closed already"));
  };
  let answer: (text: string) => void = () => undefined;
  const slow = newest(new Promise<string>((resolve) => (answer = resolve)), close);
  assert.equal(await newest(Promise.resolve("second"), close), "second");
  answer("first");
  assert.equal(await slow, undefined);
  assert.deepEqual(closed, ["first"]);
});

test("an error is thrown by the newest call alone", async () => {
  const newest = latest();
  const old = newest(Promise.reject(new Error("old")));
  const last = newest(Promise.reject(new Error("last")));
  assert.equal(await old, undefined);
  await assert.rejects(last, /last/);
});
