"""A transformer written out, for language_architectures.py: in PyTorch where that is there, else in numpy. Float64 where positions turn,
float32 elsewhere."""
import math

import numpy as np

try:
    import torch
    torch.set_num_threads(2)
except ImportError:
    torch = None


class Layers:
    has_gradient = torch is not None

    def __init__(self, model, weights):
        self.m = model
        self.lib = torch or np
        self.w = {k: torch.from_numpy(v) for k, v in weights.items()} if torch else weights

    def dense(self, x, name):
        y = x @ self.w[name + ".w"].T
        return y + self.w[name + ".b"] if name + ".b" in self.w else y

    def norm(self, x, name):
        mean = x.mean(-1)[..., None] if self.m.norm == "layer" else 0
        centred = x - mean
        y = centred / self.lib.sqrt((centred * centred).mean(-1)[..., None] + self.m.epsilon) * self.w[name + ".w"]
        return y + self.w[name + ".b"] if name + ".b" in self.w else y

    def activation(self, x):
        lib = self.lib
        if self.m.act == "silu":
            return x / (1 + lib.exp(-x))
        if self.m.act == "gelu_tanh":
            return 0.5 * x * (1 + lib.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))
        erf = torch.erf if torch else np.vectorize(math.erf, otypes=[np.float32])
        return 0.5 * x * (1 + erf(x / math.sqrt(2)))

    def turned(self, x):
        """x: [tokens][heads][size]; the first `turned` numbers of each in pairs i and i + half."""
        m, count, half = self.m, len(x), self.m.turned // 2
        rates = m.base ** (-np.arange(half) / half) / (1 if m.factors is None else m.factors)
        angles = np.arange(count)[:, None, None] * rates[None, None]
        cosine, sine = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
        if torch:
            cosine, sine = torch.from_numpy(cosine), torch.from_numpy(sine)
        a, b, rest = x[..., :half], x[..., half:2 * half], x[..., 2 * half:]
        return self.lib.concatenate([a * cosine - b * sine, a * sine + b * cosine, rest], -1)

    def attention(self, x, layer):
        m, p, count, lib = self.m, f"{layer}.", len(x), self.lib
        q = self.dense(x, p + "q").reshape(count, m.heads, m.size)
        k = self.dense(x, p + "k").reshape(count, m.key_heads, m.size)
        v = self.dense(x, p + "v").reshape(count, m.key_heads, m.size)
        if m.qk_norm:
            q, k = self.norm(q, p + "qn"), self.norm(k, p + "kn")
        if m.turned:
            q, k = self.turned(q), self.turned(k)
        window = m.windows[layer % len(m.windows)]
        places = np.arange(count)
        seen = np.ones((count, count), bool) if m.encoder else places[:, None] >= places[None]
        if window:
            seen = seen & (places[:, None] - places[None] < window)
        mask = np.where(seen, 0, -np.inf).astype(np.float32)
        mask = torch.from_numpy(mask) if torch else mask
        results = []
        for head in range(m.heads):
            shared = head // (m.heads // m.key_heads)
            scores = q[:, head] @ k[:, shared].T * m.scale
            if m.cap:
                scores = m.cap * lib.tanh(scores / m.cap)
            scores = scores + mask
            weights = lib.exp(scores - (scores.max(-1).values if torch else scores.max(-1))[:, None])
            results.append(weights / weights.sum(-1)[:, None] @ v[:, shared])
        return self.dense(lib.concatenate(results, -1), p + "o")

    def feed(self, x, layer):
        p = f"{layer}."
        up = self.dense(x, p + "up")
        inner = self.activation(self.dense(x, p + "gate")) * up if self.m.gated else self.activation(up)
        return self.dense(inner, p + "down")

    def run(self, x):
        m = self.m
        if m.positions:
            x = x + self.w["position.w"][:len(x)]
        if m.encoder:
            x = self.norm(x + self.w["segment.w"][0], "embed_norm")
        for layer in range(m.layers):
            one, two = f"{layer}.norm1", f"{layer}.norm2"
            if m.wiring == "last":
                x = self.norm(x + self.attention(x, layer), one)
                x = self.norm(x + self.feed(x, layer), two)
            elif m.wiring == "parallel":
                x = x + self.attention(self.norm(x, one), layer) + self.feed(self.norm(x, one if m.one_norm else two), layer)
            else:
                added = self.attention(self.norm(x, one), layer)
                x = x + (self.norm(added, f"{layer}.post1") if m.post_norms else added)
                added = self.feed(self.norm(x, two), layer)
                x = x + (self.norm(added, f"{layer}.post2") if m.post_norms else added)
        return x if m.encoder else self.norm(x, "norm")

    def head(self, x):
        m = self.m
        y = x @ self.w["embed.w"].T if m.tied else self.dense(x, "head")
        return m.logit_cap * self.lib.tanh(y / m.logit_cap) if m.logit_cap else y

    def embedded(self, ids):
        return self.w["embed.w"][ids]

    def stream(self, ids):
        y = self.run(self.embedded(ids) * self.m.embedding_scale)
        return y.numpy() if torch else y

    def logits(self, ids):
        y = self.head(self.run(self.embedded(ids) * self.m.embedding_scale))
        return y.numpy() if torch else y

    def slopes(self, ids, watched, targets):
        x = self.embedded(ids[:-1]).clone().requires_grad_()
        y = torch.log_softmax(self.head(self.run(x * self.m.embedding_scale))[-targets:], -1)
        log = y[torch.arange(targets), torch.tensor(ids[-targets:])].sum()
        log.backward()
        start = len(ids) - targets - watched
        return log.item(), (x.grad[start:start + watched] @ self.w["embed.w"].T).numpy()
