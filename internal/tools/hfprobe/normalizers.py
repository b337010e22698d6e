"""Makes the tables of tokenize/internal/normalize by asking Hugging Face's tokenizers about every code point.

    pip install -r internal/tools/hfprobe/requirements.txt
    python internal/tools/hfprobe/normalizers.py tokenize/internal/normalize

The library's parts know different versions of Unicode, none of them Go's: decompositions and combining classes are
older than categories in graphemes, lower case is newer. So no table is copied from a version of Unicode; each says what
the library does.
"""

import pathlib
import subprocess
import sys

import tokenizers
from tokenizers import normalizers

from charsmap import charsmap

VERSION = "0.22.2"
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def members(predicate):
    return [c for c in CODE_POINTS if predicate(chr(c))]


def changed_by(normalizer):
    return members(lambda ch: normalizer.normalize_str(ch) != ch)


def removed_by(normalizer):
    return members(lambda ch: normalizer.normalize_str(ch) == "")


def bert(**on):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **on})


# One character of each combining class that Unicode has, in order.
REPRESENTATIVES = {
    1: 0x0334, 7: 0x093C, 8: 0x3099, 9: 0x094D, 10: 0x05B0, 11: 0x05B1, 12: 0x05B2, 13: 0x05B3, 14: 0x05B4, 15: 0x05B5,
    16: 0x05B6, 17: 0x05B7, 18: 0x05B8, 19: 0x05B9, 20: 0x05BB, 21: 0x05BC, 22: 0x05BD, 23: 0x05BF, 24: 0x05C1,
    25: 0x05C2, 26: 0xFB1E, 27: 0x064B, 28: 0x064C, 29: 0x064D, 30: 0x064E, 31: 0x064F, 32: 0x0650, 33: 0x0651,
    34: 0x0652, 35: 0x0670, 36: 0x0711, 84: 0x0C55, 91: 0x0C56, 103: 0x0E38, 107: 0x0E48, 118: 0x0EB8, 122: 0x0EC8,
    129: 0x0F71, 130: 0x0F72, 132: 0x0F74, 202: 0x0321, 214: 0x1DCE, 216: 0x031B, 218: 0x302A, 220: 0x0316,
    222: 0x059A, 224: 0x302E, 226: 0x1D16D, 228: 0x05AE, 230: 0x0300, 232: 0x0315, 233: 0x035C, 234: 0x035D,
    240: 0x0345,
}  # fmt: skip


def combining_classes(nfd):
    """The class of each code point that has one. Marks are sorted by class, those of a class stay in order: two marks
    that never change places, whichever is first, are of one class, unless one of them is no mark at all."""

    def overtakes(late, early):
        return late != early and nfd.normalize_str("a" + early + late) == "a" + late + early

    classes = {}
    for c in CODE_POINTS:
        ch = chr(c)
        if nfd.normalize_str(ch) != ch:
            continue
        if not overtakes(ch, "\u0345") and not overtakes("\u0334", ch):
            continue
        if c == 0x334:
            classes[c] = 1  # the lowest class has no lower one to be overtaken by
            continue
        found = [k for k, rep in REPRESENTATIVES.items() if not overtakes(ch, chr(rep)) and not overtakes(chr(rep), ch)]
        if len(found) != 1:
            raise ValueError(f"U+{c:04X} may be of the classes {found}")
        classes[c] = found[0]
    return classes


def lower_runs(lower):
    """(first, last, distance to the lower case, step) of the code points that have one of one character."""
    runs = []
    for c in CODE_POINTS:
        low = lower.normalize_str(chr(c))
        if len(low) != 1:
            if (c, low) != (0x130, "i\u0307"):
                raise ValueError(f"U+{c:04X} has the lower case {low!r}")
            continue
        delta = ord(low) - c
        if delta == 0:
            continue
        if runs and runs[-1][2] == delta:
            first, last, _, step = runs[-1]
            if c - last == step or first == last and c - last <= 2:
                runs[-1] = first, c, delta, c - last
                continue
        runs.append((c, c, delta, 1))
    return runs


ACUTE, CIRCUMFLEX, ZWJ, COPYRIGHT = "\u0301", "\u0302", "\u200d", "\u00a9"
KA, VIRAMA = "\u0915", "\u094d"
L, V, T = "\u1100", "\u1161", "\u11a8"


