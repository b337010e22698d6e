"""Writes what Hugging Face's pre-tokenizers and decoders make of texts that show their rules.

    pip install -r internal/tools/hfprobe_pretok/requirements.txt
    python internal/tools/hfprobe_pretok/golden.py

Offsets are code points. Where the reference panics, the text is null.
"""

import json
import os
import pathlib

import tokenizers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__

INTERNAL = pathlib.Path(__file__).resolve().parents[3] / "tokenize" / "internal"

TEXTS = [
    "",
    " ",
    "Hello",
    "Hey friend!     How are you?!?",
    "  two  spaces, and a tab\tand\r\n\r\nlines \n",
    "it's 3.14, or 1,234,567 -- isn't_it?",
    "a-b--c---",
    "--a",
    "▁meta▁▁space ▁ x",
    "▁",
    "Größe ÉÈ naïve cafe\u0301",
    "日本語、カタカナー。ひらがな 林檎 Yes",
    "Привет мир 1-й ᚠᚢᚦ ",
    "x\u00a0y\u2003z\u3000w\u0085v\u200bu\ufeff",
    "٣٫١٤ ½ Ⅻ ① 五 \U0001d7d8 \U00011de0",
    "🙂👩‍👩‍👧🏽 flags 🇩🇪",
    "\u0378\u0378ab \u061d\u09fd\u2e4f \u1b7d ⸮ ※",
    "Ⓐⓑ\u200d\u200c🄰 ² ª ‿ ⁀",
    "x1234567 1234",
    "line one\nline two\n\nline four",
    "don't DON'T it'ſ",
    "eeeeaeeb",
    "ǅ ﬁ ẞ İi",
]


def split(pattern, behavior, invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def metaspace(scheme, split=True, replacement="▁"):
    return {"type": "Metaspace", "replacement": replacement, "prepend_scheme": scheme, "split": split}


def bytelevel(prefix, regex):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex}


BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
WORDS = {"type": "WhitespaceSplit"}
DIGITS = [{"type": "Digits", "individual_digits": individual} for individual in (True, False)]

PRE_TOKENIZERS = [
    {"type": "BertPreTokenizer"},
    {"type": "Whitespace"},
    WORDS,
    {"type": "UnicodeScripts"},
    *DIGITS,
    {"type": "FixedLength"},
    {"type": "FixedLength", "length": 3},
    {"type": "CharDelimiterSplit", "delimiter": "-"},
    {"type": "CharDelimiterSplit", "delimiter": "▁"},
    {"type": "Punctuation"},
    *({"type": "Punctuation", "behavior": b} for b in BEHAVIORS),
    metaspace("always"),
    metaspace("first"),
    metaspace("never"),
    metaspace("first", False),
    metaspace("always", True, "e"),
    {"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": True},
    bytelevel(False, False),
    bytelevel(True, False),
    bytelevel(False, True),
    bytelevel(True, True),
    *(split("e", b, invert, "String") for b in BEHAVIORS for invert in (False, True)),
    *(split("  ", b, False, "String") for b in BEHAVIORS),
    *(split("", b, invert, "String") for b in BEHAVIORS for invert in (False, True)),
    *(split(r"\s+", b) for b in BEHAVIORS),
    *(split(r"\w+|[^\w\s]+", b, True) for b in BEHAVIORS),
    *(split(r"(?=e)|l+", b, invert) for b in BEHAVIORS for invert in (False, True)),
    split(r"^|$", "Isolated"),
    split(r"(?=(\d{3})+(?!\d))", "Isolated"),
    split(r"\p{N}{1,3}+", "Isolated"),
    sequence(WORDS, metaspace("always")),
    sequence(WORDS, metaspace("first")),
    sequence(WORDS, metaspace("never", False)),
    sequence(WORDS, {"type": "Punctuation"}, sequence(*DIGITS)),
    sequence({"type": "Punctuation", "behavior": "Contiguous"}, bytelevel(False, True), DIGITS[1], split("[0-9][0-9][0-9]", "Isolated")),
    sequence(bytelevel(True, False), {"type": "FixedLength", "length": 1}, metaspace("first"), metaspace("first", True, "_")),
    sequence(metaspace("always"), metaspace("first", True, "_")),
]

LLAMA2 = [
    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
    {"type": "ByteFallback"},
    {"type": "Fuse"},
    {"type": "Strip", "content": " ", "start": 1, "stop": 0},
]


def decoders(*steps):
    return {"type": "Sequence", "decoders": list(steps)}


def strip(start, stop):
    return {"type": "Strip", "content": "a", "start": start, "stop": stop}


BYTES = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}

