import { baseName } from "./filenames.js";

/** What vocabularies are called, those first that say most. */
const vocabularies = [
  /^tokenizer\.json$/,
  /\.gguf$/,
  /\.tiktoken$/,
  /^tokenizer\.model$/,
  /\.(model|spm|bpe)$/,
  /^(vocab\.json|vocab\.txt)$/,
  /tokenizer.*\.json$/,
];

/** What lies beside vocabularies, and is none. */
const companions = /(^|[._-])(config|special_tokens_map|added_tokens|chat_template|merges|index)[^/]*$/;

/** Returns the files with the vocabulary in front, as far as names tell. */
export function vocabularyFirst<F extends { name: string }>(files: readonly F[]): F[] {
  return files
    .map((file) => ({ file, rank: rankOf(baseName(file.name).toLowerCase()) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ file }) => file);
}

function rankOf(name: string): number {
  if (companions.test(name)) {
    return vocabularies.length + 1;
  }
  const rank = vocabularies.findIndex((pattern) => pattern.test(name));
  return rank < 0 ? vocabularies.length : rank;
}
