"""One query by alpha-CROWN alone, as auto_LiRPA has it: bounds whose slopes are optimised, and where few inputs vary, the box cut.

It runs with the auto_LiRPA 0.6.0 that neuralsat 0.2.17 carries, and with neuralsat's readers of VNN-LIB and ONNX, or onnx2torch where that
reader fails. CROWN-Optimized with the defaults of the library, at most 100 steps, once for the whole box. If that is not enough and at
most 16 inputs vary, a loop cuts the widest side of the boxes that are worst, 64 at a time, and bounds the halves by CROWN. No signs are
settled, nothing is attacked, and rounding is not accounted for, as the library does not. Prints `unsat`, `unknown` or `timeout`.

    PYTHONPATH=.../site-packages/src python Tests/Conformance/alpha_crown.py NET.onnx QUERY.vnnlib SECONDS
"""

import sys
import time
import warnings

warnings.filterwarnings("ignore")
START = time.monotonic()

import onnx  # noqa: E402
import onnx2torch  # noqa: E402
import torch  # noqa: E402
from abstractor.auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm  # noqa: E402
from helper.network.read_onnx import parse_onnx  # noqa: E402
from helper.spec.objective import parse_vnnlib  # noqa: E402

FEW, BATCH, STEPS = 16, 64, 100


def read(path):
    """The network in PyTorch, and the shape of its input."""
    try:
        return parse_onnx(path)[:2]
    except Exception:
        dimensions = onnx.load(path).graph.input[0].type.tensor_type.shape.dim
        return torch.nn.Sequential(onnx2torch.convert(path), torch.nn.Flatten()).eval(), tuple(each.dim_value or 1 for each in dimensions)


def lower(network, low, high, claims, method):
    box = BoundedTensor((low + high) / 2, PerturbationLpNorm(x_L=low, x_U=high))
    return network.compute_bounds(x=(box,), C=claims, method=method, bound_upper=False)[0].detach()


def cut(network, low, high, claims, thresholds, seconds):
    """Whether each box is shown, by halves."""
    boxes = [(0.0, *each) for each in zip(low, high, claims, thresholds)]
    while boxes:
        if time.monotonic() - START > seconds:
            return "timeout"
        boxes.sort(key=lambda box: -box[0])
        worst = [boxes.pop() for _ in range(min(BATCH, len(boxes)))]
        halves = []
        for _, low, high, claim, threshold in worst:
            widest = (high - low).reshape(-1).argmax()
            middle = ((low + high) / 2).reshape(-1)[widest]
            below, above = high.clone(), low.clone()
            below.reshape(-1)[widest] = above.reshape(-1)[widest] = middle
            halves += [(low, below, claim, threshold), (above, high, claim, threshold)]
        lows, highs, halved, limits = (torch.stack(each) for each in zip(*halves))
        with torch.no_grad():
            spare = (lower(network, lows, highs, halved, "CROWN") - limits).max(1).values
        boxes += [(value.item(), *half) for value, half in zip(spare, halves) if value <= 0]
    return "unsat"


def bounded(model, shape, objectives):
    """The network as auto_LiRPA has it: by its defaults, else by ways that take more kinds of networks and are slower."""
    low, high, claims, _ = objectives[0]
    ways = [{"conv_mode": mode, **rest} for mode in ("patches", "matrix") for rest in ({}, {"sparse_intermediate_bounds": False})]
    for way in ways:
        network = BoundedModule(model, torch.zeros(shape), bound_opts={"verbosity": 0, **way}, device="cpu", verbose=False)
        network.eval()
        network.set_bound_opts({"optimize_bound_args": {"iteration": 1}})
        try:
            lower(network, low, high, claims, "CROWN-Optimized")
            return network
        except (AssertionError, IndexError, RuntimeError, AttributeError) as error:
            last = error
    raise last


def read_objectives(query, shape):
    """Boxes, claims and thresholds, as many at a time as have one shape: of each claim one number above its threshold is enough."""
    objectives, batches = parse_vnnlib(query, shape), []
    while len(objectives) > 0:
        some = objectives.pop(BATCH)
        low, high = (bound.reshape(-1, *shape[1:]) for bound in (some.lower_bounds, some.upper_bounds))
        batches.append((low, high, some.cs, some.rhs))
    return batches


def main():
    path, query, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    torch.set_num_threads(1)
    model, shape = read(path)
    batches = read_objectives(query, shape)
    network, open_boxes = bounded(model, shape, batches), []
    for low, high, claims, thresholds in batches:
        if time.monotonic() - START > seconds:
            return print("timeout")
        network.set_bound_opts({"optimize_bound_args": {
            "iteration": STEPS, "stop_criterion_func": lambda bounds: (bounds > thresholds).any(1, keepdim=True)}})
        shown = (lower(network, low, high, claims, "CROWN-Optimized") > thresholds).any(1)
        open_boxes += [tuple(each[i:i + 1] for each in (low, high, claims, thresholds)) for i in (~shown).nonzero()[:, 0].tolist()]
    if not open_boxes:
        return print("unsat")
    if any((low < high).sum() > FEW for low, high, _, _ in open_boxes):
        return print("unknown")
    answers = [cut(network, *box, seconds) for box in open_boxes]
    print("unsat" if all(answer == "unsat" for answer in answers) else "timeout")


main()
