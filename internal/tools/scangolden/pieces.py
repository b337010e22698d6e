"""Makes tokenize/internal/scan/testdata/hf-tokenizers-0.22.2-pieces.json: texts, and where split patterns cut them.

    python pieces.py [COUNT [SEED]] >OUTPUT

Pinned: tokenizers==0.22.2, regex. The committed file has COUNT 150 and SEED 1. Many more texts, of any seed, can be held
against the scanners: NIBBLE_SCAN_PIECES is a list of such files for the tests.

For each family, its pre-tokenizer as a tokenizer.json has it, and the lengths of the pieces of each text, in bytes. In
tiktoken's pattern for cl100k, \\p{N}{1,3}+ is possessive; Oniguruma has another way to write that. The module regex, whose
engine reads the pattern as tiktoken's does, must agree.
"""

import json
import random
import sys
import unicodedata

import regex
import tokenizers
from tokenizers import Regex
from tokenizers.pre_tokenizers import ByteLevel, Digits, Punctuation, Sequence, Split

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__

CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER, LOWER = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}", r"\p{Ll}\p{Lm}\p{Lo}\p{M}"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CL100K_NEW = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
DEEPSEEK_LETTERS = (
    "\\s?[A-Za-z\u00b5À-ÖØ-öø-ƺƼ-ƿ\u01c4-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-\u03f5Ϸ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅ"
    "ὐ-ὗὙὛὝὟ-\u1f7dᾀ-ᾴᾶ-ᾼ\u1fbeῂ-ῄῆ-ῌῐ-\u1fd3ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼ\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124"
    "\u2126\u2128\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-"
    "\u2ce4\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf"
    "\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-"
    "\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943]+"
)
CJK_HANGUL = "[一-龥\u0800-一가-\ud7ff]+"


def cased(front="", minus="", contractions="", digits="{1,3}", slash="/"):
    lead = r"[^\r\n\p{L}\p{N}]?"
    return (
        rf"{front}{lead}[{UPPER}{minus}]*[{LOWER}{minus}]+{contractions}|{lead}[{UPPER}{minus}]+[{LOWER}{minus}]*{contractions}"
        rf"|\p{{N}}{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n{slash}]*|{SPACES}"
    )


def cl100k(digits, letters=r"\p{L}", other=r"[^\s\p{L}\p{N}]+[\r\n]*"):
    return rf"{CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?{letters}+|\p{{N}}{digits}| ?{other}|{SPACES}"


def split(pattern):
    return Split(Regex(pattern), "isolated")


def isolated(*patterns):
    return Sequence([split(p) for p in patterns] + [BYTES])


def lengths(steps, text):
    """Lengths in bytes of the pieces that pre-tokenizers make, the last of which writes bytes as characters."""
    return [len(piece) for piece, _ in steps.pre_tokenize_str(text)]


def check_tiktoken(text, lengths):
    # The two are of different versions of Unicode.
    if all(unicodedata.category(c) != "Cn" for c in text):
        assert lengths == [len(m.group().encode()) for m in WITNESS.finditer(text)], text


GPT2_STEP = ByteLevel(add_prefix_space=False, use_regex=True)
BYTES = ByteLevel(add_prefix_space=False, use_regex=False)
SINGLE = Digits(individual_digits=True)

WITNESS = regex.compile(CL100K_NEW)

FAMILIES = {
    "gpt2": GPT2_STEP,
    "llama3": isolated(cl100k("{1,3}")),
    "cl100k-tiktoken": isolated(CL100K_NEW.replace(r"\p{N}{1,3}+", r"(?>\p{N}{1,3})")),
    "cl100k": isolated(CL100K_NEW),
    "qwen2": isolated(cl100k("")),
    "qwen3.5": isolated(cl100k("", r"[\p{L}\p{M}]", r"[^\s\p{L}\p{M}\p{N}]+[\r\n]*")),
    "seed-coder": isolated(cl100k("{1}", other=r"[^\s\p{L}\p{N}\r\n]+")),
    "minicpm5": isolated(r"\p{N}{1,3}", cl100k("+")),
    "o200k": isolated(cased(contractions=CONTRACTIONS + "?")),
    "tekken": isolated(cased(digits="")),
    "kimi-k2": isolated(cased(r"[\p{Han}]+|", r"&&[^\p{Han}]", CONTRACTIONS + "?", slash="")),
    "deepseek-v3": isolated(
        r"\p{N}{1,3}",
        "[一-龥\u3040-ゟ゠-ヿ]+",
        r'''[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+'''
        r"| ?[\p{P}\p{S}]+[\r\n]*|" + SPACES,
    ),
    "deepseek-llm": Sequence([
        split(r"[\r\n]"), split(DEEPSEEK_LETTERS), split("\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+"), split(r"\s+$"), split(CJK_HANGUL), SINGLE, BYTES
    ]),
    "deepseek-coder": Sequence([
        split(r"[\r\n]"), split(r"\s?\p{L}+"), split(r"\s?\p{P}+"), split(CJK_HANGUL), SINGLE, BYTES
    ]),
    "starcoder": Sequence([SINGLE, GPT2_STEP]),
    "falcon": Sequence([Punctuation("contiguous"), GPT2_STEP, Digits(individual_digits=False), split("[0-9][0-9][0-9]")]),
    "bloom": isolated(BLOOM),
    "viking": Sequence([split(BLOOM), SINGLE, BYTES]),
    "spaces": Sequence([Split(" ", "merged_with_previous"), BYTES]),
    "lines": isolated(r"[^\n]+|[\n]+"),
}

