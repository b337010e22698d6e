"""Makes the tables of tokenize/internal/ucd from Unicode 16.0.0.

    pip install -r internal/tools/ucd/requirements.txt
    python internal/tools/ucd/gen.py tokenize/internal/ucd

General categories are unicodedata2's, scripts fontTools', foldings and binary
properties regex's. regex knows categories and scripts as well: where two of
them differ, the tables would be of two versions of Unicode, and the program
stops.
"""

import pathlib
import subprocess
import sys

import regex
import unicodedata2
from fontTools import unicodedata as fonttools
from fontTools.unicodedata import Scripts
from regex import _regex

VERSION = "16.0.0"
SIZE = 0x110000

# In the order of the constants in category.go.
CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn".split()

# Binary properties, each with the categories that belong to it anyway: only the rest is stored.
PROPERTIES = [
    ("Alphabetic", "Lu Ll Lt Lm Lo Nl"),
    ("Lowercase", "Ll"),
    ("Uppercase", "Lu"),
    ("Emoji", ""),
    ("Emoji_Presentation", ""),
    ("Emoji_Modifier", ""),
    ("Emoji_Modifier_Base", ""),
    ("Emoji_Component", ""),
    ("Extended_Pictographic", ""),
    ("Ideographic", ""),
    ("Unified_Ideograph", ""),
    ("Dash", ""),
    ("Hex_Digit", ""),
    ("ASCII_Hex_Digit", ""),
    ("Quotation_Mark", ""),
    ("Diacritic", ""),
    ("Regional_Indicator", ""),
    ("Variation_Selector", ""),
    ("Join_Control", ""),
]

SHIFT = 6


def runs(values):
    """Yields (first, last, value) for each stretch of equal values."""
    start = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start]:
            yield start, i - 1, values[start]
            start = i


EVERYTHING = "".join(map(chr, range(SIZE)))


def members(pattern):
    """The code points that match a pattern of one character."""
    return {i for m in regex.finditer(f"{pattern}+", EVERYTHING) for i in range(m.start(), m.end())}


def check(categories, scripts):
    assert unicodedata2.unidata_version == VERSION
    assert f"Scripts-{VERSION}.txt" in pathlib.Path(Scripts.__file__).read_text(encoding="utf-8")
    for c in CATEGORIES:
        ours = {i for i in range(SIZE) if categories[i] == c}
        assert members(rf"\p{{gc={c}}}") == ours, c
    for s in set(scripts):
        ours = {i for i in range(SIZE) if scripts[i] == s}
        assert members(rf"\p{{sc={s}}}") == ours, s


def table(name, values, width):
    lines = []
    for i in range(0, len(values), width):
        lines.append("\t" + " ".join(f"{v}," for v in values[i : i + width]))
    return lines


def category_table(categories):
    number = {c: i for i, c in enumerate(CATEGORIES)}
    # Past the last block that is worth a table there are only tags, variation selectors and private use.
    limit = 0x32400
    blocks, index, data = {}, [], []
    for start in range(0, limit, 1 << SHIFT):
        block = tuple(number[c] for c in categories[start : start + (1 << SHIFT)])
        if block not in blocks:
            blocks[block] = len(data)
            data.extend(block)
        index.append(blocks[block])
    assert len(data) < 1 << 16
    out = [
        "const (",
        f"\tcategoryShift = {SHIFT}",
        f"\tcategoryLimit = {limit:#x}",
        ")",
        "",
        "// categoryIndex has, for each block of code points, where its categories start in categoryData.",
        "var categoryIndex = [categoryLimit >> categoryShift]uint16{",
        *table("categoryIndex", index, 16),
        "}",
        "",
        f"var categoryData = [{len(data)}]Category{{",
        *table("categoryData", data, 32),
        "}",
        "",
        "// categoryRest has the stretches from categoryLimit on; those between are unassigned.",
        "var categoryRest = [...]categoryRun{",
    ]
    for lo, hi, c in runs(categories[limit:]):
        if c != "Cn":
            out.append(f"\t{{{lo + limit:#x}, {hi + limit:#x}, {c}}},")
    return out + ["}"]


