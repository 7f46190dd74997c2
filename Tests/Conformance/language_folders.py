"""Folders as `transformers` saves them, small models of random weights, their logits held against its own in float32.

    python3 Tests/Conformance/language_folders.py OUT [NAME ...]

Logits, and the last layer of an encoder as means, are to be within 1e-3. Needs `swift build -c release --product engine-benchmark`, torch, transformers.
"""
import json
import os
import sys

import numpy as np
import torch
import transformers as t

from language_architectures import LETTERS, VOCABULARY, ours

t.utils.logging.disable_progress_bar()
t.utils.logging.set_verbosity_error()

SIZES = dict(vocab_size=VOCABULARY, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, intermediate_size=96, max_position_embeddings=256)
SHARED = dict(SIZES, num_key_value_heads=2)
BANDS = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64, rope_theta=500000.0)
MODELS = {
    "llama": lambda: t.LlamaForCausalLM(t.LlamaConfig(**SHARED)),
    "llama-tied": lambda: t.LlamaForCausalLM(t.LlamaConfig(**SHARED, tie_word_embeddings=True, attention_bias=True)),
    "llama-bands": lambda: t.LlamaForCausalLM(t.LlamaConfig(**SHARED, rope_parameters=BANDS)),
    "llama-linear": lambda: t.LlamaForCausalLM(t.LlamaConfig(**SHARED, rope_parameters=dict(rope_type="linear", factor=4.0, rope_theta=10000.0))),
    "llama-bf16": lambda: t.LlamaForCausalLM(t.LlamaConfig(**SHARED)).bfloat16(),
    "llama-f16": lambda: t.LlamaForCausalLM(t.LlamaConfig(**SHARED)).half(),
    "mistral": lambda: t.MistralForCausalLM(t.MistralConfig(**SHARED, sliding_window=24)),
    "qwen2": lambda: t.Qwen2ForCausalLM(t.Qwen2Config(**SHARED)),
    "qwen2-window": lambda: t.Qwen2ForCausalLM(t.Qwen2Config(**SHARED, use_sliding_window=True, sliding_window=24, max_window_layers=1)),
    "qwen3": lambda: t.Qwen3ForCausalLM(t.Qwen3Config(**SHARED, head_dim=32)),
    "gpt2": lambda: t.GPT2LMHeadModel(t.GPT2Config(vocab_size=VOCABULARY, n_embd=64, n_layer=3, n_head=4, n_positions=256)),
    "gpt_neox": lambda: t.GPTNeoXForCausalLM(t.GPTNeoXConfig(**SIZES)),
    "gpt_neox-serial": lambda: t.GPTNeoXForCausalLM(t.GPTNeoXConfig(**SIZES, use_parallel_residual=False)),
    "gemma2": lambda: t.Gemma2ForCausalLM(t.Gemma2Config(**SHARED, head_dim=32, query_pre_attn_scalar=40, sliding_window=24)),
    "phi": lambda: t.PhiForCausalLM(t.PhiConfig(**SIZES)),
    "phi3": lambda: t.Phi3ForCausalLM(t.Phi3Config(**SHARED, sliding_window=40, pad_token_id=0)),
    "bert": lambda: t.BertModel(t.BertConfig(**SIZES)),
    "bert-masked": lambda: t.BertForMaskedLM(t.BertConfig(**SIZES)),
}


def main(out, *names):
    wrong, ids = 0, [(7 * i * i + 3) % VOCABULARY for i in range(90)]
    for seed, (name, make) in enumerate(MODELS.items()):
        if names and name not in names:
            continue
        torch.manual_seed(seed)
        model, folder = make().eval(), os.path.join(out, "folder-" + name)
        with torch.no_grad():
            # As they come, weights are so small that much could be wrong unseen.
            for key, weight in model.named_parameters():
                weight.normal_(1 if "norm" in key.lower() and key.endswith("weight") and name != "gemma2" or ".ln_" in key else 0,
                               0.1 if weight.dim() < 2 else 1.5 / weight.shape[-1] ** 0.5)
            model.tie_weights()
            model.save_pretrained(folder)
            model = type(model).from_pretrained(folder, dtype=torch.float32).eval()
            model.set_attn_implementation("eager")
            result = model(torch.tensor([ids]), output_hidden_states=True)
        vocabulary = {letter: i for i, letter in enumerate(LETTERS)}
        with open(os.path.join(folder, "tokenizer.json"), "w") as file:
            json.dump({"model": {"type": "BPE", "vocab": vocabulary, "merges": ["Ā ā"]}}, file)
        numbers = os.path.join(out, "numbers")
        if name.startswith("bert"):
            ours(folder, "embed", numbers, *ids)
            found, expected = np.fromfile(numbers, np.float32), result.hidden_states[-1][0].mean(0).numpy()
        else:
            ours(folder, "logits", numbers, *ids)
            found, expected = np.fromfile(numbers, np.float32).reshape(len(ids), -1), result.logits[0].numpy()
        error = np.abs(found - expected).max()
        wrong += not error < 1e-3
        print(f"{name:16} between {expected.min():7.2f} and {expected.max():7.2f}, largest difference {error:.1e}{'' if error < 1e-3 else '  WRONG'}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
