"""Writes what tiktoken and Meta's llama-models say of their encodings.

    encodings.py RANKS OUT

RANKS is a directory with r50k_base.tiktoken, p50k_base.tiktoken, cl100k_base.tiktoken and o200k_base.tiktoken.
Needs tiktoken==0.14.0 and llama-models==0.3.0 (whose package has the rank files of Llama 3 and 4). OUT gets
tiktoken-0.14.0-encodings.json and llama-models-0.3.0-encodings.json. There are thousands of special tokens, so
the files have the SHA-256 of the lines "ID TEXT LF" in the order of ids (then of texts).
"""

import base64
import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

import tiktoken
import tiktoken_ext.openai_public as openai
from models.llama3.tokenizer import Tokenizer as Llama3
from models.llama4.tokenizer import Tokenizer as Llama4


def ranks_of(path: Path, expected_hash: str | None = None) -> dict[bytes, int]:
    data = path.read_bytes()
    if expected_hash and hashlib.sha256(data).hexdigest() != expected_hash:
        raise SystemExit(f"{path} is not the file that tiktoken expects")
    return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in data.splitlines())}


def fingerprint(ranks: dict[bytes, int]) -> str:
    """FNV-1a of the rank, the length (both in four bytes, little endian) and the bytes of each token, by rank."""
    h = 14695981039346656037
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        for byte in rank.to_bytes(4, "little") + len(token).to_bytes(4, "little") + token:
            h = (h ^ byte) * 1099511628211 % 2**64
    return f"{h:016x}"


def entry(encoding: tiktoken.Encoding) -> dict:
    ranks, special = encoding._mergeable_ranks, encoding._special_tokens
    listed = "".join(f"{i} {text}\n" for i, text in sorted((i, text) for text, i in special.items()))
    return {
        "pattern": encoding._pat_str,
        "ranks": len(ranks),
        "max_rank": max(ranks.values()),
        "fingerprint": fingerprint(ranks),
        "special": len(special),
        "special_sha256": hashlib.sha256(listed.encode()).hexdigest(),
        # Where texts share an id, what it decodes to.
        "decoded": {str(i): encoding.decode([i]) for i in special.values() if list(special.values()).count(i) > 1},
    }


def main() -> None:
    rank_files, out = Path(sys.argv[1]), Path(sys.argv[2])
    openai.load_tiktoken_bpe = lambda url, expected_hash: ranks_of(rank_files / url.rsplit("/", 1)[1], expected_hash)
    # gpt2 comes in two other files; the assertion in their reader makes their ranks those of r50k_base.
    openai.data_gym_to_mergeable_bpe_ranks = lambda **_: ranks_of(rank_files / "r50k_base.tiktoken")

    made = {name: entry(tiktoken.Encoding(**make())) for name, make in openai.ENCODING_CONSTRUCTORS.items()}
    write(out / f"tiktoken-{version('tiktoken')}-encodings.json", made)
    made = {"llama3": entry(Llama3.get_instance().model), "llama4": entry(Llama4.get_instance().model)}
    write(out / f"llama-models-{version('llama-models')}-encodings.json", made)


def write(path: Path, made: dict) -> None:
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


main()