ALPHABETS = [
    "abcxyzst", "ABCXYZST", "0123456789", "sStTmMdDlLrRvVeE'", ["'s", "'T", "'re", "'VE", "'ll", "'Ll", "'ſ", "'d", "'m", "ſ", "\u212a", "İ", "ß", "ﬆ", "'"],
    " ", [" ", "  ", "   "], ["\n", "\r", "\r\n", "\n\n"], "\t\v\f\x85\xa0\u1680\u2000\u2003\u2009\u2028\u2029\u202f\u205f\u3000",
    "\u180e\u200b\u200c\u200d\u2060\ufeff\u001c\u001f\x00\x7f\xad", "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~", "//'\"/", "àéîõüÄÖÑçÿŒœ", "ÀÉÎǅǈǲᾼ", "ʰʲˈₐⁿªºˠᵃ々ー",
    "\u0300\u0301\u0308\u0345\u0903\u093e\u20dd\u20e3\ufe0f\U0001d165", "αβγΣςΩάЖжЩщмвѕ", "אבגشصعأהתםָּ", "अआकखि्ंกขคงี่์ລာ်",
    "一中国龥龦鿿㐀\U00020000\U00030000\uf900", "あいうアイウ゛゜ゝー・゠ヿ\u3040\u3097", "가각힣ㄱㆎᄀ", "一〇〡〸〻⺀⼀々〆𖿢𖿣𖿰", "٠١٢०१२０１２", "ⅠⅫↂ〇㊀①⑳", "²³¹¼½¾⁰₉㉛𝟘",
    "¡¿«»‹›‘’‚‛“”„‟‐–—…‰′※。，、；：？！「」（）～．＂", "€£¥₿±×÷∑√∞≠←→⇒▁░★☃©®™°", "😀🏽👨🇩❤☺🜁", "\ue000\U000f0000\u0378\u0e3a\u05ff\U0001fffe\uffff\ufffd",
    "\u0c77\u2e43\u166d\u061d\u111c9\U00011944", "\U00011de0\U00011de9\U00016ff4\U000105c0\U00010d4a\U000105d2\ua7cb\U00010d50", ".,!?…。，、।۔،(|)", "Ⰰꙁꜣꭰﬀａ𐐀𞤀Ḁἀℂµ",
]


def text(rnd):
    parts = rnd.sample(ALPHABETS, rnd.randint(1, 4))
    out = []
    for _ in range(rnd.randint(1, 10)):
        part = rnd.choice(parts)
        if rnd.random() < 0.2:
            out.append(rnd.choice(part) * rnd.randint(1, 4))
        else:
            out.extend(rnd.choice(part) for _ in range(rnd.randint(1, 4)))
        if rnd.random() < 0.15:
            out.append(rnd.choice([" ", "\n", " ", "a", "A", "1", "'"]))
    if rnd.random() < 0.02:
        out.append("".join(chr(rnd.choice([rnd.randrange(0xD800), rnd.randrange(0xE000, 0x110000), rnd.randrange(0xE000, 0x20000)])) for _ in range(8)))
    return "".join(out)


def main():
    count, seed = (int(a) for a in (sys.argv[1:] + ["150", "1"][len(sys.argv) - 1 :]))
    rnd = random.Random(seed)
    texts = [text(rnd) for _ in range(count)]
    families = {}
    for name, steps in FAMILIES.items():
        pieces = [lengths(steps, t) for t in texts]
        families[name] = {"pre_tokenizer": json.loads(steps.__getstate__()), "pieces": pieces}
    for t, pieces in zip(texts, families["cl100k-tiktoken"]["pieces"]):
        check_tiktoken(t, pieces)
    families["cl100k-tiktoken"]["pre_tokenizer"] = {"type": "tiktoken", "pattern": CL100K_NEW}
    json.dump({"judge": "tokenizers 0.22.2", "texts": texts, "families": families}, sys.stdout, separators=(",", ":"))
    print()


main()
