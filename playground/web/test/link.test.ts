import assert from "node:assert/strict";
import { test } from "node:test";
import { Op, Status } from "../src/engine/abi.gen";
import type { OpCode, RequestOf } from "../src/engine/calls";
import { NibbleError } from "../src/engine/error";
import { Link } from "../src/engine/link";
import type { Ask, FromWorker, ToWorker } from "../src/engine/protocol";
import { Tokenizer } from "../src/engine/tokenizer";

/** A worker that does nothing but note what it is told. */
class Deaf {
  readonly told: ToWorker[] = [];
  onmessage: ((event: { data: FromWorker }) => void) | undefined;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | undefined;
  terminated = false;

  postMessage(message: ToWorker): void {
    this.told.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: FromWorker): void {
    this.onmessage?.({ data });
  }
}

function linked(): { worker: Deaf; link: Link; gone: number[] } {
  const worker = new Deaf();
  const gone: number[] = [];
  const link = new Link(worker as unknown as Worker, { onGone: (handles) => gone.push(...handles) });
  return { worker, link, gone };
}

const status = (link: Link, signal?: AbortSignal): Promise<unknown> => link.ask({ kind: "status" }, signal).answer;

test("answers find who asked, in whatever order they come", async () => {
  const { worker, link } = linked();
  const [a, b] = [status(link), status(link)];
  worker.say({ kind: "answer", id: 2, value: "b" });
  worker.say({ kind: "answer", id: 1, value: "a" });
  worker.say({ kind: "answer", id: 1, value: "again" });
  assert.deepEqual(await Promise.all([a, b]), ["a", "b"]);
});

test("failures have their status, and what was taken back is an AbortError", async () => {
  const { worker, link, gone } = linked();
  const failed = status(link);
  worker.say({ kind: "failure", id: 1, status: Status.Format, message: "a.gguf: malformed" });
  await assert.rejects(failed, (error) => error instanceof NibbleError && error.status === Status.Format);
  const superseded = status(link);
  worker.say({ kind: "failure", id: 2, status: undefined, message: "" });
  await assert.rejects(superseded, { name: "AbortError" });
  worker.say({ kind: "gone", handles: [4] });
  assert.deepEqual(gone, [4]);
});

test("a signal gives up at once, and tells the worker", async () => {
  const { worker, link } = linked();
  const controller = new AbortController();
  const given = status(link, controller.signal);
  controller.abort();
  await assert.rejects(given, { name: "AbortError" });
  assert.deepEqual(worker.told.at(-1), { kind: "control", id: 1, control: "cancel" });
  await assert.rejects(status(link, controller.signal), { name: "AbortError" });
  assert.equal(worker.told.length, 2);

  // A signal that comes after the answer has nothing left to do.
  const late = new AbortController();
  const answered = status(link, late.signal);
  worker.say({ kind: "answer", id: 3, value: 1 });
  assert.equal(await answered, 1);
  late.abort();
  assert.equal(worker.told.length, 3);
});

test("what a call that was given up opens is closed", async () => {
  const open = (op: OpCode): Ask => ({ kind: "call", op, head: {} as RequestOf<OpCode>, blobs: [] });
  const reply = (head: object): object => ({ head, blobs: [] });
  const call = (op: OpCode, head: object): object => ({ kind: "call", op, head, blobs: [] });
  for (const [ask, value, want] of [
    [open(Op.TextOpen), reply({ tokenizer: 7 }), call(Op.TextClose, { tokenizer: 7 })],
    [open(Op.ChatOpen), reply({ chat: 8 }), call(Op.ChatClose, { chat: 8 })],
    [open(Op.WeightsOpen), reply({ weights: 9 }), call(Op.WeightsClose, { weights: 9 })],
    [open(Op.ConvertPlan), reply({ conversion: 10 }), call(Op.ConvertClose, { conversion: 10 })],
    [{ kind: "mount", files: [] }, { directory: "/in/3" }, { kind: "unmount", directory: "/in/3" }],
    [open(Op.TextCount), reply({ tokens: 3 }), undefined],
  ] as [Ask, object, object | undefined][]) {
    const { worker, link } = linked();
    const controller = new AbortController();
    const given = link.ask(ask, controller.signal).answer;
    controller.abort();
    await assert.rejects(given, { name: "AbortError" });
    worker.say({ kind: "answer", id: 1, value });
    worker.say({ kind: "answer", id: 1, value });
    const asked = worker.told.slice(2).map((message) => message.kind === "ask" && message.ask);
    assert.deepEqual(asked, want === undefined ? [] : [want]);
    worker.say({ kind: "failure", id: 2, status: Status.Usage, message: "closed by another" });
  }
});

