"""Makes patterns and texts, and records what Hugging Face tokenizers makes of them.

    pip install tokenizers==0.22.2
    python internal/tools/onig/gen.py tokenize/internal/onig/testdata

writes three files there: what is made of the patterns in syntax.json, which
are written by hand, and of random ones, and what is in each class of
properties.txt and equals each letter without regard to case. With --random FILE
it writes only the second, elsewhere and of any size; ONIG_CASES=FILE lets go
test read it.

Each case has a pattern and, unless Oniguruma refuses it, texts with what is
found in each: the matches that are not empty, and the offsets at which the
pre-tokenizer Split cuts, which show the empty ones. Offsets count code points.
"""

import argparse
import json
import pathlib
import random
import resource
import zlib

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


def write(path, cases, **head):
    head = {"judge": f"tokenizers {VERSION}", "made by": "internal/tools/onig/gen.py", **head}
    lines = ",\n".join(json.dumps(c, ensure_ascii=True, separators=(",", ":")) for c in cases)
    path.write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


def syntax_cases():
    for pattern, *texts in json.loads(pathlib.Path(__file__).with_name("syntax.json").read_text()):
        results = judge(pattern, texts)
        yield {"pattern": pattern} | ({} if results is None else {"found": results})


def random_cases(seed, count, texts):
    rng = random.Random(seed)
    while count > 0:
        pattern = Pattern(rng).make()
        results = judge(pattern, [text(rng) for _ in range(texts)])
        case = {"pattern": pattern}
        if results:
            case["found"] = results
        elif results is not None or rng.random() < 0.7:
            continue
        yield case
        count -= 1


# All of Unicode but for what is inside of large blocks of one kind, which would take minutes.
UNIFORM = [
    (0x3500, 0x4D00), (0x4F00, 0x9F00), (0xAD00, 0xD700), (0xD800, 0xE000), (0xE100, 0xF800), (0x17100, 0x18700), (0x18E00, 0x1AF00),
    (0x20100, 0x2A600), (0x2A800, 0x2EB00), (0x2EF00, 0x2F700), (0x2FB00, 0x2FF00), (0x30100, 0x31300), (0x31400, 0x32300),
    (0x32500, 0xE0000), (0xE0200, 0xEFF00), (0xF0100, 0xFFF00), (0x100100, 0x10FF00),
]
# Where letters are that fold to others, with their neighbours.
LETTERS = [
    (0x41, 0x5A), (0x61, 0x7A), (0xB5, 0xB5), (0xC0, 0x24F), (0x250, 0x2AF), (0x345, 0x345), (0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x587),
    (0x10A0, 0x10FF), (0x13A0, 0x13FD), (0x1C80, 0x1CBF), (0x1D79, 0x1D8E), (0x1E00, 0x1FFC), (0x2126, 0x2132), (0x214E, 0x214E),
    (0x2160, 0x2188), (0x24B6, 0x24E9), (0x2C00, 0x2D2D), (0xA640, 0xA69B), (0xA722, 0xA7F6), (0xAB53, 0xABBF), (0xFB00, 0xFB17),
    (0xFF21, 0xFF5A), (0x10400, 0x1044F), (0x104B0, 0x104FB), (0x10570, 0x105BC), (0x10C80, 0x10CF2), (0x10D50, 0x10D85),
    (0x118A0, 0x118DF), (0x16E40, 0x16E7F), (0x1E900, 0x1E943),
]
SCALARS = [i for i in range(0x110000) if not any(lo <= i < hi for lo, hi in UNIFORM)]


def members(pattern, codes):
    text = "".join(map(chr, codes))
    spans = Split(Regex(f"(?:{pattern})+"), "removed", invert=True).pre_tokenize_str(text)
    return [codes[i] for _, (start, end) in spans for i in range(start, end)]


def equals(pattern, codes):
    """The same for letters of which several together could match; digits keep them apart."""
    text = "0".join(map(chr, codes))
    spans = Split(Regex(f"(?!0){pattern}"), "removed", invert=True).pre_tokenize_str(text)
    return [codes[start // 2] for _, (start, _) in spans]


def checksum(codes):
    return zlib.crc32(",".join(map(str, codes)).encode())


def classes():
    """The size and checksum of classes, and of the letters that equal each letter."""
    names = pathlib.Path(__file__).with_name("properties.txt").read_text().split()
    posix = "alnum alpha blank cntrl digit graph lower print punct space upper xdigit ascii word".split()
    found = {}
    for pattern in [rf"\p{{{n}}}" for n in names] + [f"[[:{n}:]]" for n in posix] + [r"\w", r"\d", r"\s", r"\h", r"[\w]", "."]:
        codes = members(pattern, SCALARS)
        found[pattern] = [len(codes), checksum(codes)]
    found["letters"] = LETTERS
    letters = [code for lo, hi in LETTERS for code in range(lo, hi + 1)]
    for form in [r"(?i:\x{%x})", r"(?i:[\x{%x}])", r"(?i:[^\x{%x}])"]:
        equal = []
        for code in letters:
            same = equals(form % code, letters)
            if "^" in form:
                same = sorted(set(letters) - set(same))
            equal += [-1, *same]
        found[form] = [len(equal), checksum(equal)]
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path, nargs="?")
    parser.add_argument("--random", type=pathlib.Path)
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--texts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    assert tokenizers.__version__ == VERSION
    # Oniguruma does not limit the memory of a match.
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    if args.directory:
        write(args.directory / f"hf-tokenizers-{VERSION}-syntax.json", syntax_cases())
        path = args.directory / f"hf-tokenizers-{VERSION}-classes.json"
        lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in classes().items())
        path.write_text("{\n" + lines + "\n}\n")
    path = args.random or args.directory / f"hf-tokenizers-{VERSION}-patterns.json"
    write(path, random_cases(args.seed, args.cases, args.texts), seed=args.seed)


if __name__ == "__main__":
    main()