def precompiled(rules):
    return normalizers.Precompiled(charsmap(rules)).normalize_str


def pairs_with_key(before, after, size):
    """The code points x for which before + x + after, of at most size bytes, is replaced as one grapheme."""
    found = []
    step = 1 << 14
    for start in range(0, len(CODE_POINTS), step):
        texts = [before + chr(c) + after for c in CODE_POINTS[start : start + step] if c]
        texts = [t for t in texts if len(t.encode()) <= size]
        if texts:
            normalize = precompiled({t: "!" for t in texts})
            found += [ord(t[len(before)]) for t in texts if normalize(t) == "!"]
    return found


def joined(before, after, rule):
    """The code points x for which the last grapheme of before + x + after starts before the character that rule
    replaces: then that character is replaced alone, in a grapheme of 6 bytes or more, and what follows it stays."""
    normalize = precompiled({rule: "!"})
    return members(lambda ch: ch != rule and normalize(before + ch + after) == (before + ch + after).replace(rule, "!"))


def grapheme_classes():
    """The class of each code point as far as it decides what is a grapheme of less than 6 bytes."""
    classes = {}

    def put(name, code_points):
        for c in code_points:
            if c in classes:
                raise ValueError(f"U+{c:04X} is both {classes[c]} and {name}")
            classes[c] = name

    normalize = precompiled({"a": "!"})
    extend = set(members(lambda ch: ch != "a" and normalize("a" + ch) == "!"))
    pictographic = [c for c in joined(COPYRIGHT + ZWJ, "", COPYRIGHT) if c not in extend]
    within_emoji = set(joined(COPYRIGHT, ZWJ + COPYRIGHT + ACUTE, COPYRIGHT)) & extend
    linker = set(joined(KA, KA + ACUTE, KA)) & extend
    within_conjunct = set(joined(KA + VIRAMA, KA + ACUTE, KA)) & extend

    if 0x200D in within_emoji or 0x200D not in within_conjunct:
        raise ValueError("the ZWJ is not what it should be")
    put("Linker", linker)
    put("ZWJ", [0x200D])
    put("Extend", (within_conjunct & within_emoji) - linker - {0x200D})
    put("ZWNJ", within_emoji - within_conjunct - {0x200D})  # the one that ends a conjunct
    put("SpacingMark", extend - within_emoji - within_conjunct)
    if missing := extend - classes.keys():
        raise ValueError(f"marks that fit no class: {sorted(map(hex, missing))}")

    put("Pictographic", pictographic + [ord(COPYRIGHT)])
    put("Prepend", pairs_with_key("", "a", 5))

    # What no mark joins: short ones by the pair, long ones by two marks behind them that are a grapheme then.
    with_mark = set(pairs_with_key("", ACUTE, 5))
    normalize = precompiled({ACUTE: "!"})
    put("Control", (
        c for c in CODE_POINTS
        if c not in (0x0A, 0x0D) and c not in extend
        and (c not in with_mark if len(chr(c).encode()) < 4 else normalize(chr(c) + ACUTE + CIRCUMFLEX) == chr(c) + "!")
    ))  # fmt: skip
    put("CR", [0x0D])
    put("LF", [0x0A])

    def hangul(before, after):
        rule = V if V in before + after else T if T in before + after else L
        return {c for c in joined(before, after, rule) if c not in classes}

    before_l, before_v, before_t = (hangul("", jamo + ACUTE) for jamo in (L, V, T))
    before_l.add(ord(L))
    before_v.add(ord(V))
    before_t.add(ord(T))
    put("L", before_l)
    put("V", vowels(before_v & before_t))
    put("T", trailing(before_t - before_v))
    syllables = {c: "LV" if c in before_v else "LVT" for c in before_t if c not in classes}
    if syllables != {c: "LVT" if (c - 0xAC00) % 28 else "LV" for c in range(0xAC00, 0xD7A4)} or before_v - before_t - before_l:
        raise ValueError("syllables of Hangul are not what arithmetic says")

    # After a conjunct in the making only a consonant is joined; what is behind it then shows.
    put("Consonant", consonants(classes))
    return classes


def vowels(candidates):
    """Those that join a V before them. Of four bytes only vowels are among the candidates."""
    return {
        c for c in candidates
        if c >= 0x10000 or c == ord(V) or precompiled({chr(c): "!"})(V + chr(c) + ACUTE) == V + "!" + ACUTE
    }  # fmt: skip


