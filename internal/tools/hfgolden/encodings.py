"""Makes tokenize/testdata/hf-tokenizers-0.22.2-encodings.json: small tokenizers, and what Hugging Face makes of texts.

Usage: python encodings.py OUTPUT, with tokenizers==0.22.2 (0.23.1 and later lose what overflows).
Offsets are in characters, as Python shows them.
"""

import json
import sys

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words():
    vocab = {w: i for i, w in enumerate(["[UNK]", "[PAD]", "[CLS]", "[SEP]", "<m>", "a", "b", "c", "d", "é", "日本", "[MASK]"])}
    t = Tokenizer(models.WordLevel(vocab, unk_token="[UNK]"))
    t.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return t


def byte_level(prefix_space=False, ignore_merges=False):
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("Ġ", "t"), ("h", "e"), ("Ġt", "he"), ("i", "n"), ("Ġ", "a"), ("in", "g"), ("l", "l"), ("Ã", "©"), ("Ġ", "Ġ"), ("ĠĠ", "ĠĠ")]
    vocab = {c: i for i, c in enumerate(alphabet)}
    for left, right in merges:
        vocab.setdefault(left + right, len(vocab))
    vocab["Ġunreachable"] = len(vocab)
    t = Tokenizer(models.BPE(vocab, merges, ignore_merges=ignore_merges))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space)
    t.decoder = decoders.ByteLevel()
    return t


def sentence_piece_like(legacy):
    pieces = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % i for i in range(256)] + ["▁"] + list(LETTERS) + ["é", ".", ","]
    merges = [("▁", "t"), ("h", "e"), ("▁t", "he"), ("i", "n"), ("▁", "a"), ("in", "g"), ("▁", "▁"), ("▁▁", "▁▁"), ("l", "l"), ("e", "▁"), ("▁", "h"), ("▁h", "e"), ("ll", "o")]
    vocab = {p: i for i, p in enumerate(pieces)}
    for left, right in merges:
        vocab.setdefault(left + right, len(vocab))
    t = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if legacy:
        t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    else:
        t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    t.add_special_tokens(["<unk>", "<s>", "</s>"])
    t.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    return t


def bert():
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list(LETTERS) + ["##" + c for c in LETTERS]
    pieces += ["the", "##ing", "##er", ",", ".", "!", "日", "un", "##able", "hello", "world", "'"]
    t = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]", max_input_chars_per_word=20))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    t.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return t


def unigram():
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("▁the", -3.0), ("▁a", -3.5), ("ing", -4.0), ("t", -5.0), ("h", -5.1), ("e", -5.2)]
    vocab += [(c, -6.0 - i / 10) for i, c in enumerate("abcdfgijklmnopqrsuvwxyz")] + [("▁hello", -7.0), ("é", -8.5), ("ll", -6.5)]
    t = Tokenizer(models.Unigram(vocab, unk_id=2, byte_fallback=False))
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    t.decoder = decoders.Metaspace()
    t.add_special_tokens(["<pad>", "</s>", "<unk>"])
    t.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    return t


def clip_like():
    vocab = {c: i for i, c in enumerate(list(LETTERS) + [c + "</w>" for c in LETTERS])}
    merges = [("t", "h"), ("th", "e</w>"), ("i", "n"), ("in", "g</w>"), ("l", "l"), ("ll", "o</w>")]
    for left, right in merges:
        vocab.setdefault(left + right, len(vocab))
    vocab["<unk>"] = len(vocab)
    t = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", end_of_word_suffix="</w>", continuing_subword_prefix=""))
    t.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Split(Regex(r"'s|'t|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"), "removed", invert=True)
    t.decoder = decoders.BPEDecoder(suffix="</w>")
    return t


TEXTS = [
    "", " ", "a", "a b c", "hello the world", "  leading and trailing  ", "the thing's héllo, calling.", "日本語 text with 漢字",
    "line\nbreaks\r\n\tand tabs", "e\u0301 combining ﬁ ligature", "emoji 🙂 and 👨‍👩‍👧", "A B  C the</s>the", "<s>the<s> <m> [MASK]a [MASK] b",
    "unaffable unknowable thethe", "x" * 40, "a  <m>  b", "<m>a <m> a<m>", "\u00a0the\u3000a", "a\u0000b", "don't do not",
]

PAIRS = [("a b c a b c", "c a b c"), ("the thing", ""), ("", "a"), ("hello the world", "the a the a the a the a")]


def shown(e):
    return {
        "ids": e.ids, "tokens": e.tokens, "offsets": e.offsets, "words": [-1 if w is None else w for w in e.word_ids], "typeIds": e.type_ids,
        "special": e.special_tokens_mask, "attention": e.attention_mask, "sequences": [-1 if s is None else s for s in e.sequence_ids],
        "overflowing": [shown(o) for o in e.overflowing],
    }


def cases(t):
    out = []
    for text in TEXTS:
        for special in (True, False):
            e = t.encode(text, add_special_tokens=special)
            out.append({"text": text, "addSpecial": special, "want": shown(e), "decoded": t.decode(e.ids, skip_special_tokens=False),
                        "decodedWithoutSpecial": t.decode(e.ids, skip_special_tokens=True)})
    for first, second in PAIRS:
        for special in (True, False):
            out.append({"text": first, "pair": second, "addSpecial": special, "want": shown(t.encode(first, second, add_special_tokens=special))})
    out.append({"words": ["the", "a b", "", "héllo"], "addSpecial": True, "want": shown(t.encode(["the", "a b", "", "héllo"], is_pretokenized=True))})
    out.append({"words": ["the", "a"], "pairWords": ["c", "thing the"], "addSpecial": True,
                "want": shown(t.encode(["the", "a"], ["c", "thing the"], is_pretokenized=True))})
    return out


