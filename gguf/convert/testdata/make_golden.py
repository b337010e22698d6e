"""Makes defaults-transformers-4.57.6.json, names-gguf-0.19.0.json and modelcards-gguf-0.19.0.json.

    pip install transformers==4.57.6 gguf==0.19.0
    python make_golden.py
"""

import json
import pathlib
import tempfile

import gguf
import transformers
from transformers import AutoConfig

assert transformers.__version__ == "4.57.6"

# What the converter asks for.
KEYS = """
num_hidden_layers n_layer rope_theta rope_local_base_freq partial_rotary_factor rope_scaling rope_parameters
original_max_position_embeddings max_position_embeddings n_ctx n_positions hidden_size n_embd intermediate_size n_inner
num_attention_heads n_head num_key_value_heads is_causal rms_norm_eps layer_norm_eps layer_norm_epsilon
num_local_experts num_experts num_experts_per_tok n_group topk_group head_dim vocab_size moe_intermediate_size
shared_expert_intermediate_size attn_logit_softcapping final_logit_softcapping sliding_window sliding_window_pattern
type_vocab_size tie_word_embeddings
""".split()

TYPES = "llama mistral mixtral qwen2 qwen2_moe qwen3 qwen3_moe gemma2 gemma3_text gemma3 phi3 smollm3 gpt2 bert".split()

LONG = {"type": "longrope", "short_factor": [1.0] * 48, "long_factor": [2.0] * 48}

CASES = [{}]
CASES += [{"num_key_value_heads": None}, {"head_dim": None}, {"num_attention_heads": 16, "hidden_size": 1024}]
CASES += [{"rope_theta": None, "sliding_window": None, "rms_norm_eps": None}]
CASES += [{"sliding_window": 1024, "use_sliding_window": True, "use_bidirectional_attention": True}]
CASES += [{"rope_scaling": s} for s in (
    {"type": "linear", "factor": 2.0},
    {"rope_type": "linear", "factor": 8.0},
    {"type": "linear"},
    {"factor": 2.0},
    {"rope_type": "dynamic", "factor": 2.0},
    {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768},
    {"rope_type": "llama3", "factor": 8.0},
    {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
     "original_max_position_embeddings": 1024},
    {"rope_type": "made_up"},
    LONG,
    {**LONG, "type": "su"},
    {**LONG, "rope_type": "longrope"},
    {**LONG, "long_factor": [2.0] * 47},
)]
CASES += [{"layer_types": ["full_attention"]}, {"layer_types": ["full_attention"] * 2, "num_hidden_layers": 2}]
CASES += [{"layer_types": ["half_attention"] * 2, "num_hidden_layers": 2}]
CASES += [{"num_attention_heads": 0}]
CASES += [{"rope_parameters": {"rope_type": "default", "rope_theta": 5.0}}]
CASES += [{"text_config": {"hidden_size": 640, "model_type": "gemma3_text"}, "hidden_size": 3}]
CASES += [{"text_config": {"rope_scaling": {"type": "linear", "factor": 2.0}}}]


def seen(config):
    """What load_hparams of the reference converter returns, and the text configuration moved to its root."""
    with tempfile.TemporaryDirectory(prefix="x") as folder:
        (pathlib.Path(folder) / "config.json").write_text(json.dumps(config))
        try:
            values = AutoConfig.from_pretrained(folder).to_dict()
        except Exception:
            values = dict(config)
    if "text_config" in values:
        values = {**values, **values["text_config"]}
    return {k: values[k] for k in KEYS if k in values}


def write(name, cases):
    with open(pathlib.Path(__file__).parent / name, "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")


def defaults():
    """Each case as its difference from the type's configuration without any key."""
    for model_type in TYPES + ["unheard_of"]:
        base = seen({"model_type": model_type})
        cases = []
        for case in CASES[1:] + ([{"hidden_size": 512, "num_hidden_layers": 3}] if model_type == "gpt2" else []):
            values = seen({"model_type": model_type, **case})
            cases.append({
                "config": case,
                "changed": {k: v for k, v in values.items() if k not in base or base[k] != v},
                "gone": [k for k in base if k not in values],
            })
        yield {"type": model_type, "base": base, "cases": cases}


