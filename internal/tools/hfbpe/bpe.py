"""Writes what Hugging Face tokenizers makes of pieces by small BPE models.

    python bpe.py > ../../../tokenize/internal/bpe/testdata/hf-tokenizers-0.22.2-bpe.json

The first models are quirks, one each; the others are drawn: lists of merges out
of order, pairs twice, tokens that no merge makes, bytes that are missing,
affixes, and all options. Pieces are in hex.

Offsets are in bytes. A byte-level model sees another text than its caller, so
there they are in the characters of the text that the tokenizer was given, and
only pieces that are UTF-8 have them.
"""

import json
import random

import tokenizers
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import BPE

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__

BYTES = ["<0x%02X>" % i for i in range(256)]


def alphabet():
    """The byte-level alphabet, by byte."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    out, extra = {}, 0x100
    for b in range(256):
        if b in plain:
            out[b] = chr(b)
        else:
            out[b] = chr(extra)
            extra += 1
    return out


SPELL = alphabet()


def case(note, vocab, merges, pieces, byte_level=False, **options):
    """Encodes pieces, which are bytes, by a model."""
    spell = (lambda b: "".join(SPELL[x] for x in b)) if byte_level else (lambda b: b.decode())
    model = BPE(vocab={t: i for i, t in enumerate(vocab)}, merges=merges, **options)
    out = []
    for piece in pieces:
        piece = piece.encode() if isinstance(piece, str) else piece
        try:
            tokens = model.tokenize(spell(piece))
        except Exception as e:
            out.append({"piece": piece.hex(), "error": str(e)})
            continue
        record = {"piece": piece.hex(), "ids": [t.id for t in tokens]}
        if not byte_level:
            record["offsets"] = [list(t.offsets) for t in tokens]
        elif chars(piece) is not None:
            tokenizer = Tokenizer(model)
            tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
            encoding = tokenizer.encode(chars(piece))
            assert encoding.ids == record["ids"]
            record["offsets"] = [list(o) for o in encoding.offsets]
        out.append(record)
    return {"note": note, "byte_level": byte_level, "tokens": vocab, "merges": merges, **options, "pieces": out}


def chars(piece):
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return None


def quirks():
    ab = ["a", "b", "ab"]
    some = [b for b in BYTES if b != "<0xC3>"]
    yield case("characters dropped", ab, [("a", "b")], ["axb", "xxaxxxb", "x", "ab☃"])
    yield case("unk not in vocab", ab, [("a", "b")], ["ab", "axb"], unk_token="<unk>")
    yield case("unk", ["<unk>", *ab], [("a", "b")], ["xxaxb", "☃"], unk_token="<unk>")
    yield case("unk fused", ["<unk>", *ab], [("a", "b")], ["xxaxb", "☃x☃"], unk_token="<unk>", fuse_unk=True)
    yield case("unk merged", ["<unk>", *ab, "<unk>a"], [("<unk>", "a"), ("a", "b")], ["xxab", "<unk>a"], unk_token="<unk>")
    yield case("unk a character", ["?", *ab], [("a", "b")], ["?xab?"], unk_token="?")
    yield case("unk overtaken by bytes", ["<unk>", *ab, *some], [("a", "b")], ["aéxb", "éxéb", "éé", "a☃éxb"],
               unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    yield case("bytes", [*ab, *BYTES], [("a", "b")], ["a☃b", "é"], byte_fallback=True)
    yield case("bytes, some missing", [*ab, *some], [("a", "b")], ["aéb", "a☃b"], byte_fallback=True)
    yield case("bytes merged", [*ab, *BYTES, "<0xC3><0xA9>"], [("<0xC3>", "<0xA9>"), ("a", "b")], ["aéb"], byte_fallback=True)
    yield case("bytes of affixes", ["a", "##b", *BYTES], [], ["ab", "axb", "xab", "xx"], byte_fallback=True, continuing_subword_prefix="##")
    yield case("prefix", ["a", "b", "##b", "##c", "ab", "##bc", "abc"], [("##b", "##c"), ("a", "##b"), ("a", "##bc")],
               ["abc", "ab", "bcb", "abbc"], continuing_subword_prefix="##")
    yield case("suffix", ["a", "b", "b</w>", "a</w>", "ab</w>", "ab"], [("a", "b</w>"), ("a", "b")], ["ab", "abab", "a", "aba"],
               end_of_word_suffix="</w>")
    yield case("prefix and suffix", ["a", "##b", "##b$", "a##b"], [], ["ab", "abb", "a"], continuing_subword_prefix="##", end_of_word_suffix="$")
    yield case("empty affixes", ab, [("a", "b")], ["ab", "abab"], continuing_subword_prefix="", end_of_word_suffix="")
    yield case("pair twice", ["a", "b", "c", "ab", "bc"], [("a", "b"), ("b", "c"), ("a", "b")], ["abc", "abcab"])
    yield case("late part", ["a", "b", "c", "ab", "abc", "bc"], [("ab", "c"), ("b", "c"), ("a", "b")], ["abc", "aabcc", "abab"])
    yield case("late part that can be", ["a", "b", "c", "ab", "abc"], [("ab", "c"), ("a", "b")], ["abc", "aabcc", "abcab"])
    yield case("token out of reach", ["a", "b", "c", "ab", "bc", "abc"], [("a", "b"), ("b", "c")], ["abc", "abcabc"])
    yield case("token out of reach, whole first", ["a", "b", "c", "ab", "bc", "abc"], [("a", "b"), ("b", "c")], ["abc", "abcabc"], ignore_merges=True)
    yield case("runs", ["a", "aa", "aaa", "aaaa"], [("a", "a"), ("aa", "a"), ("aa", "aa")], ["a" * n for n in range(1, 12)])
    yield case("dropout of all", ab, [("a", "b")], ["abab"], dropout=1.0)
    holes = ["a", "b", "ab", SPELL[0xC3], SPELL[0xA9]]
    yield case("bytes of the alphabet missing", holes, [("a", "b")], ["axb", "aéb", "a☃b", "☃ab", "xyéab", "éab☃"], byte_level=True)


def drawn(rng):
    byte_level = rng.random() < 0.3
    units = ["a", "b", "c", "▁", "é"] if not byte_level else [SPELL[x] for x in b"abc \xe2\x96\x81"]
    prefix = rng.choice(["", "", "", "##"])
    suffix = rng.choice(["", "", "", "$"])
    vocab = []

    def add(t):
        if t not in vocab:
            vocab.append(t)

    for u in rng.sample(units, rng.randint(1, len(units))):
        for t in (u, prefix + u, u + suffix, prefix + u + suffix):
            add(t)
    options = {"fuse_unk": rng.random() < 0.5, "ignore_merges": rng.random() < 0.2}
    if prefix:
        options["continuing_subword_prefix"] = prefix
    if suffix:
        options["end_of_word_suffix"] = suffix
    if rng.random() < 0.5:
        options["unk_token"] = "<unk>"
        if rng.random() < 0.9:
            add("<unk>")
    if rng.random() < 0.3:
        options["byte_fallback"] = True
        vocab += [b for b in BYTES if rng.random() < 0.99]
    merges = []
    joined = [t for t in vocab if not t.startswith("<0x")]
    for _ in range(rng.randint(0, 30)):
        left, right = rng.choice(joined), rng.choice(joined)
        if len(left) + len(right) > 14 or not right.startswith(prefix):
            continue
        t = left + right[len(prefix):]
        add(t)
        joined.append(t)
        merges.append((left, right))
    if rng.random() < 0.5:
        rng.shuffle(merges)
    if merges and rng.random() < 0.2:
        merges.append(rng.choice(merges))
    raw = {v: bytes([k]) for k, v in SPELL.items()}
    pieces = []
    for _ in range(6):
        if byte_level:
            piece = b"".join(raw[rng.choice(units)] if rng.random() < 0.95 else bytes([rng.randrange(256)]) for _ in range(rng.randint(1, 30)))
        else:
            piece = "".join(rng.choice(units) if rng.random() < 0.95 else rng.choice("xy☃ñ") for _ in range(rng.randint(1, 30))).encode()
        pieces.append(piece)
    return case("drawn", vocab, merges, pieces, byte_level, **options)


def main():
    rng = random.Random(1)
    cases = [*quirks(), *(drawn(rng) for _ in range(150))]
    for c in cases:
        if "byte_fallback" in c:
            c["tokens"] = pack(c["tokens"])
    lines = [json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases]
    print("[\n" + ",\n".join(lines) + "\n]")


def pack(vocab):
    """Writes runs of byte tokens as their first and last one."""
    out = []
    for t in vocab:
        byte = int(t[3:5], 16) if t in BYTES else None
        if out and byte is not None and isinstance(out[-1], list) and out[-1][1] == byte - 1:
            out[-1][1] = byte
        elif byte is not None:
            out.append([byte, byte])
        else:
            out.append(t)
    return out


if __name__ == "__main__":
    main()
