"""Recipes of small networks of the kinds that competitions of verifiers ask for: each trained here from a seed, with a question of its own.

Pictures, sequences and loads are drawn here too; nothing is fetched. What is drawn is the same in each run with one version of
PyTorch. Needs torch.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from proof_questions import Question, keeps, near, same_sign, same_signs, seeded, uniform

SIDE = 16


def train(network, loss, steps, rate=2e-3):
    """The network after so many steps of Adam, the rate falling to nothing."""
    optimiser = torch.optim.Adam(network.parameters(), rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    draws = seeded(1)
    for _ in range(steps):
        optimiser.zero_grad()
        loss(draws).backward()
        optimiser.step()
        schedule.step()
    return network.eval()


# Pictures: seven-segment digits, blobs, things on a field.

SEGMENTS = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg"]
STROKES = {"a": (0, 2, 0, 7), "b": (0, 6, 5, 7), "c": (5, 11, 5, 7), "d": (9, 11, 0, 7), "e": (5, 11, 0, 2), "f": (0, 6, 0, 2),
           "g": (5, 7, 0, 7)}  # top, bottom, left and right


def glyphs():
    shapes = torch.zeros(10, 11, 7)
    for digit, strokes in enumerate(SEGMENTS):
        for stroke in strokes:
            top, bottom, left, right = STROKES[stroke]
            shapes[digit, top:bottom, left:right] = 1
    return shapes


def digits(draws, count, noise=0.05):
    """Pictures of 1 x 16 x 16 about [0, 1], and the digit on each: shifted, of any contrast, with noise."""
    shapes, labels = glyphs(), torch.randint(10, (count,), generator=draws)
    tops, lefts = (torch.randint(n, (count,), generator=draws) for n in (6, 10))
    pictures = torch.full((count, SIDE, SIDE), 0.1)
    strengths = uniform(draws, 0.6, 0.8, count)
    for picture, label, top, left, strength in zip(pictures, labels, tops, lefts, strengths):
        picture[top:top + 11, left:left + 7] += strength * shapes[label]
    return (pictures + noise * torch.randn(pictures.shape, generator=draws)).unsqueeze(1), labels


def grid(side):
    line = torch.arange(side, dtype=torch.float32)
    return line.reshape(-1, 1), line.reshape(1, -1)


def blobs(places):
    """Pictures of 1 x 32 x 32: a blob for each row of five numbers in [-1, 1]: where (two), how wide (two), how bright."""
    row, column, high, wide, light = (each.reshape(-1, 1, 1) for each in places.T)
    down, across = grid(32)
    distance = ((down - 15.5 - 6 * row) / (5 + 2 * high)) ** 2 + ((across - 15.5 - 6 * column) / (5 + 2 * wide)) ** 2
    return ((0.6 + 0.3 * light) * torch.exp(-distance)).unsqueeze(1)


def discs(draws, count):
    """Pictures of 1 x 32 x 32 with two noisy discs, and where they are."""
    down, across = grid(32)
    inside = torch.zeros(count, 32, 32, dtype=torch.bool)
    for _ in range(2):
        row, column, radius = (uniform(draws, low, high, count, 1, 1) for low, high in ((6, 26), (6, 26), (3, 7)))
        inside |= (down - row) ** 2 + (across - column) ** 2 < radius ** 2
    pictures = 0.25 + 0.5 * inside + 0.08 * torch.randn(inside.shape, generator=draws)
    return pictures.unsqueeze(1), inside.unsqueeze(1).float()


def scenes(draws, count):
    """Pictures of 1 x 24 x 24 with a frame or a cross of 5 x 5 to 7 x 7 pixels; its cell of 3 x 3, its centre and size, its kind."""
    pictures, targets = torch.full((count, 1, 24, 24), 0.2), torch.zeros(count, 4)
    kinds, sizes = torch.randint(2, (count,), generator=draws), torch.randint(2, 4, (count,), generator=draws)
    centres = torch.randint(4, 20, (count, 2), generator=draws)
    for picture, kind, half, centre in zip(pictures, kinds, sizes, centres):
        top, left = (centre - half).tolist()
        side = 2 * half + 1
        thing = torch.zeros(side, side)
        if kind == 0:
            thing[0], thing[-1], thing[:, 0], thing[:, -1] = 1, 1, 1, 1
        else:
            thing[half], thing[:, half] = 1, 1
        picture[0, top:top + side, left:left + side] += 0.6 * thing
    cells = centres // 8
    targets[:, :2] = (centres - 8 * cells - 3.5) / 4
    targets[:, 2] = sizes - 2.5
    targets[:, 3] = 2 * kinds - 1
    return pictures + 0.03 * torch.randn(pictures.shape, generator=draws), 3 * cells[:, 0] + cells[:, 1], targets


# Networks that are not a list of PyTorch's layers.


class Shaped(nn.Module):
    """Rows in another shape. PyTorch's own Unflatten is written with arithmetic of sizes, which not every reader takes."""

    def __init__(self, *sizes):
        super().__init__()
        self.sizes = sizes

    def forward(self, x):
        return x.reshape(-1, *self.sizes)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.down, self.deep = nn.Conv2d(1, 6, 3, 1, 1), nn.Conv2d(6, 12, 3, 2, 1), nn.Conv2d(12, 12, 3, 1, 1)
        self.up, self.mix, self.last = nn.ConvTranspose2d(12, 6, 2, 2), nn.Conv2d(12, 6, 3, 1, 1), nn.Conv2d(6, 1, 1)

    def forward(self, x):
        first = F.relu(self.first(x))
        deep = F.relu(self.deep(F.relu(self.down(first))))
        return self.last(F.relu(self.mix(torch.cat([self.up(deep), first], 1))))


