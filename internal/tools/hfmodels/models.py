"""Writes what Hugging Face tokenizers makes of words with random models.

    python models.py unigram   > ../../../tokenize/internal/unigram/testdata/hf-tokenizers-0.22.2-unigram.json
    python models.py wordpiece > ../../../tokenize/internal/wordpiece/testdata/hf-tokenizers-0.22.2-wordpiece.json

The models are small and odd, so that what seldom matters does: pieces that
occur twice, ties, scores that are no numbers, unknown characters beside each
other, bytes of which some have no token, vocabularies without unknown token.
Offsets are in bytes.
"""

import json
import random
import sys

import tokenizers
from tokenizers import models

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__

ALPHABETS = ["ab", "abc", "aé", "ab▁", "a語🙂", "ABé▁x"]


def word(rng, alphabet, most):
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, most)))


def run(model, text):
    try:
        tokens = model.tokenize(text)
    except Exception as e:  # the binding has no class for these
        return {"text": text, "error": str(e)}
    return {"text": text, "ids": [t.id for t in tokens], "offsets": [list(t.offsets) for t in tokens]}


def texts(rng, alphabet, extra, n):
    out = ["", alphabet, extra[0], alphabet + extra[0]]
    for _ in range(n):
        t = word(rng, alphabet + rng.choice(["", "", "xyz", "ü語"]), rng.choice([4, 12, 30]))
        if rng.random() < 0.3:
            at = rng.randint(0, len(t))
            t = t[:at] + rng.choice(extra) + t[at:]
        out.append(t)
    return out


def unigram(rng):
    alphabet = rng.choice(ALPHABETS)
    pieces = [word(rng, alphabet, 5) for _ in range(rng.randint(1, 14))]
    if rng.random() < 0.7:
        pieces += list(alphabet)
    pieces.insert(rng.randint(0, len(pieces)), "<unk>")
    fallback = rng.random() < 0.5
    if fallback:
        for b in sorted(set("".join(ALPHABETS + ["xyzü<unk>0x41"]).encode())):
            if rng.random() < rng.choice([0.5, 1, 1]):
                pieces.append(f"<0x{b:02X}>")
        if rng.random() < 0.5:
            pieces = pieces + [f"<0x{b:02X}>" for b in "üxé".encode()]
    style = rng.choice(["small", "tied", "real", "positive", "odd", "large"])
    scores = []
    for p in pieces:
        scores.append({
            "small": rng.uniform(-3, 0),
            "tied": float(rng.randint(-2, 0)),
            "real": -rng.expovariate(0.1),
            "positive": rng.uniform(25, 30),
            "odd": rng.choice([0.0, -1.0, -0.0, float("nan"), float("inf"), float("-inf"), 1e300]),
            "large": rng.choice([-1e9, -0.1, -1e-9, 1e9]),
        }[style])
    unk = rng.choice([None, pieces.index("<unk>"), pieces.index("<unk>"), pieces.index("<unk>"), 0])
    model = models.Unigram([(p, s) for p, s in zip(pieces, scores)], unk, fallback)
    return {
        "tokens": pieces,
        "scores": [repr(s) for s in scores],
        "unknown": -1 if unk is None else unk,
        "byte_fallback": fallback,
        "texts": [run(model, t) for t in texts(rng, alphabet, ["<unk>", "<0x41>", "<unk><unk>", pieces[0]], 8)],
    }


def wordpiece(rng):
    alphabet = rng.choice(ALPHABETS)
    prefix = rng.choice(["##", "##", "##", "", "é", "a"])
    tokens = {"[UNK]"} if rng.random() < 0.8 else {"#"}
    for _ in range(rng.randint(2, 16)):
        tokens.add(rng.choice(["", prefix]) + word(rng, alphabet, 4))
    for c in alphabet:
        if rng.random() < 0.8:
            tokens.add(prefix + c)
    tokens = sorted(tokens)
    ids = rng.sample(range(2 * len(tokens)), len(tokens))
    limit = rng.choice([100, 100, 3, 0])
    model = models.WordPiece(dict(zip(tokens, ids)), unk_token="[UNK]", max_input_chars_per_word=limit, continuing_subword_prefix=prefix)
    return {
        "tokens": tokens,
        "ids": ids,
        "prefix": prefix,
        "max_chars": limit,
        "texts": [run(model, t) for t in texts(rng, alphabet, ["##", "[UNK]", "##a", "#"], 8)],
    }


def main():
    make = {"unigram": unigram, "wordpiece": wordpiece}[sys.argv[1]]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    print("[")
    for i in range(count):
        print(json.dumps(make(rng), ensure_ascii=False, separators=(",", ":")) + ("," if i < count - 1 else ""))
    print("]")


main()
