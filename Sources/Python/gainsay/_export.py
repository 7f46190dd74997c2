"""Modules of PyTorch and estimators of scikit-learn: as ONNX where their exporters are installed, and as callables."""
from __future__ import annotations

import io
from importlib import import_module
from inspect import signature
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple
from warnings import catch_warnings, simplefilter

from ._errors import Error, SpecError
from ._outline import Port


def module_call(module: Any) -> Callable[..., Any]:
    """Of numpy arrays, in evaluation mode and without gradients."""

    def call(*arrays: Any) -> Any:
        torch: Any = import_module("torch")

        was_training = module.training
        parameter = next(iter(module.parameters()), None)
        device = None if parameter is None else parameter.device
        module.eval()
        try:
            with torch.no_grad():
                return module(*(torch.as_tensor(it, device=device) for it in arrays))
        finally:
            module.train(was_training)

    return call


def module_proto(module: Any, inputs: Sequence[Port], outputs: Sequence[Port]) -> bytes:
    """By `torch.onnx`, with one row. Raises what that raises."""
    torch: Any = import_module("torch")
    kinds = {"integer": torch.int64, "truth": torch.bool}
    if any(it.fields or it.type in ("text", "category") for it in (*inputs, *outputs)):
        raise Error("records and texts are asked, not exported")
    rows = tuple(torch.zeros((1, *it.shape), dtype=kinds.get(it.type, torch.float32)) for it in inputs)
    options: Dict[str, Any] = {"input_names": [it.tensor for it in inputs], "output_names": [it.tensor for it in outputs]}
    if "dynamo" in signature(torch.onnx.export).parameters:
        options["dynamo"] = False  # the other exporter needs a package of its own
    buffer = io.BytesIO()
    with catch_warnings():
        simplefilter("ignore")  # it is told that it will go, and how it traces
        torch.onnx.export(module, rows, buffer, **options)
    return buffer.getvalue()


def estimator_call(estimator: Any, inputs: Sequence[Port], outputs: Sequence[Port]) -> Callable[..., Any]:
    """Labels for what is declared as an enum, a whole number or a text, else `predict_proba`, or `predict` where there is none."""
    wanted = [_asks_for_label(estimator, it) for it in outputs]

    def call(*arguments: Any) -> Any:
        rows = _table(estimator, inputs, arguments)
        found = [estimator.predict(rows) if is_label else estimator.predict_proba(rows) for is_label in wanted]
        return found if len(found) > 1 else found[0]

    return call


def estimator_proto(estimator: Any, inputs: Sequence[Port], outputs: Sequence[Port]) -> bytes:
    """By `skl2onnx`. Raises what that raises."""
    skl2onnx: Any = import_module("skl2onnx")
    kinds: Any = import_module("skl2onnx.common.data_types")
    if len(inputs) != 1:
        raise Error("it has one input, a tensor or a record")
    types = {
        "real": kinds.FloatTensorType, "missing": kinds.FloatTensorType, "integer": kinds.Int64TensorType,
        "category": kinds.StringTensorType,
    }
    if inputs[0].fields:
        initial = [(it.tensor, types[it.type]([None, 1])) for it in inputs[0].fields]
    else:
        initial = [(inputs[0].tensor, types[inputs[0].type]([None, _count(inputs[0])]))]
    is_classifier = hasattr(estimator, "classes_")
    options = {id(estimator): {"zipmap": False}} if is_classifier else None
    proto = skl2onnx.to_onnx(estimator, initial_types=initial, options=options)
    names = [it.name for it in proto.graph.output]
    if is_classifier:
        label, *rest = names
        wanted = [label if _asks_for_label(estimator, it) else rest[0] for it in outputs]
        if wanted != names:
            proto = import_module("skl2onnx.helpers.onnx_helper").select_model_inputs_outputs(proto, outputs=wanted)
        if [it.name for it in proto.graph.output] != wanted:
            raise Error("its outputs are declared in another order than it has them: the label, then the probabilities")
    serialised: bytes = proto.SerializeToString()
    return serialised


def _asks_for_label(estimator: Any, output: Port) -> bool:
    return output.type in ("category", "integer", "text", "truth") or not hasattr(estimator, "predict_proba")


def _count(port: Port) -> int:
    count = 1
    for size in port.shape:
        count *= size
    return count


def _table(estimator: Any, inputs: Sequence[Port], arguments: Tuple[Any, ...]) -> Any:
    """What an estimator takes: a matrix, or a table where it was fitted to columns with names."""
    import numpy as np

    if len(inputs) != 1:
        raise SpecError("an estimator has one input, a tensor or a record")
    names: Optional[List[str]] = None
    if inputs[0].fields:
        columns = arguments[0]
        matrix = [np.reshape(columns[it.name], (-1, 1)) for it in inputs[0].fields]
        names = [it.tensor for it in inputs[0].fields]
    else:
        matrix = [np.reshape(arguments[0], (len(arguments[0]), -1))]
    known = getattr(estimator, "feature_names_in_", None)
    if known is None:
        return np.concatenate(matrix, axis=1)
    pandas: Any = import_module("pandas")
    if names is None:
        return pandas.DataFrame(matrix[0], columns=list(known))
    return pandas.DataFrame({name: column[:, 0] for name, column in zip(names, matrix)})
