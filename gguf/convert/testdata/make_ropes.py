"""Makes ropes-torch-2.11.0.json: the factors of rope_freqs.weight as torch computes them, on x86-64 with AVX2.

    pip install torch==2.11.0
    ATEN_CPU_CAPABILITY=avx2 python make_ropes.py
"""

import json
import math
import pathlib
import struct

import torch

assert torch.__version__.startswith("2.11.0") and torch.backends.cpu.get_cpu_capability() == "AVX2"


def factors(base, length, factor, low, high, context):
    out = []
    for frequency in 1.0 / (base ** (torch.arange(0, length, 2, dtype=torch.float32) / length)):
        wavelength = 2 * math.pi / frequency
        if wavelength < context / high:
            out.append(1)
        elif wavelength > context / low:
            out.append(factor)
        else:
            smooth = (context / wavelength - low) / (high - low)
            out.append(1 / ((1 - smooth) / factor + smooth))
    return torch.tensor(out, dtype=torch.float32).tolist()


def cases():
    for base in (10000.0, 150000.0, 500000, 500000.0, 1e6, 2e6, 5e6):
        for length in (16, 32, 40, 48, 64, 80, 96, 128, 256):
            yield base, length, 8.0, 1.0, 4.0, 8192
    for ramp in ((32.0, 1.0, 4.0, 8192), (16, 1, 2, 4096), (8.0, 0.5, 32.0, 100000), (4.0, 1.5, 3.7, 2048)):
        for length in (64, 128):
            yield 500000.0, length, *ramp


with open(pathlib.Path(__file__).parent / "ropes-torch-2.11.0.json", "w") as f:
    lines = []
    for base, length, factor, low, high, context in cases():
        values = factors(base, length, factor, low, high, context)
        lines.append(json.dumps({
            "base": base, "length": length, "factor": factor, "low": low, "high": high, "context": context,
            "bits": struct.pack(f">{len(values)}f", *values).hex(),
        }))
    f.write("[\n" + ",\n".join(lines) + "\n]\n")
