import { Status } from "./abi.gen.js";
import { compile } from "./compile.js";
import { contentOf, sourceOf } from "./content.js";
import { Run } from "./conversion.js";
import { abortError, messageOf, NibbleError } from "./error.js";
import { mount } from "./mount.js";
import type { Ask, Control, FromWorker, ToWorker } from "./protocol.js";
import { Session } from "./session.js";
import { discard, openSink, removeOld } from "./sink.js";
import { nextTurn } from "./turn.js";

/** Asks that have not started, in their order. */
const queue: { id: number; ask: Ask }[] = [];
let serving = false;
const runs = new Map<number, Run>();
let session: Session | undefined;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case "start":
      session = start(data.small, data.whole);
      // Where there is no private file system, nothing is in it.
      removeOld().catch(() => undefined);
      break;
    case "ask":
      queue.push(data);
      void serve();
      break;
    case "control":
      control(data.id, data.control);
      break;
  }
};

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function start(small: string | undefined, whole: string): Session {
  return new Session({
    small: small === undefined ? undefined : once(() => compile(small)),
    whole: once(() => compile(whole)),
    onLine: (line) => post({ kind: "line", line }),
    onGone: (handles) => post({ kind: "gone", handles }),
  });
}

/** Keeps what made something succeed, for the guests that come after one that died. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((thrown: unknown) => {
      made = undefined;
      throw thrown;
    }));
}

/**
 * Starts what is in the queue, one after the other. Messages are let in before each, so that what is cancelled in time
 * never starts.
 */
async function serve(): Promise<void> {
  if (serving) {
    return;
  }
  serving = true;
  await nextTurn();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    void answer(next.id, next.ask);
    await nextTurn();
  }
  serving = false;
}

async function answer(id: number, ask: Ask): Promise<void> {
  try {
    const [value, transfer] = await carryOut(id, ask);
    post({ kind: "answer", id, value }, transfer);
  } catch (thrown) {
    fail(id, thrown);
  }
}

function fail(id: number, thrown: unknown): void {
  if (thrown instanceof DOMException && thrown.name === "AbortError") {
    post({ kind: "failure", id, status: undefined, message: thrown.message });
    return;
  }
  const status = thrown instanceof NibbleError ? thrown.status : Status.Input;
  post({ kind: "failure", id, status, message: messageOf(thrown) });
}

function control(id: number, what: Control): void {
  const run = runs.get(id);
  if (run !== undefined) {
    run[what]();
    return;
  }
  const waiting = queue.findIndex((request) => request.id === id);
  if (what === "cancel" && waiting >= 0) {
    queue.splice(waiting, 1);
    fail(id, abortError());
  }
}

/** Returns the answer, and what of it to transfer. */
async function carryOut(id: number, ask: Ask): Promise<[value: unknown, transfer?: Transferable[]]> {
  if (session === undefined) {
    throw new NibbleError(Status.Usage, "the engine was not started");
  }
  switch (ask.kind) {
    case "call": {
      const reply = await session.call(ask.op, ask.head, ask.blobs.map(contentOf));
      // The blobs of a reply lie in one buffer.
      return [reply, reply.blobs.slice(0, 1).map((blob) => blob.buffer)];
    }
    case "mount": {
      const sources = ask.files.map(({ name, data }) => ({ name, source: sourceOf(data) }));
      return [mount(session.files, sources)];
    }
    case "unmount":
      session.files.unmount(ask.directory);
      return [undefined];
    case "load":
      await session.load();
      return [undefined];
    case "status":
      return [session.status()];
    case "convert": {
      const run = new Run();
      runs.set(id, run);
      try {
        const sink = await openSink(ask.target, ask.bytes);
        return [await run.write(session, ask, sink, (progress) => post({ kind: "progress", id, progress }))];
      } finally {
        runs.delete(id);
      }
    }
    case "discard":
      await discard(ask.name);
      return [undefined];
  }
}
