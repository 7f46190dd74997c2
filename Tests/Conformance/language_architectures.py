"""Small models of random weights of each architecture, as GGUF and as folders of safetensors, held against a reference in float32.

    python3 Tests/Conformance/language_architectures.py OUT [NAME ...]

The reference (language_layers.py) is written from the papers and the libraries' documentation, in numpy, or in PyTorch where that is
there: then slopes by tokens are held against its automatic differentiation as well. Logits, and embeddings, are to be within 1e-3,
slopes within 1e-3 of the largest. Where xllamacpp is there, llama.cpp reads the GGUF files too, to show that they are what it takes them
for: its keys and values are halves, so that it may differ by a hundredth of the largest logit; it lets Phi-3 see all positions. Needs `swift build -c release --product engine-benchmark`, numpy; gguf for GGUF; torch for slopes.
"""
import json
import os
import subprocess
import sys

import numpy as np

from language_layers import Layers

TOKENS, VOCABULARY, CONTEXT = 90, 300, 256
BASE = dict(width=64, heads=4, key_heads=4, size=16, feed=96, layers=3, norm="layer", act="gelu_tanh", gated=False, bias=True,
            wiring="first", turned=0, halves=True, base=10000.0, scale=0.25, embedding_scale=1.0, cap=0.0, logit_cap=0.0, windows=[0],
            positions=False, encoder=False, tied=False, epsilon=1e-5, qk_norm=False, post_norms=False, qkv_bias=False, factors=None)
LLAMA = dict(key_heads=2, norm="rms", act="silu", gated=True, bias=False, turned=16, epsilon=1e-6)
MODELS = {
    "llama": dict(LLAMA),
    "llama3": dict(LLAMA, arch="llama", base=500000.0, bands=(8.0, 1.0, 4.0, 64), only="safetensors"),
    "mistral": dict(LLAMA, arch="llama", windows=[24], only="safetensors"),
    "qwen2": dict(LLAMA, base=1000000.0, qkv_bias=True),
    "qwen3": dict(LLAMA, base=1000000.0, size=32, turned=32, scale=32 ** -0.5, qk_norm=True),
    "gpt2": dict(positions=True, tied=True),
    "gptneox": dict(act="gelu", wiring="parallel", turned=4),
    "gptneox-serial": dict(arch="gptneox", act="gelu", turned=4),
    "gemma2": dict(LLAMA, act="gelu_tanh", size=32, turned=32, scale=32 ** -0.5, embedding_scale=8.0, cap=50.0, logit_cap=30.0,
                   windows=[24, 0], tied=True, post_norms=True),
    "gemma2-tight": dict(LLAMA, arch="gemma2", act="gelu_tanh", size=32, turned=32, scale=32 ** -0.5, embedding_scale=8.0, cap=2.0,
                         logit_cap=3.0, windows=[24, 0], tied=True, post_norms=True),
    "phi2": dict(wiring="parallel", one_norm=True, turned=8, head_bias=True),
    "phi3": dict(LLAMA, windows=[40], fused=True),
    "bert": dict(act="gelu", positions=True, encoder=True, wiring="last", epsilon=1e-12),
}
EPSILON = {"rms": "layer_norm_rms_epsilon", "layer": "layer_norm_epsilon"}


