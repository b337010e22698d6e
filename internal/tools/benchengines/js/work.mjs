// What Node and Chromium do of the tasks: the same code in both.
import bpeRanks from "gpt-tokenizer/bpeRanks/cl100k_base";
import { GptEncoding } from "gpt-tokenizer/GptEncoding";
import { PreTrainedTokenizer } from "@huggingface/transformers";

/** Returns what times functions that run one after the other. */
async function timed(...run) {
  const seconds = [];
  for (const f of run) {
    const start = performance.now();
    await f();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

async function outcome(seconds, bytes, count = bytes.length) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { seconds, digest: Array.from(sum, (b) => b.toString(16).padStart(2, "0")).join(""), count };
}

/** Loads a vocabulary and encodes a text twice. Open returns { encode, close }, and encode the ids. */
export async function tokens(open, text) {
  let tokenizer;
  let ids;
  const encode = async () => (ids = await tokenizer.encode(text));
  const seconds = await timed(async () => (tokenizer = await open()), encode, encode);
  await tokenizer.close?.();
  return outcome(seconds, Uint32Array.from(ids), ids.length);
}

/** A tokenizer of nibble's as tokens takes it. */
export function ofNibble(tokenizer) {
  return {
    encode: async (text) => (await tokenizer.encode(text, { plainSpecial: true })).ids,
    close: () => tokenizer.close(),
  };
}

async function openNibble(world, vocabulary) {
  const { openTokenizer } = await world.nibble(false);
  return openTokenizer({ name: "tokenizer.json", data: vocabulary });
}

const libraries = {
  nibble: (world, vocabulary) => async () => ofNibble(await openNibble(world, vocabulary)),
  "nibble, ids only": (world, vocabulary) => async () => {
    const tokenizer = await openNibble(world, vocabulary);
    return {
      encode: (text) => tokenizer.ids(text, { plainSpecial: true }),
      close: () => tokenizer.close(),
    };
  },
  "gpt-tokenizer": () => () => {
    const encoding = GptEncoding.getEncodingApi("cl100k_base", () => bpeRanks);
    const plain = { disallowedSpecial: new Set() };
    return { encode: (text) => encoding.encode(text, plain) };
  },
  "@huggingface/transformers": (_, vocabulary) => () => {
    const file = JSON.parse(new TextDecoder().decode(vocabulary));
    const tokenizer = new PreTrainedTokenizer(file, {});
    return { encode: (text) => tokenizer.encode(text, { add_special_tokens: false }) };
  },
};

const work = {
  async tokens(world, { library }) {
    await world.nibble(false); // compiling is not loading
    const open = libraries[library](world, await world.read("tokenizer.json"));
    return tokens(open, new TextDecoder().decode(await world.read("text.txt")));
  },

  async quantize(world, { type, plain }) {
    const { quantize } = await world.nibble(plain);
    const weights = new Float32Array((await world.read("weights.bin")).slice().buffer);
    let blocks;
    const seconds = await timed(async () => (blocks = await quantize(type, weights, { columns: world.columns })));
    return outcome(seconds, blocks);
  },

  async convert(world, { type, plain }) {
    const { convert, status } = await world.nibble(plain);
    status(); // the module is there before the clock starts
    const model = await world.model();
    let file;
    const seconds = await timed(async () => {
      const conversion = await convert(model, { type });
      file = new Uint8Array(conversion.plan.bytes);
      for await (const { offset, bytes } of conversion) {
        file.set(bytes, offset);
      }
    });
    return outcome(seconds, file);
  },
};

/**
 * Does a task. The world is what differs: nibble(plain) imports the npm package, read(name) reads a file, model()
 * returns the model that is converted, as the package takes it.
 */
export async function perform(world, task) {
  try {
    return await work[task.do](world, task);
  } catch (thrown) {
    return { error: String(thrown?.stack ?? thrown) };
  }
}
