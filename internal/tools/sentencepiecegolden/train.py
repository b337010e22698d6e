"""Trains small SentencePiece models and writes what SentencePiece makes of
texts with them.

    python train.py ../../../tokenize/internal/sentencepiece/testdata

The models differ in all that the engine has a switch for. The text that they
are trained on is below; training is deterministic with one thread.
"""

import json
import os
import random
import sys

import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2 as pb

assert spm.__version__ == "0.2.3", spm.__version__

SENTENCES = """
The quick brown fox jumps over the lazy dog, and the dog does not care.
A tokenizer cuts text into pieces; a model sees numbers only.
Pieces that come up often are long, pieces that seldom come up are short.
In 2024 there were 365 1/4 days, or so they say: 12, 34 and 567 of them were cold.
She sells sea shells by the sea shore, he sells them by the bridge.
Über allen Gipfeln ist Ruh, in allen Wipfeln spürest du kaum einen Hauch.
Ein naïver Café-Besucher aß Crème brûlée für 3,50 Euro.
Быстрая лиса прыгает через ленивую собаку.
私は猫です。名前はまだない。猫は猫です。
for i in range(10):  print(i, "x" * i)  # for the code
def cut(text): return [piece for piece in text.split(" ") if piece]
the the the then there these those other another whether together
cutting cuts cut cutter running runs run runner texts text
""".strip().split("\n")

# Replacements, tab between what is replaced and what replaces it.
RULES = [
    ("\uff21", "A"), ("\uff22", "B"), ("\ufb01", "fi"), ("\ufb03", "ffi"), ("\u2026", "..."), ("\u00a0", " "), ("\u3000", " "),
    ("\t", " "), ("\u00ad", ""), ("e\u0301", "\u00e9"), ("\u00e9\u0301", "\u00e9"), ("\u3326", "\u30c9\u30eb"), ("\u2003\u2003", "a b "), ("\n", " "),
    ("\u00bd", " 1/2 "),
]
BACK = [("...", "\u2026"), ("fi", "\ufb01"), ("<sep>", " ")]

MODELS = {
    "unigram": dict(
        model_type="unigram", vocab_size=450, byte_fallback=True, user_defined_symbols=["<sep>", "the c", "▁cut", "é", "..", "..."],
        rules=RULES, back=BACK,
    ),
    "unigram-suffix": dict(
        model_type="unigram", vocab_size=220, treat_whitespace_as_suffix=True, rules=RULES, unk_surface=" <?> ", bos_id=-1, pad_id=3,
    ),
    "bpe": dict(
        model_type="bpe", vocab_size=500, byte_fallback=True, split_digits=True, allow_whitespace_only_pieces=True,
        remove_extra_whitespaces=False, normalization_rule_name="identity", user_defined_symbols=["<sep>", "ab", "abc", "\t", "▁▁▁"],
    ),
    "bpe-unused": dict(model_type="bpe", vocab_size=300, rules=RULES, add_dummy_prefix=False, unk_piece="[UNK]", bos_piece="[BOS]"),
    "char": dict(model_type="char", vocab_size=90, user_defined_symbols=["<a>", "the", "th"], rules=RULES),
    "word": dict(model_type="word", vocab_size=100, byte_fallback=False, normalization_rule_name="identity"),
}


def tsv(path, rules):
    with open(path, "w", encoding="utf-8") as f:
        for a, b in rules:
            f.write(" ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n")


def field(number, data):
    """A field of a protocol buffer message that holds bytes."""
    size, n = b"", len(data)
    while n >= 128:
        size, n = size + bytes([n & 127 | 128]), n >> 7
    return bytes([number << 3 | 2]) + size + bytes([n]) + data


