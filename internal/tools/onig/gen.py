"""Makes patterns and texts, and records what Hugging Face tokenizers makes of them.

    pip install tokenizers==0.22.2
    python internal/tools/onig/gen.py tokenize/internal/onig/testdata/hf-tokenizers-0.22.2-patterns.json

Each case has a pattern and, unless Oniguruma refuses it, texts with what is
found in each: the matches that are not empty, and the offsets at which the
pre-tokenizer Split cuts, which show the empty ones. Offsets count code points.
"""

import argparse
import json
import pathlib
import random

import tokenizers
from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

VERSION = "0.22.2"

# Letters that fold to each other, digits of several kinds, spaces, marks, what is special in patterns.
LITERALS = list("aabbcsStiIfFkK1 2.-_',!") + ["ß", "ſ", "ﬀ", "ﬃ", "K", "é", "É", "٣", "²", "中", "か", "\u0301", "😀", "\u00a0", "σ", "ς", "İ"]
ESCAPES = [r"\n", r"\t", r"\x61", r"\x{73}", r"\u00e9", r"\.", r"\-", r"\\", r"\/", r"\e", r"\xC3\xA9", r"\101", r"\x{41 42}"]
SETS = r"\w \W \d \D \s \S \h \H . \N \O \p{L} \p{N} \p{Lu} \P{L} \p{^N} \p{M} \p{P} \p{S} \p{Han} \p{Greek} \p{Alnum} \p{Word} \p{Punct} \p{Upper}".split()
POSIX = ["[:alpha:]", "[:digit:]", "[:space:]", "[:punct:]", "[:upper:]", "[:^lower:]", "[:word:]", "[:alnum:]"]
ANCHORS = ["^", "$", r"\A", r"\z", r"\Z", r"\b", r"\B"]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{,2}", "{2,}", "{1,2}?", "{1,2}+", "{2}?", "{2,1}", "{0}", "{1}"]
OPTIONS = ["i", "m", "x", "i-m", "-i", "W", "D", "S", "P", "im"]
EDGES = ["{", "}", "]", "{,}", "a{", r"\R", r"\G", r"\K", "(?i)", "(?#c)", "(?x) ", ""]


class Pattern:
    def __init__(self, rng):
        self.rng = rng
        self.groups = 0
        self.names = []

    def make(self):
        return self.alternatives(self.rng.choice([1, 2, 2, 3, 3]))

    def alternatives(self, depth):
        n = self.rng.choice([1, 1, 1, 2, 3])
        return "|".join(self.sequence(depth) for _ in range(n))

    def sequence(self, depth):
        return "".join(self.quantified(depth) for _ in range(self.rng.choice([0, 1, 1, 2, 2, 3])))

    def quantified(self, depth):
        atom = self.atom(depth)
        for _ in range(self.rng.choice([0, 0, 0, 1, 1, 2] if self.rng.random() < 0.3 else [0, 0, 0, 1])):
            atom += self.rng.choice(QUANTIFIERS)
        return atom

    def atom(self, depth):
        r = self.rng.random()
        if r < 0.38:
            return "".join(self.literal() for _ in range(self.rng.choice([1, 1, 2, 3])))
        if r < 0.44:
            return self.rng.choice(ESCAPES)
        if r < 0.56:
            return self.rng.choice(SETS)
        if r < 0.68:
            return self.brackets(2)
        if r < 0.73:
            return self.rng.choice(ANCHORS)
        if r < 0.75:
            return self.rng.choice(EDGES)
        if r < 0.79:
            return self.reference()
        if depth == 0:
            return self.literal()
        return self.group(depth - 1)

    def literal(self):
        c = self.rng.choice(LITERALS)
        return "\\" + c if c in ".-" and self.rng.random() < 0.7 else c

    def reference(self):
        if self.names and self.rng.random() < 0.8:
            return rf"\k<{self.rng.choice(self.names)}>"
        if self.groups:
            return self.rng.choice([rf"\{self.rng.randint(1, self.groups)}", rf"\k<-{self.rng.randint(1, self.groups)}>"])
        return self.literal()

    def group(self, depth):
        r = self.rng.random()
        if r < 0.3:
            return f"(?:{self.alternatives(depth)})"
        if r < 0.45:
            self.groups += 1
            return f"({self.alternatives(depth)})"
        if r < 0.5:
            name = self.rng.choice("nm")
            self.names.append(name)
            return f"(?<{name}>{self.alternatives(depth)})"
        if r < 0.6:
            return f"(?>{self.alternatives(depth)})"
        if r < 0.75:
            return f"({self.rng.choice(['?=', '?!'])}{self.alternatives(depth)})"
        if r < 0.88:
            return f"({self.rng.choice(['?<=', '?<!'])}{self.alternatives(depth)})"
        return f"(?{self.rng.choice(OPTIONS)}:{self.alternatives(depth)})"

    def brackets(self, depth):
        items = []
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            r = self.rng.random()
            if r < 0.45:
                items.append(self.rng.choice([c for c in LITERALS if c not in "-"]))
            elif r < 0.6:
                a, b = self.rng.sample("abcst12AKéﬀ中", 2)
                items.append(f"{min(a, b)}-{max(a, b)}" if self.rng.random() < 0.95 else f"{max(a, b)}-{min(a, b)}")
            elif r < 0.75:
                items.append(self.rng.choice(SETS[:8] + SETS[11:]))
            elif r < 0.82:
                items.append(self.rng.choice(POSIX))
            elif r < 0.87:
                items.append(self.rng.choice(ESCAPES + ["-", "^", "]", r"\b", "&"]))
            elif depth:
                items.append(self.brackets(depth - 1))
            if self.rng.random() < 0.1:
                items.append("&&")
        return f"[{self.rng.choice(['', '', '^'])}{''.join(items) or 'a'}]"


def text(rng):
    n = rng.choice([1, 2, 3, 5, 8, 12])
    letters = LITERALS + ["\n", "\r\n", "\t", "A", "B", "x", "ss", "SS", "ẞ", "ffi", "AB", "ab", "Ω", "ω", "\u2028", "\u0378", "Ⅷ", "i\u0307"]
    pick = rng.choice([letters, letters[:12], rng.sample(letters, 3)])
    return "".join(rng.choice(pick) for _ in range(n))


def judge(pattern, texts):
    """What is found in each text; None if the pattern is refused, [] if matching takes too long."""
    try:
        regex = Regex(pattern)
    except Exception:
        return None
    try:
        return [found(regex, t) for t in texts]
    except BaseException as e:
        if type(e).__name__ != "PanicException":
            raise
        return []


def found(regex, t):
    matches = Split(regex, "removed", invert=True).pre_tokenize_str(t)
    cuts = Split(regex, "isolated").pre_tokenize_str(t)
    return {"text": t, "matches": [list(span) for _, span in matches], "cuts": [end for _, (_, end) in cuts[:-1]]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--cases", type=int, default=600)
    parser.add_argument("--texts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    assert tokenizers.__version__ == VERSION
    rng = random.Random(args.seed)
    cases = []
    while len(cases) < args.cases:
        pattern = Pattern(rng).make()
        results = judge(pattern, [text(rng) for _ in range(args.texts)])
        case = {"pattern": pattern}
        if results:
            case["found"] = results
        elif results is not None or rng.random() < 0.7:
            continue
        cases.append(case)
    head = {"judge": f"tokenizers {VERSION}", "made by": "internal/tools/onig/gen.py", "seed": args.seed}
    lines = ",\n".join(json.dumps(c, ensure_ascii=True, separators=(",", ":")) for c in cases)
    args.output.write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    main()
