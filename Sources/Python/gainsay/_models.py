"""Models that are Python objects, as what the program reads or asks."""
from __future__ import annotations

import os
import sys
import warnings
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ._errors import SpecError
from ._export import estimator_call, estimator_proto, module_call, module_proto
from ._outline import DeclaredModel, Outline, Port
from ._serving import Served
from ._session import Folder


class Model:
    """A callable with what it takes and gives: see `model`."""

    def __init__(self, call: Callable[..., Any], signature: Optional[str], real: str, batch: Optional[int]) -> None:
        self.call, self.signature, self.real, self.batch = call, signature, real, batch


def model(
    call: Callable[..., Any], signature: Optional[str] = None, *, real: str = "float64", batch: Optional[int] = None
) -> Model:
    """A callable as a model. `signature` is what a spec would declare, `"(x: Tensor[4]) -> (y: Real)"`, for specs that do not;
    `real` is "float32" where the callable wants numbers in it; `batch` is how many rows it takes at once, at most."""
    if real not in ("float32", "float64"):
        raise SpecError(f"`real` is \"float32\" or \"float64\", not {real!r}")
    return Model(call, signature, real, batch)


class Prepared(NamedTuple):
    """Models as the program takes them."""

    #: `--model NAME=FILE`
    arguments: List[str]
    #: Those that this process answers for.
    served: Dict[str, Served]
    #: Those whose exports are read, and that are asked besides about each counterexample.
    confirming: Dict[str, Served]


def prepare(models: Dict[str, Any], outline: Callable[[], Outline], folder: Folder) -> Prepared:
    """`outline` is asked only where a model is no file. Raises SpecError where one is none that is known."""
    arguments: List[str] = []
    served: Dict[str, Served] = {}
    confirming: Dict[str, Served] = {}
    for name, it in models.items():
        path = file_of(name, it, folder)
        if path is not None:
            arguments += ["--model", f"{name}={path}"]
            continue
        declared = _declared(name, outline())
        proto, itself = _served(name, it, declared)
        if proto is None:
            served[name] = itself
        else:
            arguments += ["--model", f"{name}={folder.file(f'model-{name}.onnx', proto)}"]
            confirming[name] = itself
    return Prepared(arguments, served, confirming)


def file_of(name: str, it: Any, folder: Folder) -> Optional[str]:
    """The path of a model that is a file, an address or a command, or the bytes or the ONNX proto of one; None of anything else."""
    if isinstance(it, str):
        return it
    if isinstance(it, os.PathLike):
        return str(os.fspath(it))
    if isinstance(it, (bytes, bytearray, memoryview)):
        return folder.file(f"model-{name}.onnx", bytes(it))
    if hasattr(it, "SerializeToString"):
        return folder.file(f"model-{name}.onnx", it.SerializeToString())
    return None


def is_module(it: Any) -> bool:
    """Whether it is a `torch.nn.Module`; PyTorch is never imported for that."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(it, torch.nn.Module)


def is_estimator(it: Any) -> bool:
    """Whether it is an estimator as scikit-learn has them."""
    return hasattr(it, "predict") and hasattr(it, "fit") and hasattr(it, "get_params")


def _declared(name: str, outline: Outline) -> Tuple[Sequence[Port], Sequence[Port]]:
    found: Optional[DeclaredModel] = outline.models.get(name)
    if found is None:
        known = ", ".join(sorted(outline.models)) or "none"
        raise SpecError(f"the spec declares no model named `{name}`; it declares {known}")
    if found.inputs is None or found.outputs is None:
        why = f"\n{outline.mistakes}" if outline.mistakes else ""
        raise SpecError(f"what model `{name}` takes and gives cannot be told from the spec alone{why}")
    return found.inputs, found.outputs


def _served(name: str, it: Any, declared: Tuple[Sequence[Port], Sequence[Port]]) -> Tuple[Optional[bytes], Served]:
    """The export, where there is one, and the object itself, to be asked."""
    inputs, outputs = declared
    if isinstance(it, Model):
        if is_module(it.call) or is_estimator(it.call):
            return _served(name, it.call, declared)
        return None, Served(name, it.call, inputs, outputs, real=it.real, batch=it.batch)
    if is_module(it):
        served = Served(name, module_call(it), inputs, outputs, real="float32")
        return _export(name, lambda: module_proto(it, inputs, outputs)), served
    if is_estimator(it):
        served = Served(name, estimator_call(it, inputs, outputs), inputs, outputs)
        return _export(name, lambda: estimator_proto(it, inputs, outputs)), served
    if callable(it):
        return None, Served(name, it, inputs, outputs)
    raise SpecError(
        f"model `{name}` is {type(it).__name__}: a path, bytes or a proto of ONNX, a torch.nn.Module, an estimator of scikit-learn, "
        "or a callable is wanted"
    )


def _export(name: str, export: Callable[[], Optional[bytes]]) -> Optional[bytes]:
    """None where there is no exporter, or it does not know the model; that is told, for then there are no slopes and no proofs."""
    try:
        return export()
    except ImportError:
        return None
    except Exception as error:  # exporters raise whatever they like
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        warnings.warn(f"model `{name}` is asked as a black box, for it could not be exported: {reason}", stacklevel=2)
        return None


def signature_of(name: str, it: Any) -> str:
    """`(x: Tensor[4]) -> (y: Tensor[3])`, of a model that is no file. Raises SpecError where it does not tell."""
    if isinstance(it, Model):
        return it.signature if it.signature is not None else signature_of(name, it.call)
    count = getattr(it, "n_features_in_", None)
    if is_estimator(it) and isinstance(count, int):
        classes = getattr(it, "classes_", None)
        if classes is not None and hasattr(it, "predict_proba"):
            return f"(x: Tensor[{count}]) -> (p: Tensor[{len(classes)}])"
        if classes is None:
            return f"(x: Tensor[{count}]) -> (y: Real)"
    raise SpecError(
        f"nothing says what model `{name}` takes and gives: write `gainsay.model({name}, \"(x: Tensor[4]) -> (y: Real)\")`, or declare "
        f"it in the text, `model {name} : (x: Tensor[4]) -> (y: Real)`"
    )

