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

/** The text, as a literal of all three languages. Lone surrogates were replaced on the way to the module, and are here. */
function literal(text: string): string {
  return JSON.stringify(
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"),
  ).replaceAll("\u007f", "\\u007f");
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
  const { encoded, addSpecial, specialText } = snippet;
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
	t, err := tokenize.Open(${literal(fileOf(snippet))})
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
  const ids = `ids == [\n${idLines(encoded.text.tokens.ids, "    ")},\n]`;
  const text = `text = ${literal(encoded.text.text)}`;
  return `${pythonFor(open.tokenizer.info.source, snippet)
    .replace("TEXT", () => text)
    .trimEnd()}\nassert ${ids}\n`;
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

TEXT
encoding = tiktoken.get_encoding("cl100k_base")  # or the encoding of your file
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
