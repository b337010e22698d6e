import { hex } from "../ui/format.js";
import type { Encoded, OpenTokenizer, SpecialText } from "./session.js";

/** The languages that an encoding can be copied as. */
export type Language = "json" | "go" | "python";

/** What there is to write down. */
export interface Snippet {
  open: OpenTokenizer;
  encoded: Encoded;
  addSpecial: boolean;
  specialText: SpecialText;
}

/** Writes an encoding, or a program that makes it. */
export function write(language: Language, snippet: Snippet): string {
  switch (language) {
    case "json":
      return writeJSON(snippet);
    case "go":
      return writeGo(snippet);
    case "python":
      return writePython(snippet);
  }
}

/**
 * What is not to be itself in a program: a byte order mark, which Go's compiler refuses, separators that end lines
 * elsewhere, and what makes code read otherwise than it is.
 */
const escaped = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text, as a literal of all three languages. Lone surrogates were replaced on the way to the module, and are here. */
function literal(text: string): string {
  return JSON.stringify(
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"),
  ).replace(escaped, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The ids in lines of a width, each line indented. */
function idLines(ids: Uint32Array, indent: string, separator = ", "): string {
  const lines: string[] = [];
  let line = "";
  for (const id of ids) {
    const next = line === "" ? String(id) : `${line}${separator}${String(id)}`;
    if (next.length > 100) {
      lines.push(`${line}${separator.trimEnd()}`);
      line = String(id);
    } else {
      line = next;
    }
  }
  lines.push(line);
  return lines.map((l) => indent + l).join("\n");
}

function writeJSON({ open, encoded, addSpecial, specialText }: Snippet): string {
  const { text } = encoded;
  const tokens = Array.from(text.tokens.ids, (id, i) => {
    const { start, end } = text.byteSpan(i);
    const spelled = text.isText(i) ? `"text": ${literal(text.label(i))}` : `"bytes": ${literal(hex(text.bytes(i)))}`;
    return `    {"id": ${String(id)}, "start": ${String(start)}, "end": ${String(end)}, ${spelled}}`;
  });
  return `{
  "tokenizer": ${literal(open.name)},
  "fingerprint": ${literal(open.tokenizer.info.fingerprint)},
  "addSpecial": ${String(addSpecial)},
  "specialText": ${literal(specialText)},
  "text": ${literal(text.text)},
  "tokens": [
${tokens.join(",\n")}
  ]
}
`;
}

/** The file of a tokenizer, as programs open it. */
function fileOf({ open }: Snippet): string {
  return open.files[0] ?? "tokenizer.json";
}

function writeGo(snippet: Snippet): string {
  const { open, encoded, addSpecial, specialText } = snippet;
  const file = literal(fileOf(snippet));
  const opening =
    open.encoding === ""
      ? `tokenize.Open(${file})`
      : `tokenize.OpenWith(${file}, tokenize.LoadOptions{Encoding: ${literal(open.encoding)}})`;
  const options = [
    "Truncation: &tokenize.Truncation{}, Padding: &tokenize.Padding{}", // what the file may ask for is not what was shown
    ...(addSpecial ? ["AddSpecial: true"] : []),
    ...(specialText === "parse"
      ? ["Special: tokenize.ParseSpecial"]
      : specialText === "plain"
        ? ["Special: tokenize.PlainSpecial"]
        : []),
  ];
  return `package main

import (
	"fmt"
	"log"

	"github.com/nibble-go/nibble/tokenize"
)

func main() {
	t, err := ${opening}
	if err != nil {
		log.Fatal(err)
	}
	text := ${literal(encoded.text.text)}
	ids, err := t.AppendIDs(nil, text, tokenize.Options{${options.join(", ")}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ids)
	// [
${idLines(encoded.text.tokens.ids, "	//  ", " ")}
	// ]
}
`;
}

function writePython(snippet: Snippet): string {
  const { encoded, open } = snippet;
  const { source } = open.tokenizer.info;
  const ids = `ids == [\n${idLines(encoded.text.tokens.ids, "    ")},\n]`;
  const text = `text = ${literal(encoded.text.text)}`;
  const last = isForeign(encodingOf(source)) ? "print(ids)" : `assert ${ids}`;
  return `${pythonFor(source, snippet)
    .replace("TEXT", () => text)
    .trimEnd()}\n${last}\n`;
}

/** The encoding that a tiktoken file is of, which its format tells in parentheses, or "". */
function encodingOf(source: string): string {
  return /^tiktoken \((.+)\)$/.exec(source)?.[1] ?? "";
}

/** The encodings that Python's tiktoken knows by name. */
const tiktokens = ["gpt2", "r50k_base", "p50k_base", "p50k_edit", "cl100k_base", "o200k_base", "o200k_harmony"];

/** Whether an encoding is one that Python's tiktoken does not know. */
function isForeign(encoding: string): boolean {
  return encoding !== "" && !tiktokens.includes(encoding);
}

/** The lines of Python that open a tiktoken file. Ranks that an encoding was chosen for need not be those of that encoding. */
function pythonForRanks(encoding: string, chosen: boolean, file: string): string {
  const name = literal(encoding);
  if (isForeign(encoding))
    return `encoding = tiktoken.Encoding(
    ${name},
    mergeable_ranks=tiktoken.load.load_tiktoken_bpe(${file}),
    pat_str="",  # to be filled in: the pattern of the encoding
    special_tokens={},  # to be filled in: its special tokens, with their ids
)`;
  if (!chosen) return `encoding = tiktoken.get_encoding(${name})`;
  return `base = tiktoken.get_encoding(${name})
encoding = tiktoken.Encoding(
    "own ranks",
    mergeable_ranks=tiktoken.load.load_tiktoken_bpe(${file}),
    pat_str=base._pat_str,
    special_tokens=base._special_tokens,
)`;
}

/** The lines of Python that open a file of a format and encode with it. */
function pythonFor(source: string, snippet: Snippet): string {
  const { addSpecial, specialText } = snippet;
  const file = literal(fileOf(snippet));
  const python = (on: boolean): string => (on ? "True" : "False");
  const format = source.toLowerCase();
  if (format.includes("gguf")) {
    return `from llama_cpp import Llama

TEXT
model = Llama(model_path=${file}, vocab_only=True)
ids = model.tokenize(text.encode(), add_bos=${python(addSpecial)}, special=${python(specialText === "parse")})
`;
  }
  if (format.includes("tiktoken")) {
    const special = specialText === "parse" ? `allowed_special="all"` : "disallowed_special=()";
    return `import tiktoken
import tiktoken.load

TEXT
${pythonForRanks(encodingOf(source), snippet.open.encoding !== "", file)}
ids = encoding.encode(text, ${special})
`;
  }
  if (format.includes("sentencepiece") || format.includes("tokenizer.model")) {
    return `from sentencepiece import SentencePieceProcessor

TEXT
processor = SentencePieceProcessor(model_file=${file})
ids = processor.encode(text, add_bos=${python(addSpecial)})
`;
  }
  return `from tokenizers import Tokenizer

TEXT
tokenizer = Tokenizer.from_file(${file})
tokenizer.no_padding()
tokenizer.no_truncation()
${specialText === "plain" ? "tokenizer.encode_special_tokens = True\n" : ""}ids = tokenizer.encode(text, add_special_tokens=${python(addSpecial)}).ids
`;
}