def script_tables(scripts):
    used = sorted(set(scripts) - {"Zzzz"}, key=fonttools.script_name)
    number = {"Zzzz": 0} | {s: i + 1 for i, s in enumerate(used)}
    names = {s: fonttools.script_name(s, default=s).replace(" ", "_") for s in ["Zzzz", *used]}
    # fontTools has names for people; the Unicode Character Database writes N'Ko as one word.
    names = {s: n.replace("N'Ko", "Nko").replace("'", "").replace("-", "_") for s, n in names.items()}
    out = [
        "// Scripts of Unicode 16.0.0, by their names in the Unicode Character Database.",
        "const (",
    ]
    for s in ["Zzzz", *used]:
        out.append(f"\t{names[s].replace('_', '')} Script = {number[s]}")
    out += [")", "", f"const scripts = {len(used) + 1}", ""]
    out += ["// scriptNames has the long name and the four letters of each script.", "var scriptNames = [scripts][2]string{"]
    for s in ["Zzzz", *used]:
        out.append(f'\t{{"{names[s]}", "{s}"}},')
    out += [
        "}",
        "",
        "// scriptStarts has where each stretch of one script starts, shifted left by eight, and the script.",
    ]
    starts = [lo << 8 | number[s] for lo, _, s in runs(scripts)]
    out += [f"var scriptStarts = [{len(starts)}]uint32{{", *table("scriptStarts", [f"{v:#x}" for v in starts], 10), "}"]
    return out


def property_tables(categories):
    out = ["// Binary properties of Unicode 16.0.0.", "const ("]
    for i, (name, _) in enumerate(PROPERTIES):
        out.append(f"\t{name.replace('_', '')}{' Property = iota' if i == 0 else ''}")
    out += [")", "", f"const properties = {len(PROPERTIES)}", ""]
    out += [
        "// propertyTables has, for each property, the categories that belong to it whole and the other ranges.",
        "var propertyTables = [properties]struct {",
        "\tname string",
        "\tcategories categorySet",
        "\tranges []Range",
        "}{",
    ]
    for name, whole in PROPERTIES:
        inside = members(rf"\p{{{name}}}")
        base = {i for i in range(SIZE) if categories[i] in whole.split()}
        assert base <= inside, name
        mask = " | ".join(f"1<<{c}" for c in whole.split()) or "0"
        rest = [(lo, hi) for lo, hi, v in runs([i in inside and i not in base for i in range(SIZE)]) if v]
        out.append(f'\t{{"{name}", {mask}, []Range{{')
        out += table(name, [f"{{{lo:#x}, {hi:#x}}}" for lo, hi in rest], 8)
        out.append("\t}},")
    return out + ["}"]


def fold_tables():
    # regex takes the four letters i for one another, as Turkish has it in part; these are the foldings of the rest.
    simple, full = {0x49: 0x69}, {0x130: "i\u0307"}
    for i in range(SIZE):
        if 0xD800 <= i < 0xE000 or i in (0x49, 0x69, 0x130, 0x131):
            continue
        c = chr(i)
        s = _regex.fold_case(regex.I | regex.U, c)
        f = _regex.fold_case(regex.I | regex.U | regex.F, c)
        if len(s) == 1 and s != c:
            simple[i] = ord(s)
        if len(f) > 1:
            full[i] = f
    # Stretches of equal distance, each letter or every second one.
    stretches = []
    for i in sorted(simple):
        delta = simple[i] - i
        if stretches:
            last = stretches[-1]
            step = i - last[1]
            if last[2] == delta and (last[3] == step or last[3] == 0 and step <= 2):
                last[1], last[3] = i, step
                continue
        stretches.append([i, i, delta, 0])
    out = [
        "// foldRuns has the simple case foldings (status C and S of CaseFolding.txt): the code points from lo to hi,",
        "// each or every second one, fold to what is delta further on.",
        "var foldRuns = [...]foldRun{",
    ]
    for lo, hi, delta, step in stretches:
        out.append(f"\t{{{lo:#x}, {hi:#x}, {delta}, {step or 1}}},")
    out += ["}", "", "// fullFolds has the foldings to more than one character (status F), by code point.", "var fullFolds = [...]fullFold{"]
    for i, f in sorted(full.items()):
        text = "".join(rf"\u{ord(c):04x}" for c in f)
        out.append(f'\t{{{i:#x}, "{text}"}},')
    return out + ["}"]


def main():
    directory = pathlib.Path(sys.argv[1])
    categories = [unicodedata2.category(chr(i)) for i in range(SIZE)]
    scripts = [fonttools.script(chr(i)) for i in range(SIZE)]
    check(categories, scripts)
    for name, body in [
        ("category_gen.go", category_table(categories)),
        ("script_gen.go", script_tables(scripts)),
        ("property_gen.go", property_tables(categories)),
        ("fold_gen.go", fold_tables()),
    ]:
        head = ["// Code generated by internal/tools/ucd/gen.py from Unicode 16.0.0; DO NOT EDIT.", "", "package ucd", ""]
        text = "\n".join(head + body) + "\n"
        done = subprocess.run(["gofmt"], input=text.encode(), stdout=subprocess.PIPE, check=True)
        (directory / name).write_bytes(done.stdout)


if __name__ == "__main__":
    main()