def tokenizer(name, t):
    return {"name": name, "tokenizer": t.to_str(), "cases": cases(t)}


def added_tokens():
    t = words()
    t.add_tokens([AddedToken("<m>", lstrip=True, rstrip=True), AddedToken("[MASK]", single_word=True), AddedToken("b c", normalized=False)])
    t.add_special_tokens([AddedToken("</s>", normalized=False), AddedToken("<s>", rstrip=True)])
    yield "added tokens", t
    t = words()
    t.normalizer = normalizers.Lowercase()
    t.add_tokens([AddedToken("The", normalized=True), AddedToken("HELLO", normalized=False), AddedToken("a B", normalized=True, single_word=True)])
    yield "normalized added tokens", t


def post_processors():
    for name, post in {
        "bert": processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2)),
        "roberta": processors.RobertaProcessing(("[SEP]", 3), ("[CLS]", 2)),
        "roberta without trimming": processors.RobertaProcessing(("[SEP]", 3), ("[CLS]", 2), trim_offsets=False),
        "template": processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS]:2 $A:5 [SEP]:1 $B:3 [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]),
        "template of several tokens": processors.TemplateProcessing(
            single="X $A", pair="$B X $A", special_tokens=[{"id": "X", "ids": [2, 3], "tokens": ["[CLS]", "[SEP]"]}]),
        "byte level": processors.ByteLevel(trim_offsets=True),
        "sequence": processors.Sequence([processors.ByteLevel(trim_offsets=True),
                                         processors.TemplateProcessing(single="[CLS] $A", pair="[CLS] $A $B:1", special_tokens=[("[CLS]", 2)])]),
    }.items():
        t = words()
        t.post_processor = post
        yield "post-processor " + name, t


def truncations():
    for post_name, post in {"none": None, "bert": processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2)),
                            "roberta": processors.RobertaProcessing(("[SEP]", 3), ("[CLS]", 2)),
                            "template": processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS]:2 $A:5 [SEP]:1 $B:3 [SEP]",
                                                                      special_tokens=[("[CLS]", 2), ("[SEP]", 3)])}.items():
        for length, stride, strategy, direction in [(9, 1, "longest_first", "right"), (7, 0, "longest_first", "left"), (8, 2, "only_first", "right"),
                                                    (9, 1, "only_second", "left"), (4, 0, "longest_first", "right"), (5, 1, "longest_first", "left")]:
            t = words()
            if post is not None:
                t.post_processor = post
            t.enable_truncation(length, stride=stride, strategy=strategy, direction=direction)
            name = f"truncation {length} {stride} {strategy} {direction}, post-processor {post_name}"
            out = []
            for text, pair in [("a b c a b c a b c", None), ("a b", None), ("", None)] + [("a b c a b c", "c a b c"), ("a", "c a b c d a b c d"), ("a b c d", "c")]:
                for padding in ({}, {"pad_to_multiple_of": 4, "direction": "left"}, {"length": 12, "pad_id": 1, "pad_type_id": 7, "pad_token": "[PAD]"}):
                    if padding:
                        t.enable_padding(**padding)
                    else:
                        t.no_padding()
                    case = {"text": text, "addSpecial": True, "tokenizer": t.to_str()}
                    if pair is not None:
                        case["pair"] = pair
                    try:
                        case["want"] = shown(t.encode(text, pair))
                    except BaseException as e:  # Rust's panics are no Exception
                        case["error"] = str(e)
                    out.append(case)
            yield {"name": name, "tokenizer": t.to_str(), "cases": out}


def batches():
    t = bert()
    t.enable_padding(pad_to_multiple_of=4)
    t.enable_truncation(10)
    texts = ["hello", "the thing", "the world is calling, hello the unable world"]
    return {"name": "batch", "tokenizer": t.to_str(), "texts": texts, "want": [shown(e) for e in t.encode_batch(texts)]}


def main(path):
    out = {"judge": "tokenizers " + tokenizers.__version__, "tokenizers": [
        tokenizer("words", words()), tokenizer("byte level", byte_level()), tokenizer("byte level with prefix space", byte_level(True)),
        tokenizer("byte level, ignoring merges", byte_level(False, True)), tokenizer("legacy SentencePiece", sentence_piece_like(True)),
        tokenizer("SentencePiece", sentence_piece_like(False)), tokenizer("bert", bert()), tokenizer("unigram", unigram()), tokenizer("clip", clip_like()),
    ]}
    roberta = byte_level(True)
    roberta.add_special_tokens(["<s>", "</s>"])
    roberta.post_processor = processors.RobertaProcessing(("</s>", roberta.token_to_id("</s>")), ("<s>", roberta.token_to_id("<s>")))
    out["tokenizers"].append(tokenizer("roberta", roberta))
    for name, t in list(added_tokens()) + list(post_processors()):
        out["tokenizers"].append(tokenizer(name, t))
    out["tokenizers"] += truncations()
    out["batch"] = batches()
    with open(path, "w", encoding="utf-8") as f:
        json.dump(out, f, ensure_ascii=True, separators=(",", ":"))
        f.write("\n")


main(sys.argv[1])
