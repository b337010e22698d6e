"""Million values a second and core that PyPI's gguf (numpy) encodes and decodes, on the values of nibble's benchmarks.

make bench-peers runs this after nibble's own benchmarks, on the same machine.
"""

import time

import numpy as np
from gguf import quants
from gguf.constants import GGMLQuantizationType as Type

VALUES = 1 << 20
TYPES = ["BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "TQ1_0", "TQ2_0", "MXFP4"]
DECODED_ONLY = ["Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"]


def speed(run):
    """Returns million values a second: the best of five."""
    best = min(timed(run) for _ in range(5))
    return VALUES / best / 1e6


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main():
    values = np.random.default_rng(1).standard_normal((VALUES // 4096, 4096)).astype(np.float32) / 30
    print(f"{'gguf-py':8}{'encode':>10}{'decode':>10}  Mvalues/s")
    for name in TYPES:
        encoded = quants.quantize(values, Type[name])
        encode = speed(lambda: quants.quantize(values, Type[name]))
        decode = speed(lambda: quants.dequantize(encoded, Type[name]))
        print(f"{name.lower():8}{encode:10.1f}{decode:10.1f}")
    for name in DECODED_ONLY:
        block, size = quants.GGML_QUANT_SIZES[Type[name]]
        encoded = np.zeros((VALUES // 4096, 4096 // block * size), dtype=np.uint8)
        decode = speed(lambda: quants.dequantize(encoded, Type[name]))
        print(f"{name.lower():8}{'-':>10}{decode:10.1f}")


main()