IDS = """
fable-4m Llama-3.1-8B-Instruct meta-llama/Llama-2-7b-hf Mistral-7B-Instruct-v0.2 mistralai/Mixtral-8x7B-v0.1 Qwen2.5-0.5B
Qwen2.5-7B-Instruct-1M Qwen3-30B-A3B Qwen3-Coder-480B-A35B-Instruct Qwen1.5-MoE-A2.7B gemma-2-2b-it gemma-3-270m SmolLM3-3B
Phi-3-mini-4k-instruct Phi-3.5-mini-instruct phi-3-medium-128k bloom-7b1 gpt2 gpt2-xl bert-base-uncased all-MiniLM-L6-v2
bge-small-en-v1.5 stablelm-2-1_6b TinyLlama-1.1B-Chat-v1.0 Nous-Hermes-2-SOLAR-10.7B-BF16 Yi-34B-200K model-00001 v2 7B
./local-model ../up -odd--name- a/b/c deepseek-llm-67b-chat-iter3 x-q4_k_m llama-Lora-13b-LORA-13b- Über-modèle-large-2b
large-large-instruct mini-lm org/ /name some-8x22b-Instruct-v0.3 CodeLlama-70b-Python-hf 3d-thing-xl a-1.5.2-b-2 test-fp16
""".split() + ["A Model With Words", "", "tiny 4m"]
TITLES = ["fable 4m", "it's-a-model", "v1.2-final", "3d", "qwen2moe", "USA-made", "éclair", "a1b2-c3", "-", "x_y-z.w"]
COUNTS = [(1, 1, 0, 0), (999, 0, 0, 0), (4_200_000, 0, 0, 0), (999_999, 0, 0, 0), (1_000_000, 0, 0, 0), (1_000_001, 0, 0, 0),
          (9_950_000, 0, 0, 0), (9_949_999, 0, 0, 0), (99_500_000, 0, 0, 0), (494_032_768, 0, 0, 0), (7_615_616_512, 0, 0, 0),
          (46_702_792_704, 1_604_325_376, 5_637_308_416, 8), (1_040_000_000_000, 0, 0, 0), (30, 10, 20, 64),
          (30_532_122_624, 1_541_093_376, 226_492_416, 128), (10_500_000, 0, 0, 0), (500, 0, 0, 0), (44_500, 0, 0, 0)]


def names():
    for i in IDS:
        for total in (0, 4_200_000, 7_000_000_000):
            parts = gguf.Metadata.get_model_id_components(i, total)
            yield {"id": i, "parameters": total, "parts": [p or "" for p in parts]}
    for t in TITLES:
        yield {"id": t, "title": gguf.Metadata.id_to_title(t)}
    for c in COUNTS:
        yield {"counts": c, "label": gguf.size_label(*c)}


FRONTS = [
    "license: apache-2.0\nlanguage:\n- en\n- no\n- fr\ntags: [a, 'b', \"c\"]\npipeline_tag: text-generation\n",
    "license: other\nlicense_name: llama3.1\nlicense_link: https://x.org/L\nlanguage: no\n",
    "license: [mit, apache-2.0]\nbase_model: meta-llama/Llama-3.1-8B\nlibrary_name: transformers\n",
    "base_model:\n- Qwen/Qwen2.5-7B-Instruct\n- https://huggingface.co/org/Some-1B-v2\n- https://example.org/x\n- no/yes\n",
    "base_model:\n- name: Given\n  organization: Org\n  repo_url: https://x\n  nothing: 1\n",
    "datasets:\n- gutenberg\n- HuggingFaceFW/fineweb-edu\n- ssh://x/y\ndataset: ignored\n",
    "model_name: Named Here\nmodel_creator: Somebody\nmodel_type: llama\nauthor: First\nversion: v1\n",
    "model-index:\n- name: x\n  results:\n  - {}\nname: ''\ntags: []\ndatasets: []\n",
    "tags:\n\t- tab\nlanguage: &l [de, en]\nlanguages: *l\n",
    "description: >\n  folded\n  text\norganization: org\nurl: http://u\ndoi: 10.1/2\nuuid: u-u\nrepo_url: http://r\nsize_label: 9B\n",
    "name: first\nname: second\ntags: single\nlicense: null\n",
    "- a\n- b\n",
    "",
    "language: on\ntags: 2024-01-01\nbase_model: ~\nlicense: mit\n",
    "finetune: chat\nbasename: base\nmodel_description: d\nlicense: \"no\"\n",
]


def cards():
    texts = ["---\n" + f + "---\n# Title\n" for f in FRONTS]
    texts += ["no front matter\n", "", "---\nlicense: mit\n", "---\r\nlicense: mit\r\n---\r\nx", " ---\nlicense: mit\n---\n"]
    for text in texts:
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "my-model-4M"
            folder.mkdir()
            (folder / "README.md").write_text(text, newline="")
            metadata = gguf.Metadata.load(None, folder, None, 4_000_000)
        writer = gguf.GGUFWriter(None, "llama")
        metadata.set_gguf_meta_model(writer)
        keys = [[k, v.value] for k, v in writer.kv_data[0].items() if k != "general.architecture"]
        yield {"text": text, "keys": keys}


write("defaults-transformers-4.57.6.json", defaults())
write("names-gguf-0.19.0.json", names())
write("modelcards-gguf-0.19.0.json", cards())