def model(name):
    options = {**BASE, "one_norm": False, "head_bias": False, "fused": False, "bands": None, "only": None, "arch": name, **MODELS[name]}
    if options["bands"]:
        factor, low, high, original = options["bands"]
        rates = options["base"] ** (-np.arange(options["turned"] // 2) * 2 / options["turned"])
        share = np.clip((original * rates / (2 * np.pi) - low) / (high - low), 0, 1)
        options["factors"] = 1 / ((1 - share) / factor + share)
    return type("Model", (), options)


def weights(m, seed):
    """By plain names, [out, in]."""
    source, w = np.random.default_rng(seed), {}

    def add(name, *shape, about=0.0, spread=None):
        spread = 1 / np.sqrt(shape[-1]) if spread is None else spread
        w[name] = (about + spread * source.standard_normal(shape)).astype(np.float32)

    def norm(name, width):
        add(name + ".w", width, about=1, spread=0.1)
        if m.norm == "layer":
            add(name + ".b", width, spread=0.1)

    def dense(name, rows, columns, bias, spread=None):
        add(name + ".w", rows, columns, spread=spread)
        if bias:
            add(name + ".b", rows, spread=0.5)
    add("embed.w", VOCABULARY, m.width, spread=1 / m.embedding_scale)
    if m.positions:
        add("position.w", CONTEXT, m.width, spread=0.5)
    if m.encoder:
        add("segment.w", 2, m.width, spread=0.5)
        norm("embed_norm", m.width)
    else:
        norm("norm", m.width)
        if not m.tied:
            dense("head", VOCABULARY, m.width, m.head_bias)
    for i in range(m.layers):
        p = f"{i}."
        norm(p + "norm1", m.width)
        if not m.one_norm:
            norm(p + "norm2", m.width)
        if m.post_norms:
            norm(p + "post1", m.width)
            norm(p + "post2", m.width)
        for part, heads in (("q", m.heads), ("k", m.key_heads), ("v", m.key_heads)):
            dense(p + part, heads * m.size, m.width, m.bias or m.qkv_bias, 2 / np.sqrt(m.width))
        if m.qk_norm:
            norm(p + "qn", m.size)
            norm(p + "kn", m.size)
        dense(p + "o", m.width, m.heads * m.size, m.bias)
        if m.gated:
            dense(p + "gate", m.feed, m.width, m.bias)
        dense(p + "up", m.feed, m.width, m.bias)
        dense(p + "down", m.width, m.feed, m.bias)
    return w


LETTERS = [chr(0x100 + i) for i in range(256)] + ["Āā"] + [f"t{i}" for i in range(257, VOCABULARY)]


def write_gguf(path, m, w):
    from gguf import GGUFWriter
    writer, arch = GGUFWriter(path, m.arch), m.arch
    for key, value in [("block_count", m.layers), ("context_length", CONTEXT), ("embedding_length", m.width), ("feed_forward_length", m.feed),
                       ("attention.head_count", m.heads), ("attention.head_count_kv", m.key_heads), ("attention.key_length", m.size),
                       ("attention.value_length", m.size)]:
        writer.add_uint32(f"{arch}.{key}", value)
    writer.add_float32(f"{arch}.attention.{EPSILON[m.norm]}", m.epsilon)
    if m.turned:
        writer.add_uint32(f"{arch}.rope.dimension_count", m.turned)
        writer.add_float32(f"{arch}.rope.freq_base", m.base)
    if arch == "gptneox":
        writer.add_bool("gptneox.use_parallel_residual", m.wiring == "parallel")
    if m.cap:
        writer.add_float32(f"{arch}.attn_logit_softcapping", m.cap)
        writer.add_float32(f"{arch}.final_logit_softcapping", m.logit_cap)
    if m.windows[0]:
        writer.add_uint32(f"{arch}.attention.sliding_window", m.windows[0])
    if m.encoder:
        writer.add_bool("bert.attention.causal", False)
        writer.add_uint32("bert.pooling_type", 1)
    if m.encoder:
        writer.add_tokenizer_model("bert")
        writer.add_token_list(["[UNK]", "[CLS]", "[SEP]"] + [f"▁t{i}" for i in range(3, VOCABULARY)])
        writer.add_token_types([1] * VOCABULARY)
        writer.add_uint32("tokenizer.ggml.unknown_token_id", 0)
        writer.add_uint32("tokenizer.ggml.cls_token_id", 1)
        writer.add_uint32("tokenizer.ggml.seperator_token_id", 2)
    else:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre({"llama": "smollm", "qwen2": "qwen2", "qwen3": "qwen2"}.get(arch, "gpt-2"))
        writer.add_token_list(LETTERS)
        writer.add_token_types([1] * VOCABULARY)
        writer.add_token_merges(["Ā ā"])

    def put(name, part):
        for ending, key in ((".weight", ".w"), (".bias", ".b")):
            if part + key in w:
                writer.add_tensor(name + ending, w[part + key])

    def neighbours(name, heads):
        """Llama's rows as GGUF has them: numbers i and i + half of a head beside each other."""
        return w[name].reshape(heads, 2, m.size // 2, m.width).swapaxes(1, 2).reshape(w[name].shape)
    put("token_embd", "embed")
    put("position_embd", "position")
    put("token_types", "segment")
    put("token_embd_norm", "embed_norm")
    put("output_norm", "norm")
    put("output", "head")
    for i in range(m.layers):
        b, p = f"blk.{i}.", f"{i}."
        last = m.wiring == "last"
        put(b + ("attn_output_norm" if last else "attn_norm"), p + "norm1")
        put(b + ("layer_output_norm" if last else "ffn_norm"), p + "norm2")
        put(b + "post_attention_norm", p + "post1")
        put(b + "post_ffw_norm", p + "post2")
        if arch in ("gpt2", "gptneox", "phi3", "phi2"):
            for ending, key in ((".weight", ".w"), (".bias", ".b")):
                if p + "q" + key in w:
                    writer.add_tensor(b + "attn_qkv" + ending, np.concatenate([w[p + part + key] for part in "qkv"]))
        elif arch == "llama":
            writer.add_tensor(b + "attn_q.weight", neighbours(p + "q.w", m.heads))
            writer.add_tensor(b + "attn_k.weight", neighbours(p + "k.w", m.key_heads))
            put(b + "attn_v", p + "v")
        else:
            for part in "qkv":
                put(b + "attn_" + part, p + part)
        put(b + "attn_q_norm", p + "qn")
        put(b + "attn_k_norm", p + "kn")
        put(b + "attn_output", p + "o")
        if m.fused:
            writer.add_tensor(b + "ffn_up.weight", np.concatenate([w[p + "gate.w"], w[p + "up.w"]]))
        else:
            put(b + "ffn_gate", p + "gate")
            put(b + "ffn_up", p + "up")
        put(b + "ffn_down", p + "down")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# By architecture: model_type, the base of names, that of layers, and names.
COMMON = {"norm1": "input_layernorm", "norm2": "post_attention_layernorm", "q": "self_attn.q_proj", "k": "self_attn.k_proj",
          "v": "self_attn.v_proj", "o": "self_attn.o_proj", "qn": "self_attn.q_norm", "kn": "self_attn.k_norm", "gate": "mlp.gate_proj",
          "up": "mlp.up_proj", "down": "mlp.down_proj"}
OUTER = {"embed": "model.embed_tokens", "norm": "model.norm", "head": "lm_head"}
NAMES = {
    "llama": ("llama", "model.layers.", COMMON, OUTER),
    "qwen2": ("qwen2", "model.layers.", COMMON, OUTER),
    "qwen3": ("qwen3", "model.layers.", COMMON, OUTER),
    "gemma2": ("gemma2", "model.layers.", {**COMMON, "post1": "post_attention_layernorm", "norm2": "pre_feedforward_layernorm",
                                           "post2": "post_feedforward_layernorm"}, OUTER),
    "phi3": ("phi3", "model.layers.", COMMON, OUTER),
    "phi2": ("phi", "model.layers.", {**COMMON, "o": "self_attn.dense", "up": "mlp.fc1", "down": "mlp.fc2"},
             {**OUTER, "norm": "model.final_layernorm"}),
    "gpt2": ("gpt2", "h.", {"norm1": "ln_1", "norm2": "ln_2", "o": "attn.c_proj", "up": "mlp.c_fc", "down": "mlp.c_proj"},
             {"embed": "wte", "position": "wpe", "norm": "ln_f", "head": "lm_head"}),
    "gptneox": ("gpt_neox", "gpt_neox.layers.", {"norm1": "input_layernorm", "norm2": "post_attention_layernorm", "o": "attention.dense",
                                                 "up": "mlp.dense_h_to_4h", "down": "mlp.dense_4h_to_h"},
                {"embed": "gpt_neox.embed_in", "norm": "gpt_neox.final_layer_norm", "head": "embed_out"}),
    "bert": ("bert", "bert.encoder.layer.", {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "o": "attention.output.dense",
        "norm1": "attention.output.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm"},
        {"embed": "bert.embeddings.word_embeddings", "position": "bert.embeddings.position_embeddings",
         "segment": "bert.embeddings.token_type_embeddings", "embed_norm": "bert.embeddings.LayerNorm"}),
}


def config(name, m):
    kind = "mistral" if name == "mistral" else NAMES[m.arch][0]
    act = {"gelu_tanh": "gelu_new", "gelu": "gelu", "silu": "silu"}[m.act]
    if m.arch == "gpt2":
        return dict(model_type=kind, n_layer=m.layers, n_embd=m.width, n_head=m.heads, n_inner=m.feed, n_positions=CONTEXT, vocab_size=VOCABULARY,
                    layer_norm_epsilon=m.epsilon, activation_function=act)
    c = dict(model_type=kind, num_hidden_layers=m.layers, hidden_size=m.width, num_attention_heads=m.heads, num_key_value_heads=m.key_heads,
             head_dim=m.size, intermediate_size=m.feed, max_position_embeddings=CONTEXT, vocab_size=VOCABULARY, hidden_act=act,
             tie_word_embeddings=m.tied)
    c["rms_norm_eps" if m.norm == "rms" else "layer_norm_eps"] = m.epsilon
    if m.turned:
        c["rope_theta"] = m.base
        if m.turned != m.size:
            c["rotary_pct" if m.arch == "gptneox" else "partial_rotary_factor"] = m.turned / m.size
    if m.arch == "gptneox":
        c["use_parallel_residual"] = m.wiring == "parallel"
    if m.bands:
        c["rope_scaling"] = dict(zip(["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"], m.bands),
                                 rope_type="llama3")
    if m.windows[0]:
        c["sliding_window"] = m.windows[0]
    if m.cap:
        c.update(attn_logit_softcapping=m.cap, final_logit_softcapping=m.logit_cap, query_pre_attn_scalar=m.size,
                 hidden_activation="gelu_pytorch_tanh")
    return c


def write_folder(folder, name, m, w):
    os.makedirs(folder, exist_ok=True)
    _, layers, inner, outer = NAMES[m.arch]
    tensors = {}

    def put(called, part, transposed=False):
        for ending, key in ((".weight", ".w"), (".bias", ".b")):
            if part + key in w:
                value = w[part + key]
                tensors[called + ending] = value.T if transposed and key == ".w" else value
    for part, called in outer.items():
        put(called, part)
    for i in range(m.layers):
        p, start = f"{i}.", f"{layers}{i}."
        for part, called in inner.items():
            if m.fused and part in ("q", "k", "v", "gate", "up"):
                continue
            put(start + called, p + part, m.arch == "gpt2" and "norm" not in part)
        for key, ending in ((".w", ".weight"), (".b", ".bias")):
            parts = [w[p + part + key] for part in "qkv" if p + part + key in w]
            if not parts:
                continue
            if m.arch == "gpt2":
                tensors[f"{start}attn.c_attn{ending}"] = np.concatenate(parts).T if key == ".w" else np.concatenate(parts)
            elif m.arch == "gptneox":
                heads = [x.reshape(m.heads, m.size, -1) for x in parts]
                whole = np.concatenate(heads, 1).reshape(3 * m.width, -1)
                tensors[f"{start}attention.query_key_value{ending}"] = whole if key == ".w" else whole[:, 0]
            elif m.fused:
                tensors[f"{start}self_attn.qkv_proj{ending}"] = np.concatenate(parts)
                tensors[f"{start}mlp.gate_up_proj{ending}"] = np.concatenate([w[p + "gate" + key], w[p + "up" + key]])
    if m.arch == "gemma2":
        for key in tensors:
            if "norm" in key:
                tensors[key] = tensors[key] - 1
    header, data = {}, b""
    for key, value in tensors.items():
        raw = np.ascontiguousarray(value, np.float32).tobytes()
        header[key] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(os.path.join(folder, "model.safetensors"), "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)
    json.dump(config(name, m), open(os.path.join(folder, "config.json"), "w"))
    pairs = {"type": "BPE", "vocab": {t: i for i, t in enumerate(LETTERS)}, "merges": ["Ā ā"]}
    json.dump({"model": pairs, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False}}, open(os.path.join(folder, "tokenizer.json"), "w"))


def ours(path, *arguments):
    run = subprocess.run([".build/release/engine-benchmark", "language", path, "2", *map(str, arguments)], capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"{path}: {run.stdout}{run.stderr}")
    return run.stdout


def compare(path, m, layers, ids, out):
    numbers = os.path.join(out, "numbers")
    if m.encoder:
        ours(path, "embed", numbers, *ids)
        found, expected = np.fromfile(numbers, np.float32), layers.stream(ids).mean(0)
    else:
        ours(path, "logits", numbers, *ids)
        found, expected = np.fromfile(numbers, np.float32).reshape(len(ids), -1), layers.logits(ids)
    error = np.abs(found - expected).max()
    line = f"between {expected.min():6.2f} and {expected.max():6.2f}, largest difference {error:.1e}"
    if m.encoder or not layers.has_gradient:
        return line, error < 1e-3
    watched, targets = 20, 8
    log = float(ours(path, "slopes", numbers, watched, targets, *ids).split()[0])
    slopes = np.fromfile(numbers, np.float32).reshape(watched, -1)
    wanted_log, wanted = layers.slopes(ids, watched, targets)
    share = np.abs(slopes - wanted).max() / np.abs(wanted).max()
    return f"{line}; slopes {share:.1e} of the largest", error < 1e-3 and share < 1e-3 and abs(log - wanted_log) < 1e-3


def llama(path, ids, expected):
    """How far llama.cpp is from the reference, and whether that is near."""
    try:
        from llamacpp import Llama
        model = Llama(path, context=CONTEXT)
    except ImportError:
        return "", True
    model.decode([(token, place, 0, 1) for place, token in enumerate(ids)])
    found = np.stack([model.logits(place).copy() for place in range(len(ids))])
    error = np.abs(found - expected).max()
    return f"; llama.cpp {error:.1e}", error < 1e-2 * np.abs(expected).max()


def main(out, *names):
    os.makedirs(out, exist_ok=True)
    wrong, ids = 0, [(7 * i * i + 3) % VOCABULARY for i in range(TOKENS)]
    try:
        import gguf  # noqa: F401
        forms = ["gguf", "safetensors"]
    except ImportError:
        forms = ["safetensors"]
    for seed, name in enumerate(MODELS):
        if names and name not in names:
            continue
        m = model(name)
        w = weights(m, seed)
        layers = Layers(m, w)
        for form in forms:
            if m.only not in (None, form):
                continue
            path = os.path.join(out, name + (".gguf" if form == "gguf" else ""))
            write_gguf(path, m, w) if form == "gguf" else write_folder(path, name, m, w)
            line, holds = compare(path, m, layers, ids, out)
            if form == "gguf" and not m.encoder and m.arch != "phi3":
                other, agrees = llama(path, ids, layers.logits(ids))
                line, holds = line + other, holds and agrees
            print(f"{name:14} {form:11} {line}{'' if holds else '  WRONG'}", flush=True)
            wrong += not holds
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
