import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, glyphOf, inOneLine } from "../src/tokens/glyphs.js";
import { mostInArea, partAround } from "../src/tokens/parts.js";

test("a short text is one part", () => {
  const text = "x".repeat(mostInArea);
  assert.deepEqual(partAround(text, 5), { start: 0, end: mostInArea });
});

test("parts of a long text have the place, and begin and end with lines", () => {
  const text = "a line of some length\n".repeat(20_000);
  for (const place of [0, 1, 22, 100_000, 220_001, text.length - 1, text.length]) {
    const { start, end } = partAround(text, place);
    assert.ok(start <= place && place <= end, `${String(place)} in ${String(start)} to ${String(end)}`);
    assert.ok(end - start <= mostInArea);
    assert.ok(start === 0 || text[start - 1] === "\n");
    assert.ok(end === text.length || text[end - 1] === "\n");
  }
});

test("parts of a text without lines cut no character", () => {
  const text = "🦊".repeat(60_000);
  for (let place = 50_000; place < 50_010; place++) {
    const { start, end } = partAround(text, place);
    assert.equal(start % 2, 0);
    assert.equal(end % 2, 0);
  }
});

test("every part of a long text can be reached from the one before", () => {
  const text = "x\n".repeat(100_000);
  let seen = 0;
  for (let steps = 0; seen < text.length; steps++) {
    const { start, end } = partAround(text, seen);
    assert.ok(start <= seen && end > seen, `${String(start)} to ${String(end)} after ${String(seen)}`);
    assert.ok(steps < 100);
    seen = end;
  }
});

test("what is not seen has a glyph or a number", () => {
  assert.equal(inOneLine("a b\tc\nd\u0007e\u202ef"), "a␣b→c↵d‹07›e‹202E›f");
  assert.equal(glyphOf(0x41), undefined);
  assert.equal(glyphOf(0xa0), "A0");
});

test("characters take the columns that they are drawn in", () => {
  assert.deepEqual(
    [0x41, 0x0a, 0x09, 0x65e5, 0x1f98a, 0x301, 0xe9].map((code) => columnsOf(code, false)),
    [1, 1, 2, 2, 2, 0, 1],
  );
  assert.deepEqual(
    [0x20, 0x07, 0x202e].map((code) => columnsOf(code, true)),
    [1, 2, 4],
  );
});
