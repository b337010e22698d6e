import assert from "node:assert/strict";
import { test } from "node:test";
import { Token, type TextOpenReply } from "../src/engine/abi.gen.js";
import type { Tokenizer } from "../src/engine/tokenizer.js";
import { Flow, type FlowOptions } from "../src/tokens/flow.js";
import { bytePlaces, commonTokens, TokenizedText, type TokenArrays } from "../src/tokens/tokenized.js";
import { Vocabulary } from "../src/tokens/vocabulary.js";

const info = { added: [{ id: 0, text: "<s>", roles: ["bos"], guessed: [], special: true }] };
const vocabulary = new Vocabulary({ info: info as unknown as TextOpenReply } as Tokenizer);

/** Numbers that look random and are the same every time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Makes a token of each stretch that pattern finds; what it leaves is a gap. */
function tokenize(text: string, pattern: RegExp, template = false): TokenizedText {
  const found = [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    id: 1 + match[0].length,
    flags: 0,
  }));
  if (template) found.unshift({ start: 0, end: 0, id: 0, flags: Token.Template | Token.Special });
  const numbers = (of: (token: (typeof found)[number]) => number): Uint32Array => Uint32Array.from(found, of);
  const bytes = (place: number): number => new TextEncoder().encode(text.slice(0, place)).length;
  const tokens: TokenArrays = {
    ids: numbers((t) => t.id),
    starts: numbers((t) => t.start),
    ends: numbers((t) => t.end),
    byteStarts: numbers((t) => bytes(t.start)),
    byteEnds: numbers((t) => bytes(t.end)),
    flags: Uint8Array.from(found, (t) => t.flags),
  };
  return new TokenizedText(text, tokens, vocabulary);
}

function options(text: TokenizedText, columns: number): FlowOptions {
  return {
    columns,
    extra: 0.5,
    marked: true,
    label: (i) => ({ text: text.gap(i) + text.label(i), breaks: text.isText(i) || text.gap(i) !== "" }),
  };
}

async function broken(text: TokenizedText, columns: number, before?: Flow): Promise<Flow> {
  const reuse = before && { flow: before, common: commonTokens(before.text, text) };
  const flow = new Flow(text, options(text, columns), reuse);
  await flow.run(() => undefined);
  return flow;
}

/** What is in each row, as a string. */
function rows(flow: Flow): string[] {
  const out: string[] = [];
  for (let row = 0; row < flow.rows; row++) {
    const from = flow.start(row);
    const to = flow.start(row + 1);
    let line = "";
    for (let i = from.token; i < to.token || (i === to.token && to.offset > 0); i++) {
      const { text } = flow.options.label(i);
      line += text.slice(i === from.token ? from.offset : 0, i === to.token ? to.offset : undefined);
    }
    out.push(line);
  }
  return out;
}

test("rows hold all of the text, and no more than their columns", async () => {
  const text = "Once upon a time,\n\nthere was averyveryveryverylongword in the\tmiddle.\n";
  const flow = await broken(tokenize(text, /\s*\S+\n*/g), 16);
  assert.equal(rows(flow).join(""), text);
  assert.ok(
    rows(flow).every((row) => row.length <= 16),
    rows(flow).join("|"),
  );
  assert.deepEqual(rows(flow).slice(0, 4), ["Once upon a", " time,\n", "\n", "there was aver"]);
});

test("a gap and a token that is in no text have their place", async () => {
  const text = tokenize("one  two\n three", /\S+/g, true);
  assert.deepEqual(rows(await broken(text, 40)), ["<s>one  two\n", " three"]);
  assert.equal(text.gap(2), "  ");
  assert.equal(text.gap(0), "");
});

test("rowOf finds the row of each token", async () => {
  const flow = await broken(tokenize("aa bb cc dd ee ff\ngg hh", / ?[a-z]+\n?/g), 8);
  for (let row = 0; row < flow.rows; row++) {
    const { token, offset } = flow.start(row);
    assert.equal(flow.rowOf(token, offset), row);
  }
});

test("a flow that reuses another one has the rows of one that does not", async () => {
  const roll = dice(7);
  const words = [
    "a",
    " fox",
    " élan",
    "\n",
    " wonderful",
    "  ",
    ".",
    " 日本",
    "\n\n",
    " extraordinarily-long-word-that-fills-rows",
  ];
  const write = (n: number): string => Array.from({ length: n }, () => words[roll(words.length)]).join("");
  let reused = 0;
  for (let round = 0; round < 60; round++) {
    const pattern = round % 2 === 0 ? /\s*[^\s]{1,6}\n?|\s+/g : /[^\s]{1,4}/g;
    const columns = 10 + roll(40);
    let text = write(20 + roll(300));
    let flow = await broken(tokenize(text, pattern), columns);
    for (let edit = 0; edit < 4; edit++) {
      const at = roll(text.length + 1);
      text = text.slice(0, at) + write(roll(4)) + text.slice(at + roll(8));
      const next = await broken(tokenize(text, pattern), columns, flow);
      reused += next.kept;
      assert.deepEqual(
        rows(next),
        rows(await broken(tokenize(text, pattern), columns)),
        `round ${String(round)}, edit ${String(edit)}`,
      );
      flow = next;
    }
  }
  assert.ok(reused > 1000, `only ${String(reused)} rows were reused`);
});

test("tokens are found by their place in the text, and places by tokens", () => {
  const text = tokenize("one  two three", /\S+/g, true);
  assert.equal(text.at(0), 1);
  assert.equal(text.at(2), 1);
  assert.equal(text.at(3), -1);
  assert.equal(text.at(5), 2);
  assert.deepEqual(text.touching(2, 6), { first: 1, last: 3 });
  assert.deepEqual(text.touching(3, 5), { first: 0, last: 0 });
  assert.deepEqual(text.touching(9, 9), { first: 3, last: 4 });
});

test("places in UTF-16 units are places in bytes", () => {
  const text = "aé日🦊z";
  const units = Uint32Array.from([0, 1, 2, 3, 5, 6]);
  const bytes = [0, 1, 3, 6, 10, 11];
  const { byteStarts, byteEnds } = bytePlaces(text, units, units.slice(1));
  assert.deepEqual([...byteStarts], bytes);
  assert.deepEqual([...byteEnds], bytes.slice(1));
});

test("parts of characters are spelled as bytes", () => {
  const arrays = (
    flags: number[],
    ids: number[],
    bytes: [number, number][],
    units: [number, number][],
  ): TokenArrays => ({
    ids: Uint32Array.from(ids),
    flags: Uint8Array.from(flags),
    byteStarts: Uint32Array.from(bytes, ([start]) => start),
    byteEnds: Uint32Array.from(bytes, ([, end]) => end),
    starts: Uint32Array.from(units, ([start]) => start),
    ends: Uint32Array.from(units, ([, end]) => end),
  });
  const p = Token.Partial;
  const text = new TokenizedText(
    "x €!",
    arrays(
      [0, p, p, 0],
      [1, 2, 3, 4],
      [
        [0, 1],
        [1, 3],
        [3, 5],
        [5, 6],
      ],
      [
        [0, 1],
        [1, 3],
        [2, 3],
        [3, 4],
      ],
    ),
    vocabulary,
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => text.label(i)),
    ["x", "␣ E2", "82 AC", "!"],
  );
  assert.deepEqual([...text.unspelled()], []);
  assert.deepEqual(text.touching(2, 3), { first: 1, last: 3 });
});
