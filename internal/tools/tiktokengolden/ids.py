"""Writes a hash of the ids that tiktoken makes of generated texts.

    ids.py RANKS OUT

RANKS is a directory with NAME.tiktoken for OpenAI's encodings, llama3/tokenizer.model, llama4/tokenizer.model,
kimi-k2/tiktoken.model with its tokenizer_config.json, and tekken/tekken_240911.json. Needs tiktoken==0.14.0,
llama-models==0.3.0 and mistral-common==1.13.1, and go for the texts. OUT gets tiktoken-0.14.0-ids.json and
mistral-common-1.13.1-ids.json.

A text has the first four digits of the SHA-256 of its ids in decimal, with spaces between them: first with special
tokens as plain text, then, behind a "|", recognized (tekken.json has no such mode).
"""

import base64
import hashlib
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import tiktoken
import tiktoken_ext.openai_public as openai
from mistral_common.tokens.tokenizers.tekken import Tekkenizer
from models.llama3.tokenizer import Tokenizer as Llama3
from models.llama4.tokenizer import Tokenizer as Llama4

TEXTS, SEED = 2000, 20
ROOT = Path(__file__).resolve().parents[3]
KIMI = "|".join(
    [
        r"[\p{Han}]+",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)


def ranks_of(path: Path, expected_hash: str | None = None) -> dict[bytes, int]:
    data = path.read_bytes()
    if expected_hash and hashlib.sha256(data).hexdigest() != expected_hash:
        raise SystemExit(f"{path} is not the file that tiktoken expects")
    return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in data.splitlines())}


def kimi(directory: Path) -> tiktoken.Encoding:
    ranks = ranks_of(directory / "tiktoken.model")
    named = json.loads((directory / "tokenizer_config.json").read_text())["added_tokens_decoder"]
    special = {
        named[str(i)]["content"] if str(i) in named else f"<|reserved_token_{i}|>": i
        for i in range(len(ranks), len(ranks) + 256)
    }
    return tiktoken.Encoding("kimi-k2", pat_str=KIMI, mergeable_ranks=ranks, special_tokens=special)


def texts(specials: list[str]) -> list[str]:
    command = ["go", "run", "./tokenize/internal/textgen/texts", "-seed", str(SEED), "-n", str(TEXTS), *specials]
    lines = subprocess.check_output(command, cwd=ROOT).split(b"\n")  # splitlines knows more line ends than JSON
    return [json.loads(line) for line in lines if line]


def digest(*modes: list[int]) -> str:
    return hashlib.sha256("|".join(" ".join(map(str, ids)) for ids in modes).encode()).hexdigest()[:4]


def entry(specials: list[str], ids) -> dict:
    return {"specials": specials, "ids": "".join(digest(*ids(text)) for text in texts(specials))}


def tiktoken_ids(encoding: tiktoken.Encoding):
    return lambda text: (encoding.encode_ordinary(text), encoding.encode(text, allowed_special="all"))


def main() -> None:
    rank_files, out = Path(sys.argv[1]), Path(sys.argv[2])
    openai.load_tiktoken_bpe = lambda url, expected_hash: ranks_of(rank_files / url.rsplit("/", 1)[1], expected_hash)
    encodings = [tiktoken.Encoding(**make()) for name, make in openai.ENCODING_CONSTRUCTORS.items() if name != "gpt2"]
    for name, meta in (("llama3", Llama3), ("llama4", Llama4)):
        encoding = meta(rank_files / name / "tokenizer.model").model
        encoding.name = name
        encodings.append(encoding)
    encodings.append(kimi(rank_files / "kimi-k2"))

    made = {}
    for encoding in encodings:
        special = sorted(encoding._special_tokens, key=lambda text: ("reserved" in text, encoding._special_tokens[text]))
        made[encoding.name] = entry(special[:12], tiktoken_ids(encoding))
    write(out / f"tiktoken-{version('tiktoken')}-ids.json", made)

    tekken = Tekkenizer.from_file(rank_files / "tekken" / "tekken_240911.json")
    made = {"tekken": entry(["<s>", "</s>", "[INST]", "[/INST]", "<SPECIAL_20>"], lambda text: (tekken.encode(text, False, False),))}
    write(out / f"mistral-common-{version('mistral-common')}-ids.json", made)


def write(path: Path, made: dict) -> None:
    path.write_text(json.dumps({"texts": TEXTS, "seed": SEED, "encodings": made}, indent=1, ensure_ascii=False) + "\n")


main()
