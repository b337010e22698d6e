package text_test

// wordsJSON is a vocabulary of words with a template around a text.
const wordsJSON = `{"version": "1.0", "truncation": {"max_length": 3, "stride": 0, "strategy": "LongestFirst"}, "padding": null,
"added_tokens": [
  {"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
  {"id": 1, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
  {"id": 2, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
  {"id": 3, "content": "<b>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": false}],
"normalizer": {"type": "NFKC"},
"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Split", "pattern": {"String": "i"}, "behavior": "MergedWithNext", "invert": false}]},
"post_processor": {"type": "TemplateProcessing",
  "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
  "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
  "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]}}},
"decoder": null,
"model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "<b>": 3, "the": 4, "fox": 5, "f": 6, "i": 7}, "unk_token": "[UNK]"}}`

// shrinkingJSON is a byte-level vocabulary whose normalizer makes one letter of
// two.
const shrinkingJSON = `{"version": "1.0", "added_tokens": [], "normalizer": {"type": "Replace", "pattern": {"String": "aa"}, "content": "a"},
"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true}, "post_processor": null,
"decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true},
"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}}`
