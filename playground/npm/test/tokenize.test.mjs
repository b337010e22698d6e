// Tokens are those of the libraries that the vocabularies come from.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { beside, inRepository, nibble, readJSON, sample } from "./where.mjs";

const { openTokenizer, status, Token, tokenize } = nibble;

test("tokenizers of every kind, as Hugging Face's library has them", async () => {
  const { tokenizers } = readJSON(inRepository("tokenize/testdata/hf-tokenizers-0.22.2-encodings.json"));
  let compared = 0;
  for (const { name, tokenizer, cases } of tokenizers) {
    const plain = cases.filter((c) => c.decoded !== undefined);
    if (plain.length === 0) {
      continue;
    }
    const t = await openTokenizer({ name: "tokenizer.json", data: new TextEncoder().encode(tokenizer) });
    for (const { text, addSpecial, want, decoded, decodedWithoutSpecial } of plain) {
      const where = `${name}: ${JSON.stringify(text)}`;
      const { ids } = await t.encode(text, { addSpecial });
      assert.deepEqual([...ids], want.ids, where);
      assert.deepEqual(await t.ids(text, { addSpecial }), ids, where);
      assert.equal(await t.count(text, { addSpecial }), ids.length, where);
      assert.equal(await t.decode(ids), decoded, where);
      assert.equal(await t.decode(ids, { skipSpecial: true }), decodedWithoutSpecial, where);
      compared++;
    }
    await t.close();
  }
  assert.ok(compared > 500, `only ${compared} texts compared`);
});

test("real vocabularies, as the libraries that they are of have them", async (t) => {
  const kitoken = beside(t, "tokenizers/kitoken");
  if (kitoken === undefined) {
    return;
  }
  for (const kind of ["tokenizers", "sentencepiece", "tiktoken"]) {
    // SentencePiece finds no special tokens in a text; the others were told to.
    const special = kind === "sentencepiece" ? {} : { parseSpecial: true };
    for (const file of readdirSync(`${kitoken}/models/${kind}`)) {
      const name = file.replace(/\.[a-z]+$/, "");
      const options = kind === "tiktoken" ? { encoding: name } : {};
      const tokenizer = await openTokenizer(`${kitoken}/models/${kind}/${file}`, options);
      for (const input of ["small", "mixed"]) {
        const texts = lines(`${kitoken}/data/${input}_input.txt`).map(unescape);
        const want = lines(`${kitoken}/data/${kind}/${input}_tokens_${name}.txt`);
        assert.equal(texts.length, want.length);
        for (const [i, text] of texts.entries()) {
          const where = `${name}: ${JSON.stringify(text)}`;
          const { ids } = await tokenizer.encode(text, special);
          assert.equal(
            [...ids].join(" "),
            want[i]
              .trim()
              .split(/[\s,]+/)
              .join(" "),
            where,
          );
          assert.deepEqual(await tokenizer.ids(text, special), ids, where);
        }
      }
      await tokenizer.close();
    }
  }
});

function lines(path) {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
}

function unescape(line) {
  return line.replaceAll("\\n", "\n").replaceAll("\\s", " ").replaceAll("\\x", "");
}

test("vocabularies of GGUF files, as llama.cpp has them", async (t) => {
  const folder = beside(t, "tokenizers/llama.cpp");
  if (folder === undefined) {
    return;
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".gguf"))) {
    const tokenizer = await openTokenizer(`${folder}/${file}`);
    const texts = readFileSync(`${folder}/${file}.inp`, "utf8").split("\n__ggml_vocab_test__\n");
    const want = readFileSync(`${folder}/${file}.out`, "utf8").split("\n");
    for (const [i, text] of texts.entries()) {
      const where = `${file}: ${JSON.stringify(text)}`;
      const { ids } = await tokenizer.encode(text, { plainSpecial: true });
      assert.equal([...ids].join(" "), (want[i] ?? "").trim(), where);
      assert.deepEqual(await tokenizer.ids(text, { plainSpecial: true }), ids, where);
    }
    await tokenizer.close();
  }
});

