"""Writes small models as split sets with PyPI's gguf, version 0.19.0.

usage: splits.py DIR

Every set has the metadata and tensors of `model`; its name tells the bounds.
"""

import logging
import pathlib
import sys

import gguf
import numpy as np

SETS = {
    # name: (split_max_tensors, split_max_size, small_first_shard)
    "whole": (0, 0, False),
    "tensors-2": (2, 0, False),
    "tensors-1-first": (1, 0, True),
    "bytes-300": (0, 300, False),
    "bytes-99": (0, 99, False),
    "bytes-300-tensors-3-first": (3, 300, True),
    "bytes-100000": (0, 100000, False),
    "bytes-100000-first": (0, 100000, True),
}


def write(path, max_tensors, max_size, small_first):
    w = gguf.GGUFWriter(path, "made", split_max_tensors=max_tensors, split_max_size=max_size, small_first_shard=small_first)
    w.add_name("Made Up")
    w.add_context_length(2048)
    w.add_array("made.list", [1, -2, 3])
    w.add_array("tokenizer.ggml.tokens", ["a", "b", "\u00e9"])
    w.add_bool("made.flag", True)
    w.add_float32("made.epsilon", 1e-5)
    for i, shape in enumerate([(3, 5), (25,), (2, 2, 2, 2), (10, 10), (1,), (7, 9)]):
        n = int(np.prod(shape))
        values = (np.arange(n, dtype=np.float32) - i).reshape(shape)
        w.add_tensor(f"blk.{i}.weight", values if i % 2 else values.astype(np.float16))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def main():
    logging.disable(logging.CRITICAL)
    for name, bounds in SETS.items():
        write(pathlib.Path(sys.argv[1]) / f"{name}.gguf", *bounds)


main()