# Each decoder with the lists of tokens that it is for. All of them get the common ones, too.
DECODERS = [
    (BYTES, [["Hello", "Ġworld", "Ċ"], ["Ġa", "Ġ b", "â", "Ń", "Ń¢"], ["ð", "Ł", "x"], ["ï¿½", "ð", "ŁĳĤ", "ð", "Ł"],
             ["í", "ł", "Ģ"], ["ô", "ı", "à", "Ģ", "À", "À"], ["日本", "æĹ¥"], ["ÿþ"], ["é", "ÃĥÂ©"]]),
    ({"type": "WordPiece", "prefix": "##", "cleanup": True},
     [["##uelo", "Ara", "##új", "##o", "No", "##guera"], ["do", "not", "stop", "'", "s", "'re", "n't", ".", "?", "a , b"],
      ["a", "do not", "' ", "####b", "##"], ["x", " ' ", " 've"]]),
    ({"type": "WordPiece", "prefix": "", "cleanup": False}, [["a", " .", "b"]]),
    ({"prefix": "##", "cleanup": False}, [["a", "##b", " ."]]),
    ({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}, [["▁▁a▁b", "▁c", "d▁"], ["", "▁c"]]),
    ({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}, [["▁a▁b", "▁c"]]),
    ({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never"}, [["▁a▁b", "▁c"]]),
    ({"type": "Metaspace", "replacement": "▁", "add_prefix_space": False, "prepend_scheme": "never"}, [["▁a"]]),
    ({"type": "BPEDecoder", "suffix": "</w>"}, [["a</w>", "b</w>", "c</w></w>"], ["</w>"], ["lo", "w</w>", "er"]]),
    ({"suffix": ""}, [["ab", "cd"], ["", ""], ["é"]]),
    ({"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": True},
     [["<pad>", "h", "h", "e", "<pad>", "e", "|", "|", "<pad>", "|", "x"], ["a|", "a|", "b|", " .", "|."], ["", "", "a"]]),
    ({"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": False}, [["a|", "a|", "b<pad>|"]]),
    ({"pad_token": "", "word_delimiter_token": "", "cleanup": True}, [["a", "bc", ""]]),
    ({"type": "Fuse"}, [["▁a", "b"]]),
    ({"type": "ByteFallback"},
     [["<0x41>", "<0xFF>", "x", "<0x41>", "<0xe5>", "<0x8f>", "<0xab>", "<0xZZ>", "<0x+1>", "<0x-1>", "<0x4é", "<0x4>", "<0x041>"],
      ["<0xE5>", "<0x8F>"], ["<0xE5>", "<0x8F>", "a"], ["<0xED>", "<0xA0>", "<0x80>"], ["<0xé>"], ["<0x++>"]]),
    ({"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, [["▁a▁", "▁"]]),
    ({"pattern": {"String": ""}, "content": "x"}, [["ab", "", "é"]]),
    ({"type": "Replace", "pattern": {"Regex": "^|$"}, "content": "x"}, [["ab", "", "c\nd"]]),
    ({"type": "Replace", "pattern": {"Regex": "(a+)(b)?"}, "content": "$1\\1"}, [["aab", "ba"]]),
    *((strip(start, stop), [["a"], ["aa"], ["aaa"], ["aab", "baa"], ["ba"], ["aaaabaaaa"], [""], ["b"]])
      for start, stop in ((1, 0), (0, 1), (1, 1), (2, 2), (0, 3), (5, 0))),
    ({"content": "é", "start": 1, "stop": 1}, [["ééxéé"]]),
    (decoders(*LLAMA2), [["▁Hello", "▁world", "<0x0A>"], ["▁", "▁▁a"], ["<0xF0>", "<0x9F>", "<0x99>", "<0x82>", "▁"], ["<0xF0>", "b"]]),
    (decoders(*LLAMA2[:3]), [["▁Hello", "▁world"]]),
    (decoders({"type": "Fuse"}, {"type": "ByteFallback"}), [["<0x", "41>"], ["<0x41>", "x"]]),
    (decoders({"type": "Fuse"}, BYTES), [["Ġa", " "], ["Ġa", "b"]]),
    (decoders(BYTES, {"type": "WordPiece", "prefix": "##", "cleanup": True}), [["a", "Ġ.", "##b"]]),
    (decoders(), [["a", "b"]]),
]
COMMON = [[], [""], ["Hello", "world"], ["▁Hey", "▁you", "."]]


def tokenizer(member, settings):
    return tokenizers.Tokenizer.from_str(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": None, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}, member: settings,
    }))


def decode(decoder, tokens):
    try:
        return decoder.decode(tokens)
    except BaseException as e:  # pyo3's PanicException is no Exception
        if type(e).__name__ != "PanicException":
            raise
        return None


def piece(text, content, start, end):
    """What is in the text as it stands needs no content."""
    return [start, end] if text[start:end] == content else [start, end, content]


def write(path, first, cases):
    """Writes a line a case, and what stands before them on lines of its own."""
    lines = [json.dumps(v, ensure_ascii=False, separators=(",", ":")) for v in [*first, *cases]]
    (INTERNAL / path).write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def main():
    cases = []
    for settings in PRE_TOKENIZERS:
        p = tokenizer("pre_tokenizer", settings).pre_tokenizer
        pieces = [[piece(t, s, *o) for s, o in p.pre_tokenize_str(t)] for t in TEXTS]
        cases.append({"pre_tokenizer": settings, "pieces": pieces})
    write("pretokenize/testdata/hf-tokenizers-0.22.2-pretokenizers.json", [{"texts": TEXTS}], cases)

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a panic prints its backtrace
    cases = []
    for settings, lists in DECODERS:
        d = tokenizer("decoder", settings).decoder
        cases.append({"decoder": settings, "cases": [[tokens, decode(d, tokens)] for tokens in lists + COMMON]})
    write("decode/testdata/hf-tokenizers-0.22.2-decoders.json", [], cases)


main()