test("a call that was given up and failed has opened nothing", async () => {
  const { worker, link } = linked();
  const controller = new AbortController();
  const given = link.ask({ kind: "mount", files: [] }, controller.signal).answer;
  controller.abort();
  await assert.rejects(given, { name: "AbortError" });
  worker.say({ kind: "failure", id: 1, status: undefined, message: "" });
  worker.say({ kind: "answer", id: 1, value: { directory: "/in/1" } });
  assert.equal(worker.told.length, 2);
});

test("a conversion ends when the worker says so, not when it is told to stop", async () => {
  const { worker, link } = linked();
  const controller = new AbortController();
  const convert = { kind: "convert", conversion: 1, measure: false, bytes: 1, target: "download" } as const;
  const done: number[] = [];
  const { answer, control } = link.ask(convert, controller.signal, (progress) => done.push(progress.done));
  worker.say({ kind: "progress", id: 1, progress: { done: 5, total: 9, tensor: "t", seconds: 1 } });
  control("pause");
  controller.abort();
  let settled = false;
  const watched = answer.finally(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(settled, false);
  worker.say({ kind: "failure", id: 1, status: undefined, message: "" });
  await assert.rejects(watched, { name: "AbortError" });
  assert.deepEqual(done, [5]);
  assert.deepEqual(
    worker.told.slice(1).map((message) => message.kind === "control" && message.control),
    ["pause", "cancel"],
  );
});

test("a worker that stops takes all that is on its way with it", async () => {
  const { worker, link } = linked();
  const waiting = status(link);
  worker.onerror?.({ message: "", preventDefault: () => undefined });
  await assert.rejects(waiting, /the worker stopped: it did not start/);
  await assert.rejects(status(link), /the worker stopped/);
  assert.ok(worker.terminated);
});

test("typing takes back what has not started of the same slot", async () => {
  const { worker, link } = linked();
  const info = { tokenizer: 7 } as ConstructorParameters<typeof Tokenizer>[1];
  const tokenizer = new Tokenizer(link, info, undefined);
  const first = tokenizer.encodeTyped("left", "a");
  const other = tokenizer.encodeTyped("right", "a");
  const second = tokenizer.encodeTyped("left", "ab");
  assert.deepEqual(
    worker.told.map((message) => (message.kind === "control" ? `${message.control} ${message.id}` : message.kind)),
    ["ask", "ask", "cancel 1", "ask"],
  );
  worker.say({ kind: "failure", id: 1, status: undefined, message: "" });
  await assert.rejects(first, { name: "AbortError" });
  const head = { tokens: 0, bytes: 0, characters: 0, spelled: 0, spelledFirst: [] };
  worker.say({ kind: "answer", id: 2, value: { head, blobs: [] } });
  worker.say({ kind: "answer", id: 3, value: { head: { ...head, tokens: 2 }, blobs: [] } });
  assert.equal((await other).tokens, 0);
  assert.equal((await second).tokens, 2);

  // What was answered is not taken back.
  void tokenizer.encodeTyped("left", "abc").catch(() => undefined);
  assert.equal(worker.told.filter((message) => message.kind === "control").length, 1);
  const [ask] = worker.told;
  assert.ok(ask?.kind === "ask" && ask.ask.kind === "call" && ask.ask.op === Op.TextEncode);
});
