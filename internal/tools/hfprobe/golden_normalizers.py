"""Makes golden files of what Hugging Face's tokenizers makes of texts and of single code points.

    pip install -r internal/tools/hfprobe/requirements.txt
    python internal/tools/hfprobe/golden_normalizers.py tokenize/internal/normalize/testdata
"""

import base64
import itertools
import json
import pathlib
import random
import sys
import zlib

import tokenizers
from tokenizers import Tokenizer

from charsmap import charsmap
from judge_normalizers import FILE, judge

VERSION = "0.22.2"

RULES = {
    "\t": " ", "\n": " ", "\u200b": "", "\u00ad": "", "ﬁ": "fi", "①": "1", "…": "...", "㍿": "株式会社",
    "e\u0301": "é", "é": "e\u0301", "a\u0301\u0323": "A", "x": "", "q": "quu", "qu": "k", "\u0301": "´", "\u0308": "",
    "가": "ga", "क": "ka", "\u0600": "N", "©": "(c)", "日": "sun", "日本": "nippon", "👍": "+1", "Ａ": "A", "\r\n": "!",
}  # fmt: skip


def sequence(*members):
    return {"type": "Sequence", "normalizers": list(members)}


def bert(clean, chinese, accents, lower):
    return {
        "type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese, "strip_accents": accents,
        "lowercase": lower,
    }  # fmt: skip


def strip(left, right):
    return {"type": "Strip", "strip_left": left, "strip_right": right}


def replace(content, **pattern):
    return {"type": "Replace", "pattern": pattern, "content": content}


NFC, NFD, NFKC, NFKD, LOWERCASE, ACCENTS, NMT, BYTES = (
    {"type": t} for t in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel")
)
PREPEND = {"type": "Prepend", "prepend": "▁"}
PRECOMPILED = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap(RULES)).decode()}

SETTINGS = [
    NFC, NFD, NFKC, NFKD, LOWERCASE, ACCENTS, NMT, BYTES, PREPEND, PRECOMPILED,
    *(strip(*on) for on in [(True, True), (True, False), (False, True)]),
    *(bert(*(i == on for i in range(4))) for on in range(4)),
    bert(True, True, True, True), bert(True, True, None, True), bert(True, True, None, False), bert(False, True, True, True),
    replace("▁", String=" "), replace("", String="a"), replace("-é", String=""), replace(" ", Regex=r"\s+"),
    replace("é_", Regex=r"(?=[aeiou])|\p{M}+"), {"type": "Prepend", "prepend": ""},
    sequence(), sequence(PREPEND, replace("▁", String=" ")),
    sequence(NFKD, ACCENTS, LOWERCASE, strip(True, True)),
    sequence(NFD, NFC, NFKD, NFKC, BYTES), sequence(BYTES, NFD, LOWERCASE, NFC),
    sequence(LOWERCASE, NFD, replace("", Regex=r"\p{Mn}"), NFKC), sequence(PRECOMPILED, NFD, strip(True, True)),
    sequence(strip(True, True), sequence(NMT, replace("<", Regex="^"))),
]  # fmt: skip

TEXTS = [
    "", "Hello, World!", "hello", "  two  spaces ", "\t\r\n tabs\n\n", "ÀÉÎÕÜ naïve café", "e\u0301 a\u0323\u0301 a\u0301\u0323",
    "İstanbul ΑΣ Σ ǅ ẞ", "ﬁn ﬀ\u0323 …①㍿ﷺ", "日本語 日本, 中文字符。", "한국어 \u1112\u1161\u11ab 가\u11a8", "\u1100\u1161\u11a8\u1100\u1161",
    "क\u094d\u0937 क़ ड\u093c", "\u0344\u0345\u0301a", "\u0301\u0323x", "\u0958\u0929\u0928\u093c", "\u212b \u2126 \u212a ﬃ ½ ²", "ＦＵＬＬ　ｗｉｄｔｈ ｶﾞ",
    "a\u00adb\u200bc\u200dd\ufeffe\ufffdf\u0000g", "\u2028\u2029\u00a0\u3000\u1680\u2003x\u2000", "👍🏽 👨‍👩‍👧 🇩🇪 ☺️ ©\u200d©\u0301", "\u0600a \u0600\u0600é",
    "x", "xx", "xa", "ax", "ﬁx", "q\u0301 qu\u0301 x\u0301", "é\u0301 e\u0301\u0301", "\r\n\r\n\r", "\U00011938 \U00011935\U00011930",
    "\U0001d15e\U0001d165 \U0002f800 豈", "\U00016ea0\U0001e900\ua7cb", "าำ ກຳ དྷ \u0f71\u0f72\u0f74 \u0f73", "שּׁ וְאָהַבְתָּ مُحَمَّد", "a\u0315\u0300\u05ae\u0301b",
    "\u0001\u0007\u007f\u008f\u0085\u009f", "a\u0001\u0301\u0001\u0323b", "▁under▁ score", "ab" * 20, "e" + "\u0301\u0323\u0327" * 15,
]  # fmt: skip

BLOCKS = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x1E00, 0x1FFF), (0x590, 0x6FF), (0x900, 0x9FF), (0xE30, 0xF8F),
    (0x1100, 0x11FF), (0xAC00, 0xD7A3), (0x2000, 0x214F), (0x3000, 0x33FF), (0xF900, 0xFFFF), (0x11000, 0x119FF),
    (0x1D150, 0x1D1FF), (0x1E8D0, 0x1E95F),
]  # fmt: skip


def random_texts(n):
    rng = random.Random(1)
    for _ in range(n):
        blocks = rng.sample(BLOCKS, 2) + [(0x300, 0x345)]
        yield "".join(chr(rng.randint(*rng.choice(blocks))) for _ in range(rng.randint(2, 9)))


def cases(settings):
    """[text, normalized, starts and ends of its characters], or [text] alone if nothing happens to it."""
    texts = TEXTS + list(random_texts(20))
    for text, answer in zip(texts, judge(settings, texts)):
        if answer is None:
            continue  # a panic
        normalized, offsets = answer
        if normalized == text and offsets == [i + end for i in range(len(text)) for end in (0, 1)]:
            yield [text]
        else:
            yield [text, normalized, offsets]


def digests(settings):
    """A checksum for each 2^14 code points, a line for each: it, and where there are marks it between marks."""
    normalize = Tokenizer.from_str(json.dumps({**FILE, "normalizer": settings})).normalizer.normalize_str
    for block in range(0, 0x110000, 0x4000):
        code_points = [chr(c) for c in range(block, block + 0x4000) if not 0xD800 <= c < 0xE000]
        if block < 0x30000 or block == 0xE0000:
            code_points = [f"{ch}E\u0301{ch}\u0323\u0334" for ch in code_points]
        yield zlib.crc32(normalize("\n".join(code_points)).encode())


def write(path, entries):
    path.write_text("[\n" + ",\n".join(json.dumps(e, ensure_ascii=True, separators=(",", ":")) for e in entries) + "\n]\n")


def main():
    if tokenizers.__version__ != VERSION:
        sys.exit(f"tokenizers {tokenizers.__version__}, not {VERSION}")
    out = pathlib.Path(sys.argv[1])
    write(out / f"hf-tokenizers-{VERSION}-normalizers.json", ([s, *cases(s)] for s in SETTINGS))
    each = [s for s in SETTINGS if s["type"] not in ("Sequence", "Replace", "Prepend", "Precompiled", "Strip")]
    write(out / f"hf-tokenizers-{VERSION}-codepoints.json", ([s, *digests(s)] for s in each))


if __name__ == "__main__":
    main()
