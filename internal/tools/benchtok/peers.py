"""Measures PyPI's tokenizers for benchtok, which runs it:

    python peers.py DIR/manifest.json

Prints lines of engine, vocabulary, text, cold or warm, MB/s and tokens, with tabs between them; other lines are for
people.
"""

import base64
import importlib
import json
import sys
import time
from importlib.metadata import version

MANIFEST = json.load(open(sys.argv[1], encoding="utf-8"))


def load(name):
    try:
        return importlib.import_module(name)
    except ImportError as err:
        print(f"PyPI {name}: skipped, {err}")


def rate(text, setup, encode):
    """Returns the median rate of some runs; setup is not counted."""
    times = []
    while len(times) < 3 or sum(times) < MANIFEST["Seconds"]:
        setup()
        start = time.perf_counter()
        tokens = encode(text)
        times.append(time.perf_counter() - start)
    return len(text.encode()) / sorted(times)[len(times) // 2] / 1e6, tokens


def measure(package, vocabulary, fresh, encode):
    for text in MANIFEST["Texts"]:
        data = open(text["Path"], encoding="utf-8", newline="").read()
        for mode, setup in (("cold", fresh), ("warm", lambda: None)):
            mbps, tokens = rate(data, setup, encode)
            print(f"PyPI {package} {version(package)}", vocabulary["Name"], text["Name"], mode, f"{mbps:.3f}", tokens, sep="\t", flush=True)


class Fresh:
    """A tokenizer that is made anew by each call of fresh."""

    def __init__(self, make):
        self.make = make

    def fresh(self):
        self.it = self.make()


def hf(tokenizers, path):
    tokenizer = tokenizers.Tokenizer.from_file(path)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def ranks(path):
    lines = (line.split() for line in open(path, "rb"))
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def main():
    tokenizers, tiktoken, sentencepiece = load("tokenizers"), load("tiktoken"), load("sentencepiece")
    if tiktoken:
        import tiktoken_ext.openai_public as openai
    for v in MANIFEST["Vocabularies"]:
        if tokenizers and "JSON" in v:
            t = Fresh(lambda: hf(tokenizers, v["JSON"]))
            measure("tokenizers", v, t.fresh, lambda s: len(t.it.encode(s, add_special_tokens=False).ids))
        if tiktoken and "Ranks" in v:
            pattern = v.get("Pattern")
            if "Encoding" in v:
                openai.load_tiktoken_bpe = lambda *_, **__: {}
                pattern = getattr(openai, v["Encoding"])()["pat_str"]
            loaded = ranks(v["Ranks"])
            t = Fresh(lambda: tiktoken.Encoding(v["Name"], pat_str=pattern, mergeable_ranks=loaded, special_tokens={}))
            measure("tiktoken", v, t.fresh, lambda s: len(t.it.encode_ordinary(s)))
        if sentencepiece and "SentencePiece" in v:
            t = Fresh(lambda: sentencepiece.SentencePieceProcessor(model_file=v["SentencePiece"]))
            measure("sentencepiece", v, t.fresh, lambda s: len(t.it.encode(s)))


main()