class Block(nn.Module):
    """Attention of two heads, then a layer of neurons, each behind a norm and beside what came in."""

    def __init__(self, width):
        super().__init__()
        self.width = width
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def heads(self, x):
        return x.reshape(-1, 16, 2, self.width // 2).transpose(1, 2)

    def forward(self, x):
        seen = self.before(x)
        query, key, value = (self.heads(layer(seen)) for layer in (self.query, self.key, self.value))
        weights = (query @ key.transpose(-1, -2) / math.sqrt(self.width // 2)).softmax(-1)
        x = x + self.out((weights @ value).transpose(1, 2).reshape(-1, 16, self.width))
        return x + self.narrow(F.relu(self.wide(self.between(x))))


class Vision(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.patches = nn.Conv2d(1, width, 4, 4)
        self.place = nn.Parameter(0.1 * torch.randn(1, 16, width, generator=seeded(2)))
        self.blocks = nn.Sequential(Block(width), Block(width))
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        tokens = self.patches(x).reshape(-1, self.place.shape[2], 16).transpose(1, 2) + self.place
        return self.head(self.blocks(tokens).mean(1))


class BiasField(nn.Module):
    """The classes of a picture under a field of light: 1 and a polynomial of degree 3 in each direction, 16 coefficients."""

    def __init__(self, picture, classifier):
        super().__init__()
        line = torch.linspace(-1, 1, SIDE)
        powers = torch.stack([line ** power for power in range(4)])
        terms = torch.einsum("ih,jw->ijhw", powers, powers).reshape(16, 1, SIDE, SIDE)
        self.field = nn.Linear(16, picture.numel())
        self.field.weight.data = (terms * picture).reshape(16, -1).T.contiguous()
        self.field.bias.data = picture.reshape(-1).clone()
        self.classifier = classifier

    def forward(self, x):
        return self.classifier(self.field(x).reshape(-1, 3, SIDE, SIDE))


class Patched(nn.Module):
    """A detector's answer to a picture with a bright patch of 3 x 3 on it: row, column and brightness vary."""

    def __init__(self, picture, detector):
        super().__init__()
        self.register_buffer("picture", picture)
        self.register_buffer("line", torch.arange(24, dtype=torch.float32))
        self.detector = detector

    def forward(self, x):
        rows, columns = (F.relu(2 - F.relu((self.line - x[:, i:i + 1]).abs())) .clamp(0, 1) for i in (0, 1))
        patch = x[:, 2].reshape(-1, 1, 1) * (rows.unsqueeze(2) * columns.unsqueeze(1))
        return self.detector(self.picture + patch.unsqueeze(1))


class Recurrent(nn.Module):
    """Sixteen steps of an LSTM or a GRU, written out."""

    def __init__(self, kind, inputs=2, width=12, classes=3):
        super().__init__()
        self.kind, self.width = kind, width
        gates = {"lstm": 4, "gru": 3}[kind]
        self.seen, self.kept = nn.Linear(inputs, gates * width), nn.Linear(width, gates * width)
        self.head = nn.Linear(width, classes)

    def gates(self, values):
        return [values[:, start:start + self.width] for start in range(0, values.shape[1], self.width)]

    def forward(self, x):
        h = c = x[:, 0, :1] * torch.zeros(1, self.width)
        for step in range(16):
            seen, kept = self.seen(x[:, step]), self.kept(h)
            if self.kind == "lstm":
                i, f, g, o = self.gates(seen + kept)
                c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
                h = torch.sigmoid(o) * torch.tanh(c)
            else:
                (r, z, n), (kr, kz, kn) = self.gates(seen), self.gates(kept)
                z = torch.sigmoid(z + kz)
                h = (1 - z) * torch.tanh(n + torch.sigmoid(r + kr) * kn) + z * h
        return self.head(h)


class Operator(nn.Module):
    """The same by PyTorch's own layer, which becomes one operator of ONNX."""

    def __init__(self, layer):
        super().__init__()
        self.layer, self.head = layer(2, 12, batch_first=True), nn.Linear(12, 3)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


class Power(nn.Module):
    """Voltages and angles for the loads of four buses, by neurons, and what the flows then lack: products, sines and cosines."""

    LINES = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)]

    def __init__(self):
        super().__init__()
        self.neurons = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 6))

    def forward(self, x):
        state = self.neurons(x)
        voltages = [1.0] + [1 + 0.1 * state[:, i:i + 1] for i in range(3)]
        angles = [0.0] + [0.3 * state[:, 3 + i:4 + i] for i in range(3)]
        real, imaginary = [0.0] * 4, [0.0] * 4
        for first, second in self.LINES:
            for i, j in ((first, second), (second, first)):
                turn = angles[i] - angles[j]
                product, sine, cosine = voltages[i] * voltages[j], torch.sin(turn), torch.cos(turn)
                square = voltages[i] * voltages[i]
                real[i] = real[i] + 1.0 * (square - product * cosine) + 4.0 * product * sine
                imaginary[i] = imaginary[i] + 4.0 * (square - product * cosine) - 1.0 * product * sine
        flows = torch.cat(real[1:] + imaginary[1:], 1)
        return flows + x


