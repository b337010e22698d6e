"""PyPI's safetensors as a judge of what nibble reads and writes.

judge.py verdicts DIR   one JSON object: for each file of DIR, null where
                        safetensors reads it, else what it says
judge.py list FILE      one JSON object: metadata, and of each tensor the
                        dtype, the shape and the bytes in hex
judge.py write FILE     a file with a tensor of every dtype that safetensors
                        can write
"""

import ctypes
import json
import os
import sys

import safetensors
from safetensors import TensorSpec

# By what serialize calls them: bytes of a value, of the last dimension.
DTYPES = {
    "bool": 1, "uint8": 1, "int8": 1, "float8_e5m2": 1, "float8_e4m3fn": 1,
    "float8_e8m0fnu": 1, "float4_e2m1fn_x2": 1, "float8_e4m3fnuz": 1,
    "float8_e5m2fnuz": 1, "int16": 2, "uint16": 2, "float16": 2,
    "bfloat16": 2, "int32": 4, "uint32": 4, "float32": 4, "complex64": 8,
    "float64": 8, "int64": 8, "uint64": 8,
}


def verdicts(directory):
    out = {}
    for name in os.listdir(directory):
        with open(os.path.join(directory, name), "rb") as f:
            try:
                safetensors.deserialize(f.read())
                out[name] = None
            except Exception as e:
                out[name] = str(e)[:200]
    return out


def listing(path):
    with safetensors.safe_open(path, framework="numpy") as f:
        metadata = f.metadata()
    with open(path, "rb") as f:
        tensors = safetensors.deserialize(f.read())
    return {
        "metadata": metadata,
        "tensors": {
            name: {"dtype": t["dtype"], "shape": t["shape"], "data": bytes(t["data"]).hex()}
            for name, t in tensors
        },
    }


def write(path):
    keep, specs = [], {}
    for i, (dtype, size) in enumerate(DTYPES.items()):
        for shape in ([2, 3, 4], [], [0, 2]):
            if dtype == "float4_e2m1fn_x2" and not shape:
                continue
            n = size
            for d in shape:
                n *= d
            buffer = ctypes.create_string_buffer(bytes((7 * j + i) % 256 for j in range(n)), max(n, 1))
            keep.append(buffer)
            name = f"{dtype} \u00e4\"\\\n\t\u0001/{len(shape)}"
            specs[name] = TensorSpec(dtype=dtype, shape=shape, data_ptr=ctypes.addressof(buffer), data_len=n)
    safetensors.serialize_file(specs, path, {"format \u20ac\x7f": "pt\r\b\f"})


def main():
    mode, path = sys.argv[1:]
    if mode == "write":
        write(path)
    else:
        json.dump({"verdicts": verdicts, "list": listing}[mode](path), sys.stdout)


main()
