import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { KernelsModule, MaxParts, Op, Status } from "../src/engine/abi.gen";
import { Run } from "../src/engine/conversion";
import { NibbleError } from "../src/engine/error";
import { Files } from "../src/engine/files";
import { Memory } from "../src/engine/memory";
import { Guest } from "../src/engine/module";
import { mount } from "../src/engine/mount";
import type { Progress } from "../src/engine/protocol";
import { Session, type SessionOptions } from "../src/engine/session";
import type { Sink } from "../src/engine/sink";
import { BytesSource } from "../src/engine/source";
import { wasi } from "../src/engine/wasi";

// The tests run from bin/webtest, with the modules in bin/web.
const small = await WebAssembly.compile(readFileSync(new URL("../web/nibble-text.wasm", import.meta.url)));
const whole = await WebAssembly.compile(readFileSync(new URL("../web/nibble.wasm", import.meta.url)));
const sample = new URL("../../internal/sample/fable-4m/", import.meta.url);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, sample)));
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

function newSession(options: Partial<SessionOptions> = {}): Session {
  return new Session({ small: async () => small, whole: async () => whole, ...options });
}

async function openSample(session: Session): Promise<number> {
  return (await session.call(Op.TextOpen, { files: ["tokenizer.json"] }, [read("tokenizer.json")])).head.tokenizer;
}

async function idsOf(session: Session, tokenizer: number): Promise<string> {
  const { blobs } = await session.call(Op.TextEncode, { tokenizer, options: {} }, [text("Once upon a time")]);
  return String(blobs[0]);
}

function mountSample(session: Session): string {
  const files = readdirSync(sample).map((name) => ({ name: `fable-4m/${name}`, source: new BytesSource(read(name)) }));
  return mount(session.files, files).path;
}

const failsWith =
  (status: number, message = /./) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof NibbleError, String(error));
    assert.equal(error.status, status, error.message);
    assert.match(error.message, message);
    return true;
  };

test("the shim has the functions that the modules import, and no others", () => {
  const imported = [small, whole]
    .flatMap((module) => WebAssembly.Module.imports(module))
    .filter(({ module }) => module !== KernelsModule);
  assert.deepEqual([...new Set(imported.map(({ module }) => module))], ["wasi_snapshot_preview1"]);
  const provided = Object.keys(wasi({ memory: new Memory(), files: new Files(), onLine: () => undefined }));
  assert.deepEqual([...new Set(imported.map(({ name }) => name))].sort(), provided.sort());
});

test("a session moves to the whole module when it has to, and takes along what is open", async () => {
  const session = newSession();
  const tokenizer = await openSample(session);
  const want = await idsOf(session, tokenizer);
  assert.equal(session.status().whole, false);

  await session.call(Op.QuantizeTypes, {});
  assert.equal(session.status().whole, true);
  assert.equal(await idsOf(session, tokenizer), want);
  assert.equal(session.status().handles, 1);
  await session.call(Op.TextClose, { tokenizer });
  await assert.rejects(idsOf(session, tokenizer), failsWith(Status.Usage, /not open any more/));
});

test("a tokenizer that the small module does not know is opened in the whole one", async () => {
  const session = newSession();
  const words = `{"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"WhitespaceSplit"},
    "post_processor":null,"decoder":null,"model":{"type":"WordLevel","vocab":{"[UNK]":0,"a":1},"unk_token":"[UNK]"}}`;
  const { head } = await session.call(Op.TextOpen, { files: ["tokenizer.json"] }, [text(words)]);
  assert.equal(head.model, "WordLevel");
  assert.equal(session.status().whole, true);
});

test("the small module answers while the whole one is on its way", async () => {
  let arrive: (module: WebAssembly.Module) => void = () => undefined;
  const session = newSession({ whole: () => new Promise((resolve) => (arrive = resolve)) });
  const tokenizer = await openSample(session);
  const types = session.call(Op.QuantizeTypes, {});
  const want = await idsOf(session, tokenizer);
  assert.equal(session.status().whole, false);
  arrive(whole);
  await types;
  assert.equal(session.status().whole, true);
  assert.equal(await idsOf(session, tokenizer), want);
});

test("a module that cannot be loaded is asked for again the next time", async () => {
  let attempts = 0;
  const session = newSession({
    whole: async () => {
      if (++attempts === 1) {
        throw new Error("no network");
      }
      return whole;
    },
  });
  await assert.rejects(session.call(Op.QuantizeTypes, {}), failsWith(Status.Input, /no network/));
  await session.call(Op.QuantizeTypes, {});
  assert.equal(attempts, 2);
});

/** Has what is done with guests see them die of a trap in the exports of some names, as long as deadly says so. */
async function withTraps(names: string[], deadly: () => boolean, test: () => Promise<void>): Promise<void> {
  const original = WebAssembly.instantiate;
  const instantiate = original as (m: WebAssembly.Module, i?: WebAssembly.Imports) => Promise<WebAssembly.Instance>;
  const trapping = async (module: WebAssembly.Module, imports?: WebAssembly.Imports): Promise<unknown> => {
    const exports = { ...(await instantiate(module, imports)).exports };
    for (const name of names.filter((name) => name in exports)) {
      const real = exports[name] as (...values: number[]) => unknown;
      exports[name] = (...values: number[]) => {
        if (deadly()) {
          throw new WebAssembly.RuntimeError("unreachable");
        }
        return real(...values);
      };
    }
    return { exports };
  };
  WebAssembly.instantiate = trapping as unknown as typeof WebAssembly.instantiate;
  try {
    await test();
  } finally {
    WebAssembly.instantiate = original;
  }
}

