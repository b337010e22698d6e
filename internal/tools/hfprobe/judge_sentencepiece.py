"""Says what SentencePiece makes of texts.

Reads lines of JSON, [setting, text, ...], and answers each with a line, a list with a pair for each text: the
normalized text, and where each of its characters starts in the original, and the last one ends, in characters.
"""

import base64
import json
import sys

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

NORMAL, UNKNOWN, USER_DEFINED = 1, 2, 4


def processor(setting):
    model = sentencepiece_model_pb2.ModelProto()
    pieces = {"<unk>": UNKNOWN, "a": NORMAL, **dict.fromkeys(setting["UserDefined"] or [], USER_DEFINED)}
    for text, kind in pieces.items():
        model.pieces.add(piece=text, score=0, type=kind)
    model.trainer_spec.treat_whitespace_as_suffix = setting["TreatWhitespaceAsSuffix"]
    spec = model.normalizer_spec
    spec.add_dummy_prefix = setting["AddDummyPrefix"]
    spec.remove_extra_whitespaces = setting["RemoveExtraWhitespaces"]
    spec.escape_whitespaces = setting["EscapeWhitespaces"]
    spec.precompiled_charsmap = base64.b64decode(setting["Charsmap"] or "")
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())


def judge(setting, texts):
    normalize = processor(setting).normalize
    return [normalize(text, with_offsets=True) for text in texts]


def main():
    for line in sys.stdin:
        setting, *texts = json.loads(line)
        print(json.dumps(judge(setting, texts)), flush=True)


if __name__ == "__main__":
    main()
