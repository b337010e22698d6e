"""Says what Hugging Face's tokenizers makes of texts.

Reads lines of JSON, [normalizer, text, ...], and answers each with a line, a list with a pair for each text: the
normalized text, and where each of its characters comes from, [start, end, start, end, ...] in characters of the
original. The answer is null where the library panics.
"""

import json
import sys

from tokenizers import Tokenizer

FILE = {
    "version": "1.0",
    "added_tokens": [],
    "pre_tokenizer": {"type": "FixedLength", "length": 1},
    "model": {"type": "WordLevel", "vocab": {"?": 0}, "unk_token": "?"},
}


def judge(normalizer, texts):
    """A pair, or None, for each text."""
    tokenizer = Tokenizer.from_str(json.dumps({**FILE, "normalizer": normalizer}))

    def answer(text):
        try:
            offsets = tokenizer.encode(text).offsets
            return [tokenizer.normalizer.normalize_str(text), [offset for pair in offsets for offset in pair]]
        except BaseException as e:  # PanicException is no Exception
            if type(e).__name__ != "PanicException":
                raise
            return None

    return [answer(text) for text in texts]


def main():
    for line in sys.stdin:
        normalizer, *texts = json.loads(line)
        print(json.dumps(judge(normalizer, texts)), flush=True)


if __name__ == "__main__":
    main()