def trailing(candidates):
    """Those that join a T before them."""
    return {c for c in candidates if precompiled({chr(c): "!"})(T + chr(c) + ACUTE) == T + "!" + ACUTE or c == ord(T)}


def consonants(classes):
    """Only characters of three bytes can show: with a mark they are a grapheme of five."""
    short = [chr(c) for c in CODE_POINTS if 0x800 <= c < 0x10000 and c not in classes and c != ord(VIRAMA)]
    normalize = precompiled({ch: "!" for ch in short})
    return [ord(ch) for ch in short if normalize(KA + VIRAMA + ch + ACUTE).endswith(ACUTE)]


def ranges(code_points):
    """(first, last) of each stretch."""
    out = []
    for c in sorted(code_points):
        if out and c == out[-1][1] + 1 or out and out[-1][1] == 0xD7FF and c == 0xE000:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def class_ranges(classes):
    out = []
    for c in sorted(classes):
        if out and c == out[-1][1] + 1 and classes[c] == out[-1][2]:
            out[-1][1] = c
        else:
            out.append([c, c, classes[c]])
    return out


def rows(entries):
    """Go literals, as many in a line as fit."""
    lines, line = [], "\t"
    for entry in entries:
        text = "{" + ", ".join(entry) + "}, "
        if len(line) + len(text) > 118:
            lines.append(line.rstrip())
            line = "\t"
        line += text
    return "\n".join(lines + [line.rstrip()])


def range_var(name, doc, code_points):
    body = rows([f"{lo:#x}", f"{hi:#x}"] for lo, hi in ranges(code_points))
    return f"{doc}\nvar {name} = []runeRange{{\n{body}\n}}\n"


def main():
    if tokenizers.__version__ != VERSION:
        sys.exit(f"tokenizers {tokenizers.__version__}, not {VERSION}")
    nfd = normalizers.NFD()
    clean = bert(clean_text=True)
    parts = [
        f"// Code generated by internal/tools/hfprobe/normalizers.py from tokenizers {VERSION}; DO NOT EDIT.\n\n"
        "package normalize\n",
        range_var("nfcChanges", "// Code points that NFC changes.", changed_by(normalizers.NFC())),
        range_var("nfdChanges", "// Code points that NFD changes.", changed_by(nfd)),
        range_var("nfkcChanges", "// Code points that NFKC changes.", changed_by(normalizers.NFKC())),
        range_var("nfkdChanges", "// Code points that NFKD changes.", changed_by(normalizers.NFKD())),
        "// Canonical combining classes other than 0.\nvar combiningClasses = []classRange{\n"
        + rows([f"{lo:#x}", f"{hi:#x}", str(k)] for lo, hi, k in class_ranges(combining_classes(nfd)))
        + "\n}\n",
        range_var("marks", "// Code points that StripAccents removes.", removed_by(normalizers.StripAccents())),
        range_var("bertRemoved", "// Code points that BertNormalizer removes as unclean.", removed_by(clean)),
        range_var(
            "bertBlanks",
            "// Code points that BertNormalizer replaces by a space.",
            members(lambda ch: ch != " " and clean.normalize_str(ch) == " "),
        ),
        range_var(
            "bertMarks",
            "// Code points, other than those with a decomposition, that BertNormalizer removes as accents.",
            [c for c in removed_by(bert(strip_accents=True)) if nfd.normalize_str(chr(c)) == chr(c)],
        ),
        "// Code points that have a lower case of one character.\nvar lowerRuns = []lowerRun{\n"
        + rows([f"{lo:#x}", f"{hi:#x}", str(d), str(s)] for lo, hi, d, s in lower_runs(normalizers.Lowercase()))
        + "\n}\n",
        "// What code points are in a grapheme.\nvar graphemeClasses = []classRange{\n"
        + rows([f"{lo:#x}", f"{hi:#x}", "g" + k] for lo, hi, k in class_ranges(grapheme_classes()))
        + "\n}\n",
    ]
    out = pathlib.Path(sys.argv[1]) / f"hf-tokenizers-{VERSION}_gen.go"
    out.write_text("\n".join(parts))
    subprocess.run(["gofmt", "-w", out], check=True)


if __name__ == "__main__":
    main()