test("places of tokens, in bytes and in a JavaScript string", async () => {
  const t = await openTokenizer(sample);
  const text = "Once upon a time, naïve 👩‍🚀 said: \u{1F642}";
  const e = await t.encode(text);
  const bytes = new TextEncoder().encode(text);
  assert.equal(e.tokens, e.ids.length);
  assert.equal(e.bytes, bytes.length);
  assert.equal(e.characters, [...text].length);

  // The tokens' bytes are those of the text, one behind the other.
  const spelled = await t.tokens(e.ids);
  let at = 0;
  for (let i = 0; i < e.tokens; i++) {
    assert.deepEqual(spelled.at(i), bytes.slice(e.byteStarts[i], e.byteEnds[i]));
    assert.equal(e.byteStarts[i], at);
    at = e.byteEnds[i];
    if ((e.flags[i] & Token.Partial) === 0) {
      assert.equal(text.slice(e.starts[i], e.ends[i]), new TextDecoder().decode(spelled.at(i)));
    }
  }
  assert.equal(at, bytes.length);
  assert.ok(
    e.flags.some((flags) => (flags & Token.Partial) !== 0),
    "no character of the text is split",
  );
  assert.equal(await t.decode(e.ids), text);
  assert.equal(await t.count(text), e.tokens);
  await t.close();
});

test("one text, and nothing is left open", async () => {
  const before = status().handles;
  const text = "Once upon a time <|im_end|>";
  const t = await openTokenizer(sample);
  for (const options of [{}, { plainSpecial: true }]) {
    assert.deepEqual(await tokenize(sample, text, options), await t.encode(text, options));
  }
  await t.close();
  const bare = new TextEncoder().encode("IQ== 0\nIg== 1\n"); // ! and "
  await assert.rejects(tokenize({ name: "x.tiktoken", data: bare }, text, { encoding: "no such encoding" }));
  await assert.rejects(tokenize(`${sample}/config.json`, text));
  assert.equal(status().handles, before);
});

test("batches, steps, and the way of a text", async () => {
  const t = await openTokenizer(`${sample}/tokenizer.json`);
  const rows = await t.batch(["Once", "Once upon a time"], {}, { pad: true, padLeft: true });
  assert.equal(rows[0].ids.length, rows[1].ids.length);
  assert.equal(rows[0].mask[0], 0);
  assert.deepEqual(
    [...rows[1].mask],
    [...rows[1].ids].map(() => 1),
  );
  const alone = await t.encode("Once");
  assert.deepEqual([...rows[0].ids].slice(-alone.tokens), [...alone.ids]);

  const steps = await t.steps("Once");
  assert.deepEqual(steps.at(-1).ids, [...alone.ids]);
  assert.ok(steps.every((step, i) => i === 0 || step.ids.length === steps[i - 1].ids.length - 1));

  const way = await t.pipeline("Once upon");
  assert.deepEqual(way.ids, [...(await t.encode("Once upon")).ids]);
  assert.ok((await t.find("upon")).total > 0);
  await t.close();
});

test("chat templates", async () => {
  const [chat, tokenizer] = await Promise.all([nibble.openChat(sample), openTokenizer(sample)]);
  const prompt = await chat.render([{ role: "user", content: "Hello <|im_end|> there" }], {
    tokenizer,
    addGenerationPrompt: true,
  });
  assert.match(prompt.prompt, /Hello <\|im_end\|> there/);
  assert.equal(prompt.guarded, 1);
  const [span] = prompt.spans.filter(({ origin }) => origin === "message");
  assert.equal(prompt.prompt.slice(span.start, span.end), "Hello <|im_end|> there");
  assert.ok(prompt.ids.length > 0);
  await Promise.all([chat.close(), tokenizer.close()]);
});