test("a guest that died says so, whatever is asked of it", () =>
  withTraps(
    ["nibble_call"],
    () => true,
    async () => {
      const guest = await Guest.start(small);
      assert.equal(guest.dead, false);
      const find = (): unknown => guest.call(Op.TextFind, { tokenizer: 1 });
      assert.throws(find, failsWith(Status.Internal, /^the module stopped: /));
      assert.equal(guest.dead, true);
      assert.throws(find, failsWith(Status.Internal, /stopped earlier/));
      assert.throws(() => guest.collect(), failsWith(Status.Internal, /stopped earlier/));
    },
  ));

for (const end of ["nibble_call", "nibble_collect"]) {
  test(`a guest that dies of closing something, in ${end}, is replaced`, async () => {
    let deadly = false;
    await withTraps(
      [end],
      () => deadly,
      async () => {
        const gone: number[][] = [];
        const session = newSession({ small: undefined, onGone: (handles) => gone.push(handles) });
        const [closed, kept] = [await openSample(session), await openSample(session)];
        const want = await idsOf(session, kept);
        const { conversion } = await plan(session);
        deadly = true;
        await assert.rejects(session.call(Op.TextClose, { tokenizer: closed }), failsWith(Status.Internal, /stopped/));
        deadly = false;
        assert.deepEqual(gone, [[conversion]]);
        assert.equal(await idsOf(session, kept), want);
        assert.equal(session.status().handles, 1);
      },
    );
  });
}

test("calls that wait for a guest while another is its end go to the next one", async () => {
  let deadly = true;
  await withTraps(
    ["nibble_call"],
    () => deadly,
    async () => {
      let buried = 0;
      const session = newSession({ onGone: () => buried++ });
      const open = (): Promise<number> => openSample(session);
      const first = open().catch((error: unknown) => {
        deadly = false;
        throw error;
      });
      const second = first.catch(() => undefined).then(open);
      const third = open();
      await assert.rejects(first, failsWith(Status.Internal, /stopped/));
      const handles = await Promise.all([second, third]);
      assert.notEqual(handles[0], handles[1]);
      assert.equal(buried, 1);
    },
  );
});

test("a batch of more texts than a message may have is refused in words", async () => {
  const session = newSession();
  const tokenizer = await openSample(session);
  const batch = (texts: number): Promise<unknown> =>
    session.call(Op.TextBatch, { tokenizer, options: {} }, Array<Uint8Array>(texts).fill(text("")));
  await assert.rejects(batch(MaxParts), failsWith(Status.Limit, /131072 blobs/));
  await assert.rejects(batch(MaxParts / 2), failsWith(Status.Limit, /more than 65535 texts/));
  await idsOf(session, tokenizer);
});

/** A sink that keeps the file, and what became of it. */
class Kept implements Sink {
  readonly bytes: Uint8Array;
  state = "open";

  constructor(
    length: number,
    private readonly onWrite: () => void = () => undefined,
  ) {
    this.bytes = new Uint8Array(length);
  }

  write(bytes: Uint8Array, offset: number): void {
    this.bytes.set(bytes, offset);
    this.onWrite();
  }

  close(): Promise<undefined> {
    this.state = "closed";
    return Promise.resolve(undefined);
  }

  abort(): Promise<void> {
    this.state = "aborted";
    return Promise.resolve();
  }
}

async function plan(session: Session): Promise<{ conversion: number; bytes: number }> {
  const path = mountSample(session);
  const { head } = await session.call(Op.ConvertPlan, { path }, [text('{"type":"Q8_0"}')]);
  return head;
}

test("a conversion pauses, lets others have their turn, and goes on", async () => {
  const session = newSession();
  const tokenizer = await openSample(session);
  const { conversion, bytes } = await plan(session);
  const run = new Run();
  let chunks = 0;
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const sink = new Kept(bytes, () => {
    if (++chunks === 2) {
      run.pause();
      reach();
    }
  });
  const progress: Progress[] = [];
  const written = run.write(session, { conversion, measure: false }, sink, (p) => progress.push(p));
  await reached;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok((await idsOf(session, tokenizer)).length > 0);
  assert.equal(chunks, 2);
  run.resume();
  const { bytes: total, seconds } = await written;
  assert.equal(total, bytes);
  assert.ok(seconds > 0);
  assert.equal(sink.state, "closed");
  assert.equal(progress.at(-1)?.done, progress.at(-1)?.total);
  assert.deepEqual([...sink.bytes.subarray(0, 4)], [...text("GGUF")]);
});

test("a conversion that is cancelled leaves nothing", async () => {
  const session = newSession();
  for (const paused of [false, true]) {
    const { conversion, bytes } = await plan(session);
    const run = new Run();
    const sink = new Kept(bytes, () => {
      if (paused) {
        run.pause();
        setTimeout(() => run.cancel());
      } else {
        run.cancel();
      }
    });
    await assert.rejects(
      run.write(session, { conversion, measure: false }, sink, () => undefined),
      { name: "AbortError" },
    );
    assert.equal(sink.state, "aborted");
  }
});

test("a conversion that cannot be written leaves nothing", async () => {
  const session = newSession();
  const { conversion, bytes } = await plan(session);
  const sink = new Kept(bytes, () => {
    throw new Error("no room");
  });
  await assert.rejects(
    new Run().write(session, { conversion, measure: false }, sink, () => undefined),
    /no room/,
  );
  assert.equal(sink.state, "aborted");
});
