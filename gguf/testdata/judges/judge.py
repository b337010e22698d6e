"""PyPI's gguf as a judge of GGUF files and of decoded blocks.

usage: judge.py read FILE         what stands in a file, as JSON
       judge.py write DIR         files of random contents and, beside each, what stands in it as JSON
       judge.py dequantize DIR    for each TYPE.blocks, random blocks, the float32 values as TYPE.floats
       judge.py types             the names of all types that can be dequantized

Needs: pip install gguf==0.19.0
"""

import hashlib
import json
import pathlib
import random
import sys

import gguf
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFEndian, GGUFValueType


def plain(field):
    """A field's value: numbers as decimal text, strings as hex."""
    def one(part, kind):
        if kind == GGUFValueType.STRING:
            return bytes(part).hex()
        if kind == GGUFValueType.BOOL:
            return str(bool(part[0])).lower()
        if kind in (GGUFValueType.FLOAT32, GGUFValueType.FLOAT64):
            return float(part[0]).hex()
        return str(int(part[0]))

    values = [one(field.parts[i], field.types[-1]) for i in field.data]
    return {"types": [int(t) for t in field.types], "values": values}


def read(path):
    r = gguf.GGUFReader(path)
    return {
        "big_endian": r.endianess == GGUFEndian.BIG,
        "alignment": int(r.alignment),
        "data_offset": int(r.data_offset),
        "fields": [{"key": k, **plain(f)} for k, f in r.fields.items() if not k.startswith("GGUF.")],
        "tensors": [
            {
                "name": t.name,
                "type": int(t.tensor_type),
                "dims": [int(d) for d in t.shape],
                "file_offset": int(t.data_offset),
                "sha256": hashlib.sha256(t.data.tobytes()).hexdigest(),
            }
            for t in r.tensors
        ],
    }


def write_one(path, rng):
    endian = rng.choice([GGUFEndian.LITTLE, GGUFEndian.LITTLE, GGUFEndian.BIG])
    w = gguf.GGUFWriter(path, "made", endianess=endian)
    if rng.random() < 0.3:
        w.add_custom_alignment(rng.choice([8, 64, 256]))
    word = lambda: "".join(rng.choice("ab \u00e9\u4e2d\U0001f600") for _ in range(rng.randrange(1, 9)))
    scalar = {
        GGUFValueType.UINT8: lambda: rng.randrange(1 << 8),
        GGUFValueType.INT8: lambda: rng.randrange(-1 << 7, 1 << 7),
        GGUFValueType.UINT16: lambda: rng.randrange(1 << 16),
        GGUFValueType.INT16: lambda: rng.randrange(-1 << 15, 1 << 15),
        GGUFValueType.UINT32: lambda: rng.randrange(1 << 32),
        GGUFValueType.INT32: lambda: rng.randrange(-1 << 31, 1 << 31),
        GGUFValueType.UINT64: lambda: rng.randrange(1 << 64),
        GGUFValueType.INT64: lambda: rng.randrange(-1 << 63, 1 << 63),
        GGUFValueType.FLOAT32: lambda: float(np.float32(rng.gauss(0, 1))),
        GGUFValueType.FLOAT64: lambda: rng.gauss(0, 1),
        GGUFValueType.BOOL: lambda: rng.random() < 0.5,
        GGUFValueType.STRING: word,
    }
    for i in range(rng.randrange(20)):
        kind = rng.choice(list(scalar))
        if rng.random() < 0.5:
            w.add_key_value(f"made.key_{i}", scalar[kind](), kind)
        else:
            values = [scalar[kind]() for _ in range(rng.randrange(1, 50))]
            w.add_key_value(f"made.key_{i}", values, GGUFValueType.ARRAY, sub_type=kind)
    for i in range(rng.randrange(1, 20)):
        shape = tuple(rng.randrange(1, 9) for _ in range(rng.randrange(1, 5)))
        kind = rng.choice([np.float32, np.float16, np.float64, np.int8, np.int16, np.int32, np.int64])
        values = (np.arange(int(np.prod(shape))) * 37 % 101).astype(kind).reshape(shape)
        w.add_tensor(f"blk.{i}.weight", values)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def write(directory):
    for seed in range(24):
        path = directory / f"{seed}.gguf"
        write_one(path, random.Random(seed))
        path.with_suffix(".json").write_text(json.dumps(read(path)))


def dequantize(directory):
    for path in directory.glob("*.blocks"):
        kind = GGMLQuantizationType[path.stem.upper()]
        size = GGML_QUANT_SIZES[kind][1]
        blocks = np.fromfile(path, dtype=np.uint8).reshape(-1, size)
        with np.errstate(all="ignore"):
            values = gguf.quants.dequantize(blocks, kind)
        values.astype(np.float32).tofile(path.with_suffix(".floats"))


def types():
    return [kind.name for kind in [GGMLQuantizationType.F32, GGMLQuantizationType.F16, *gguf.quants._type_traits]]


def main():
    command, *args = sys.argv[1:]
    if command == "read":
        print(json.dumps(read(args[0])))
    elif command == "write":
        write(pathlib.Path(args[0]))
    elif command == "dequantize":
        dequantize(pathlib.Path(args[0]))
    elif command == "types":
        print(json.dumps(types()))
    else:
        sys.exit(__doc__)


main()
