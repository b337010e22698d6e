"""Asks Hugging Face's tokenizers what its pre-tokenizers take each character for.

    pip install -r internal/tools/hfprobe_pretok/requirements.txt
    python internal/tools/hfprobe_pretok/probe.py >tokenize/internal/pretokenize/testdata/classes-hf-tokenizers-0.22.2.txt

Pinned: tokenizers==0.22.2. One line a range of code points that belong to a class: kind, first, last, and for scripts
the code point that stands for the class. Code points that no line of a kind names belong to none. Takes a minute.
"""

import tokenizers
from tokenizers import pre_tokenizers

assert tokenizers.__version__ == "0.22.2", tokenizers.__version__

CODE_POINTS = [cp for cp in range(0x110000) if not 0xD800 <= cp <= 0xDFFF]


def pieces(pre_tokenizer, text):
    return [piece for piece, _ in pre_tokenizer.pre_tokenize_str(text)]


def ranges(classes):
    """Yields (first, last, class) of runs of code points with the same class that is not None."""
    run = None
    for cp in CODE_POINTS:
        c = classes(cp)
        if run and run[2] == c and run[1] == cp - 1:
            run[1] = cp
            continue
        if run and run[2] is not None:
            yield run
        run = [cp, cp, c]
    if run[2] is not None:
        yield run


def isolated(pre_tokenizer):
    """Whether a pre-tokenizer puts a character in a piece of its own."""
    return lambda cp: True if pieces(pre_tokenizer, "a" + chr(cp) + "a") == ["a", chr(cp), "a"] else None


def removed(pre_tokenizer):
    """Whether a pre-tokenizer drops a character."""
    return lambda cp: True if pieces(pre_tokenizer, "a" + chr(cp) + "a") == ["a", "a"] else None


def word(cp):
    return True if pieces(pre_tokenizers.Whitespace(), "a" + chr(cp) + "!") == ["a" + chr(cp), "!"] else None


class Scripts:
    """Classes of characters that UnicodeScripts does not part, named for the first of each. None: goes with any."""

    def __init__(self):
        self.pre_tokenizer = pre_tokenizers.UnicodeScripts()
        self.recent = []  # classes, those seen last in front

    def together(self, a, b):
        return len(pieces(self.pre_tokenizer, a + b)) == 1

    def __call__(self, cp):
        c = chr(cp)
        if self.together("a", c) and self.together("д", c):
            return None
        for i, first in enumerate(self.recent):
            if self.together(chr(first), c):
                self.recent.insert(0, self.recent.pop(i))
                return first
        self.recent.insert(0, cp)
        return cp


def main():
    print("# Made by internal/tools/hfprobe_pretok/probe.py with tokenizers 0.22.2.")
    for kind, classes in (
        ("space", removed(pre_tokenizers.WhitespaceSplit())),
        ("bertspace", removed(pre_tokenizers.BertPreTokenizer())),
        ("wordspace", removed(pre_tokenizers.Whitespace())),
        ("word", word),
        ("numeric", isolated(pre_tokenizers.Digits(individual_digits=True))),
        ("punct", isolated(pre_tokenizers.Punctuation())),
        ("bertpunct", isolated(pre_tokenizers.BertPreTokenizer())),
    ):
        for first, last, _ in ranges(classes):
            print(kind, f"{first:04X}", f"{last:04X}")
    for first, last, script in ranges(Scripts()):
        print("script", f"{first:04X}", f"{last:04X}", f"{script:04X}")


main()