# Recipes.


def middling(network, pictures, labels):
    """Of what is told rightly the one whose lead is the median."""
    with torch.no_grad():
        scores = network(pictures)
    best = scores.topk(2).values
    leads = (best[:, 0] - best[:, 1]).where(scores.argmax(1) == labels, torch.tensor(-1.0))
    right = (leads > 0).nonzero()[:, 0]
    return int(right[leads[right].argsort()[len(right) // 2]])


def classifier(network, batches, steps, radius=0.0, rate=2e-3):
    """Trained to tell classes, with noise and, where a radius is given, with one step of the sign of the slope."""

    def loss(draws):
        pictures, labels = batches(draws, 64)
        if radius:
            moved = (pictures + uniform(draws, -radius, radius, *pictures.shape)).requires_grad_(True)
            (slope,) = torch.autograd.grad(F.cross_entropy(network(moved), labels), moved)
            pictures = torch.clamp(moved.detach() + radius * slope.sign(), pictures - radius, pictures + radius)
        return F.cross_entropy(network(pictures), labels)

    return train(network, loss, steps, rate)


def told(name, network, batches):
    pictures, labels = batches(seeded(9), 200)
    place = middling(network, pictures, labels)
    return Question(name, network, pictures[place:place + 1], keeps)


def generator():
    drawing = nn.Sequential(
        nn.Linear(5, 128), nn.ReLU(), Shaped(8, 4, 4), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(),
        nn.ConvTranspose2d(8, 6, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(6, 1, 4, 2, 1))
    critic = nn.Sequential(
        nn.Conv2d(1, 6, 4, 2, 1), nn.ReLU(), nn.Conv2d(6, 8, 4, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 16), nn.ReLU(),
        nn.Linear(16, 1))

    def draw(draws):
        places = uniform(draws, -1, 1, 64, 5)
        return F.mse_loss(drawing(places), blobs(places))

    def judge(draws):
        places = uniform(draws, -1, 1, 64, 5)
        pictures = torch.cat([blobs(places), drawing(places).detach()])
        return F.mse_loss(critic(pictures)[:, 0], places[:, 4].repeat(2))

    train(drawing, draw, 1200)
    train(critic, judge, 800)
    return [Question("generator and critic", nn.Sequential(drawing, critic), torch.tensor([[0.2, -0.3, 0.1, 0.4, 0.3]]), near(0.2))]


def segmentation():
    network = UNet()

    def loss(draws):
        pictures, inside = discs(draws, 16)
        return F.binary_cross_entropy_with_logits(network(pictures), inside)

    train(network, loss, 400, 5e-3)
    picture, inside = discs(seeded(9), 1)
    edge = (F.max_pool2d(inside, 3, 1, 1) - inside)[0, 0, 8:24, 8:24].nonzero()
    row, column = (edge[len(edge) // 2] + 8).tolist()
    block = (0, 0), (row, row + 1), (column, column + 1)
    return [Question("U-net, one pixel", network, picture, same_sign((0, row - 1, column - 1)), block),
            Question("U-net, three pixels at most", network, picture, same_signs(3), block, allowed=3)]


def vision():
    network = classifier(Vision(), digits, 900, 0.03)
    return [told("vision transformer", network, digits)]


def coloured(draws, count):
    pictures, labels = digits(draws, count, 0.0)
    tints = uniform(draws, 0.5, 1, count, 3, 1, 1)
    light = 1 + uniform(draws, -0.4, 0.4, count, 1, 1, 1) * torch.linspace(-1, 1, SIDE)
    pictures = pictures * tints * light
    return pictures + 0.03 * torch.randn(pictures.shape, generator=draws), labels


def convolutions(channels):
    return nn.Sequential(
        nn.Conv2d(channels, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 32),
        nn.ReLU(), nn.Linear(32, 10))


def field():
    network = classifier(convolutions(3), coloured, 800)
    pictures, labels = coloured(seeded(9), 200)
    place = middling(network, pictures, labels)
    return [Question("bias field", BiasField(pictures[place], network), torch.zeros(1, 16), keeps)]


def detector():
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 24, 4, 2, 1), nn.ReLU(),
        nn.Conv2d(24, 5, 1))

    def loss(draws):
        pictures, cells, targets = scenes(draws, 32)
        answers = network(pictures).flatten(2)
        found = F.one_hot(cells, 9).float()
        boxes = answers[torch.arange(32), :, cells]
        return (F.binary_cross_entropy_with_logits(answers[:, 0], found) + F.mse_loss(boxes[:, 1:4], targets[:, :3])
                + F.softplus(-boxes[:, 4] * targets[:, 3]).mean())

    train(network, loss, 900, 4e-3)
    pictures, cells, _ = scenes(seeded(9), 1)
    row, column = divmod(int(cells[0]), 3)

    def claim(answer):
        """It is found, its kind stays, and its box moves by less than two pixels."""
        seen = answer[0, :, row, column].tolist()
        kind, box = 1 if seen[4] > 0 else -1, [round(each, 3) for each in seen[1:4]]
        unit = torch.eye(answer.numel())[[9 * number + int(cells[0]) for number in range(5)]]
        matrix = torch.cat([unit[:1], kind * unit[4:], unit[1:4], -unit[1:4]])
        offset = torch.tensor([0.0, 0.0] + [0.5 - v for v in box] + [0.5 + v for v in box])
        words = (f"{{\n    let y = net(seen)[.., {row}, {column}]\n    y[0] >= 0 and {kind} * y[4] >= 0 "
                 f"and all(abs(y[1..3] - {box}) <= 0.5)\n  }}")
        return matrix, offset, words

    centre = torch.tensor([[3.3 if row else 18.3, 3.7 if column else 18.7, 0.3]])
    return [Question("detector under a patch", Patched(pictures[0], network), centre, claim, scale=torch.tensor([4.0, 4.0, 1.0]))]


def waves(draws, count):
    """Sequences of 16 x 2 numbers, and which of three rates they turn at."""
    labels = torch.randint(3, (count,), generator=draws)
    start = uniform(draws, 0, 2 * math.pi, count, 1)
    turn = start + torch.arange(16) * (0.3 + 0.4 * labels.unsqueeze(1))
    points = torch.stack([turn.sin(), turn.cos()], 2)
    return points + 0.05 * torch.randn(points.shape, generator=draws), labels


def recurrent(name, network):
    def recipe():
        return [told(name, classifier(network(), waves, 500, rate=1e-2), waves)]

    return recipe


def power():
    network = Power()
    train(network, lambda draws: network(uniform(draws, 0.1, 0.5, 128, 6)).square().mean(), 1200)
    centre = torch.tensor([[0.3, 0.25, 0.35, 0.2, 0.3, 0.25]])
    return [Question("power flow", network, centre, near(0.05))]


def pooled():
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(256, 10))
    return [told("max-pool CNN", classifier(network, digits, 700, 0.05), digits)]


def smooth():
    network = nn.Sequential(nn.Flatten(), nn.Linear(256, 48), nn.GELU(), nn.Linear(48, 48), nn.GELU(), nn.Linear(48, 10))
    return [told("GELU", classifier(network, digits, 900, 0.03), digits)]


def swings(draws, count):
    """Four numbers and where they lead: a small function with no plateau."""
    x = uniform(draws, -1, 1, count, 4)
    return x, torch.stack([(2 * x[:, 0]).sin() * x[:, 1], x[:, 2] * x[:, 3] - x[:, 0]], 1)


def swish():
    network = nn.Sequential(nn.Linear(4, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 2))

    def loss(draws):
        x, y = swings(draws, 128)
        return F.mse_loss(network(x), y)

    train(network, loss, 1500, 5e-3)
    return [Question("x * sigmoid(x)", network, torch.tensor([[0.3, -0.4, 0.5, 0.2]]), near(0.3))]


RECIPES = {
    "generator": generator, "segmentation": segmentation, "vision": vision, "field": field, "detector": detector,
    "lstm": recurrent("LSTM written out", lambda: Recurrent("lstm")), "gru": recurrent("GRU written out", lambda: Recurrent("gru")),
    "lstm-operator": recurrent("LSTM as one operator", lambda: Operator(nn.LSTM)),
    "gru-operator": recurrent("GRU as one operator", lambda: Operator(nn.GRU)),
    "power": power, "pooled": pooled, "gelu": smooth, "swish": swish,
}

