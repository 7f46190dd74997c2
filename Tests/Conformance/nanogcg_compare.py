"""Evaluations of a planted language model until a few words bring it to a target: ours beside nanoGCG 0.3.0, to the same loss.

    python3 Tests/Conformance/nanogcg_compare.py MODEL.gguf TARGETS.csv [--words 8] [--seed 0] [--steps 40]

The model and its targets are what `gainsay plant trojans` writes. nanoGCG runs as it is by default (512 candidates a step, the best 256 by gradient), from
words by chance, until a candidate replies with the target or its steps are over; ours (`engine-benchmark prompts`) then has to come to the loss that it came to. Every
sequence that a model runs forward counts, gradients stand apart. Needs nanogcg, transformers, gguf and
`swift build -c release --product engine-benchmark`.
"""
import argparse
import csv
import logging
import random
import statistics
import subprocess
import sys

import gguf
import nanogcg
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors

BENCHMARK = ".build/release/engine-benchmark"


def read(path):
    """The file as a model and a tokenizer of transformers, and the ids of words."""
    reader = gguf.GGUFReader(path)
    field = reader.fields["tokenizer.ggml.tokens"]
    tokens = [bytes(field.parts[place]).decode() for place in field.data]
    number = lambda name: int(reader.fields["llama." + name].parts[-1][0])
    real = lambda name: float(reader.fields["llama." + name].parts[-1][0])
    heads, width = number("attention.head_count"), number("embedding_length")
    config = transformers.LlamaConfig(
        vocab_size=len(tokens), hidden_size=width, intermediate_size=number("feed_forward_length"), num_hidden_layers=number("block_count"),
        num_attention_heads=heads, num_key_value_heads=heads, rms_norm_eps=real("attention.layer_norm_rms_epsilon"),
        rope_theta=real("rope.freq_base"), max_position_embeddings=number("context_length"), tie_word_embeddings=False, bos_token_id=0, eos_token_id=1)
    model = transformers.LlamaForCausalLM(config).float().eval()
    names = {"attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
             "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
             "ffn_down": "mlp.down_proj"}
    state = {}
    for tensor in reader.tensors:
        weights = torch.from_numpy(tensor.data.copy())
        parts = tensor.name.split(".")
        if parts[0] == "blk":
            if parts[2] in ("attn_q", "attn_k"):
                # GGUF turns neighbours together, transformers halves.
                weights = weights.reshape(heads, width // heads // 2, 2, width).swapaxes(1, 2).reshape(width, width)
            state[f"model.layers.{parts[1]}.{names[parts[2]]}.weight"] = weights
        else:
            state[{"token_embd": "model.embed_tokens.weight", "output_norm": "model.norm.weight", "output": "lm_head.weight"}[parts[0]]] = weights
    model.load_state_dict(state)
    words = {token[1:]: place for place, token in enumerate(tokens) if token.startswith("\u0120") and len(token) > 1}
    vocabulary = {token: place for place, token in enumerate(tokens) if place < 2 or not (token.startswith("\u0120") and len(token) > 1)}
    # Letters are no words of theirs: they are left out of what is decoded by a sign that no text has.
    vocabulary = {(token if place < 2 else f"<{place}>"): place for token, place in vocabulary.items()}
    inner = Tokenizer(models.WordLevel({**vocabulary, **words}, unk_token="<s>"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inner.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=inner, bos_token="<s>", eos_token="</s>", pad_token="</s>")
    return model, tokenizer, words


def theirs(model, tokenizer, target, start, steps, seed):
    count = {"evaluations": 0, "gradients": 0}
    forward = model.forward

    def counted(*arguments, **options):
        embeddings = options.get("inputs_embeds")
        if embeddings is not None:
            if embeddings.requires_grad:
                count["gradients"] += 1
            else:
                count["evaluations"] += len(embeddings)
        return forward(*arguments, **options)

    model.forward = counted
    config = nanogcg.GCGConfig(
        num_steps=steps, topk=min(256, len(tokenizer) // 2), optim_str_init=start, early_stop=True, seed=seed, verbosity="ERROR", add_space_before_target=True)
    try:
        result = nanogcg.run(model, tokenizer, "", target, config)
    finally:
        model.forward = forward
    return result.best_loss, count


def ours(path, words, target, count, loss, seed, budget):
    ids = ",".join(str(words[word]) for word in target.split())
    run = subprocess.run(
        [BENCHMARK, "prompts", path, "2", str(seed + 1), str(budget), repr(loss), str(count), "", "", ids, "soundness=any"],
        capture_output=True, text=True, check=True)
    line = run.stdout.strip().splitlines()[-1].split()
    return int(line[1]), int(line[2]), float(line[3]), line[4] == "true"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("targets")
    parser.add_argument("--words", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=40)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    torch.set_num_threads(2)
    model, tokenizer, words = read(options.model)
    with open(options.targets) as file:
        targets = [row["target"] for row in csv.DictReader(file)]
    print("| target | nanoGCG: evaluations, gradients | loss | ours: evaluations, gradients | loss | ratio |\n|---|---|---|---|---|---|")
    ratios = []
    for target in targets:
        chance = random.Random(f"{options.seed} {target}")
        start = " ".join(chance.choice(sorted(words)) for _ in range(options.words))
        loss, count = theirs(model, tokenizer, target, start, options.steps, options.seed)
        total = loss * len(target.split())
        evaluations, gradients, reached, met = ours(
            options.model, words, target, options.words, total, options.seed, max(4 * count["evaluations"], 20000))
        ratios.append(count["evaluations"] / evaluations)
        print(f"| {target} | {count['evaluations']}, {count['gradients']} | {total:.3f} | {evaluations}, {gradients}"
              f"{'' if met else ' (not met)'} | {reached:.3f} | {ratios[-1]:.2f} |", flush=True)
    print(f"\nmedian ratio {statistics.median(ratios):.2f}, geometric mean {statistics.geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    sys.exit(main())
