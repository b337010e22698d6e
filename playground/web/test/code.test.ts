import assert from "node:assert/strict";
import { test } from "node:test";
import type { TextOpenReply } from "../src/engine/abi.gen.js";
import type { Encoding } from "../src/engine/encoding.js";
import type { Tokenizer } from "../src/engine/tokenizer.js";
import { type Language, write } from "../src/tokens/code.js";
import { TokenizedText } from "../src/tokens/tokenized.js";
import { Vocabulary } from "../src/tokens/vocabulary.js";

/** Writes code for a text of two tokens, by a tokenizer of a format whose encoding may have been chosen. */
function written(language: Language, text: string, source = "tokenizer.json", file = source, encoding = ""): string {
  const info: Partial<TextOpenReply> = { source, fingerprint: "f", added: [] };
  const tokenizer = { info } as Tokenizer;
  const vocabulary = new Vocabulary(tokenizer);
  const places = Uint32Array.of(0, 0);
  const tokens = {
    ids: Uint32Array.of(11, 12),
    starts: places,
    ends: places,
    byteStarts: places,
    byteEnds: places,
    flags: new Uint8Array(2),
  };
  return write(language, {
    open: { tokenizer, vocabulary, name: "n", files: [file], given: [], encoding, bundled: false },
    encoded: { text: new TokenizedText(text, tokens, vocabulary), encoding: tokens as Encoding },
    addSpecial: true,
    specialText: "usual",
  });
}

test("no literal has a character that a compiler refuses or that turns code around", () => {
  const text = "\ufeffa\u202eb\u2066c\u2069d\u200ee\u061cf\u2028g\u007fh\u0085i\u0000";
  for (const language of ["go", "python", "json"] as const) {
    const code = written(language, text);
    assert.doesNotMatch(code, /[\u0000-\u0008\u007f-\u009f\u061c\u200e\u2028-\u202e\u2066-\u2069\ufeff]/, language);
    const literal = /"[^"]*a\\u202eb[^"]*"/.exec(code)?.[0] ?? "";
    assert.equal(JSON.parse(literal), text, language);
  }
});

test("other characters stay as they are", () => {
  assert.match(written("go", "日本 👩‍💻 é"), /text := "日本 👩‍💻 é"/);
});

const python = [
  {
    name: "recognized ranks are those of the encoding",
    source: "tiktoken (o200k_base)",
    encoding: "",
    wants: [/tiktoken\.get_encoding\("o200k_base"\)\nids/, /assert ids == \[\n {4}11, 12,\n\]/],
    lacks: /cl100k|load_tiktoken_bpe/,
  },
  {
    name: "ranks that an encoding was chosen for are read from the file",
    source: "tiktoken (o200k_base)",
    encoding: "o200k_base",
    wants: [/get_encoding\("o200k_base"\)/, /load_tiktoken_bpe\("x\.tiktoken"\)/, /assert ids == /],
    lacks: /cl100k/,
  },
  {
    name: "what tiktoken does not know has to be filled in, and asserts nothing",
    source: "tiktoken (llama3)",
    encoding: "",
    wants: [/load_tiktoken_bpe\("x\.tiktoken"\)/, /"llama3"/, /to be filled in/, /print\(ids\)/],
    lacks: /assert|get_encoding/,
  },
];
for (const { name, source, encoding, wants, lacks } of python) {
  test(`Python: ${name}`, () => {
    const code = written("python", "ab", source, "x.tiktoken", encoding);
    for (const want of wants) assert.match(code, want);
    assert.doesNotMatch(code, lacks);
  });
}

test("Go names an encoding that was chosen", () => {
  assert.match(
    written("go", "ab", "tiktoken (o200k_base)", "x.tiktoken", "o200k_base"),
    /tokenize\.OpenWith\("x\.tiktoken", tokenize\.LoadOptions\{Encoding: "o200k_base"\}\)/,
  );
  assert.match(written("go", "ab", "tiktoken (o200k_base)", "x.tiktoken"), /tokenize\.Open\("x\.tiktoken"\)/);
});