def train(directory, name, options):
    path = os.path.join(directory, f"sentencepiece-0.2.3-{name}")
    options = dict(options)
    temporary = []
    for key, flag in (("rules", "normalization_rule_tsv"), ("back", "denormalization_rule_tsv")):
        if key in options:
            temporary.append(f"{path}.{key}.tsv")
            tsv(temporary[-1], options.pop(key))
            options[flag] = temporary[-1]
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 3), model_prefix=path, num_threads=1, hard_vocab_limit=False, minloglevel=2,
        character_coverage=0.985, **options,
    )
    for f in temporary + [path + ".vocab"]:
        os.remove(f)
    model = pb.ModelProto()
    with open(path + ".model", "rb") as f:
        model.ParseFromString(f.read())
    # What the trainer writes of itself says where it ran.
    del model.trainer_spec.input[:]
    model.trainer_spec.model_prefix = name
    model.normalizer_spec.normalization_rule_tsv = ""
    model.denormalizer_spec.normalization_rule_tsv = ""
    if name == "bpe-unused":
        rng = random.Random(1)
        for piece in model.pieces:
            if piece.type == pb.ModelProto.SentencePiece.NORMAL and rng.random() < (0.5 if len(piece.piece) > 1 else 0.04):
                piece.type = pb.ModelProto.SentencePiece.UNUSED
    processor = spm.SentencePieceProcessor(model_proto=model.SerializeToString())
    samples = b""
    for text in (SENTENCES[0], SENTENCES[3], "  ﬁve ＡＢ… x\u3000y  "):
        samples += field(1, field(1, text.encode()) + field(2, " ".join(processor.encode(text, out_type=str)).encode()))
    data = model.SerializeToString() + field(4, samples)  # self_test_data, which version 0.2.3 knows no longer
    with open(path + ".model", "wb") as f:
        f.write(data)
    return spm.SentencePieceProcessor(model_proto=data)


FRAGMENTS = [
    "the ", "The", " cut", "cutting", "cutter", "runner", "ab", "abc", "abcd", "<sep>", "<s>", "</s>", "<unk>", "[UNK]", "<0x41>", "<a>", "th",
    " ", "  ", "   ", "\t", "\n", "\u00a0", "\u3000", "\u2003\u2003", "▁", "▁▁", "▁▁▁", "e\u0301", "é", "é\u0301", "\ufb01", "\ufb03", "\u2026", "..", ".",
    "\uff21", "\uff22\uff22", "\u00ad", "\u3326", "\u00bd", "猫", "犬", "🙂", "👩\u200d💻", "Ü", "ß", "лиса", "ж", "1", "234", "0", "#", "x", "zzz", "\x00", "\x07",
    "\ufffd", "\u2047", "\u200b", "\U00010000", "piece", "pieces", "sea shells",
]
BROKEN = [b"\xff", b"\xe2\x96", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\x80\x80"]


def texts(rng, n):
    yield from [b"", b" ", b"  \t ", "▁".encode(), "\u00ad".encode(), "▁▁▁ ".encode()]
    yield from (s.encode() for s in SENTENCES)
    for _ in range(n):
        parts = [rng.choice(FRAGMENTS).encode() for _ in range(rng.randint(1, rng.choice([2, 5, 12])))]
        if rng.random() < 0.15:
            parts.insert(rng.randint(0, len(parts)), rng.choice(BROKEN))
        yield b"".join(parts)


def main():
    directory = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    results = {}
    for name, options in MODELS.items():
        processor = train(directory, name, options)
        rng = random.Random(7)
        results[name] = []
        for text in texts(rng, count):
            proto = processor.encode(text, return_type="proto")
            ids = [p.id for p in proto.pieces]
            results[name].append({
                # Not all texts are UTF-8.
                "text": text.decode("latin-1"),
                "normalized": processor.normalize(text.decode()) if text.decode(errors="replace").encode() == text else None,
                "ids": ids,
                "spans": [[p.begin, p.end] for p in proto.pieces],
                "pieces": [p.piece for p in proto.pieces],
                "decoded": processor.decode(ids) if ids else "",
            })
        for _ in range(count // 3):
            ids = [rng.randrange(processor.get_piece_size()) for _ in range(rng.randint(1, 12))]
            if processor.is_byte(5) and rng.random() < 0.5:
                first = next(i for i in range(processor.get_piece_size()) if processor.is_byte(i))
                ids = [first + rng.choice("é猫🙂".encode() + b"\xff\xc3A") for _ in range(len(ids))] + ids
            results[name].append({"ids": ids, "decoded": processor.decode(ids)})
    with open(os.path.join(directory, "sentencepiece-0.2.3.json"), "w", encoding="utf-8") as f:
        f.write("{\n")
        for i, (name, cases) in enumerate(results.items()):
            f.write(json.dumps(name) + ":[\n")
            f.write(",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases))
            f.write("\n]" + (",\n" if i < len(results) - 1 else "\n"))
        f.write("}\n")


main()
