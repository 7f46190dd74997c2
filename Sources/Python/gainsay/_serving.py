"""Answers for a model that is a Python callable: the protocol of black boxes, the side of the server."""
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ._errors import Error
from ._outline import Port

if TYPE_CHECKING:
    import numpy as np

_TYPES = {"integer": "int64", "truth": "bool", "category": "text", "text": "text"}


class Served:
    """A callable, asked for batches of rows.

    It gets one argument for each declared input, in their order: an array with the rows along its first dimension, of float64 (or of
    float32, where that was said), int64, bool or str; a record is a dictionary of them. It gives an array for the one output, a
    sequence of them for several, or a dictionary by their names.
    """

    def __init__(
        self, name: str, call: Callable[..., Any], inputs: Sequence[Port], outputs: Sequence[Port], *,
        real: str = "float64", batch: Optional[int] = None,
    ) -> None:
        self.name, self.call, self.inputs, self.outputs = name, call, tuple(inputs), tuple(outputs)
        self.real, self.batch = real, batch
        self._served_inputs = [leaf for port in self.inputs for leaf in (port.fields or (port,))]
        for port in self._served_inputs:
            if port.type == "record":
                raise Error(f"model `{name}`: `{port.name}` is a record inside a record, which a callable cannot be asked with")
        names = [port.tensor for port in self._served_inputs]
        if len(set(names)) < len(names):
            raise Error(f"model `{name}`: two of its inputs, or fields of them, have the same name; `at \"...\"` gives another one")

    def answer(self, line: bytes) -> bytes:
        """The line that answers a request. Raises what the callable raises."""
        request = json.loads(line)
        reply: Dict[str, Any] = {"id": request.get("id")}
        if "hello" in request:
            reply.update(self._greeting())
        elif isinstance(request.get("inputs"), dict) and all(it.tensor in request["inputs"] for it in self._served_inputs):
            reply["outputs"] = self._outputs(request["inputs"])
        else:
            reply["error"] = "there is not every input"
        return json.dumps(reply).encode()

    def _greeting(self) -> Dict[str, Any]:
        greeting: Dict[str, Any] = {
            "protocol": 1,
            "inputs": [self._port(it) for it in self._served_inputs],
            "outputs": [self._port(it) for it in self.outputs],
        }
        if self.batch is not None:
            greeting["batch"] = self.batch
        return greeting

    def _port(self, port: Port) -> Dict[str, Any]:
        entry: Dict[str, Any] = {
            "name": port.tensor, "type": _TYPES.get(port.type, self.real), "shape": list(_shape(port)),
        }
        if port.type == "category":
            entry["texts"] = list(port.texts)
        if port.longest is not None:
            entry["longest"] = port.longest
        return entry

    # A question

    def _outputs(self, rows: Mapping[str, List[Any]]) -> Dict[str, List[Any]]:
        count = len(rows[self._served_inputs[0].tensor])
        arguments: List[Any] = []
        for port in self.inputs:
            if port.fields:
                arguments.append({it.name: self._array(it, rows[it.tensor]) for it in port.fields})
            else:
                arguments.append(self._array(port, rows[port.tensor]))
        found = self.call(*arguments)
        return {port.tensor: self._list(port, value, count) for port, value in zip(self.outputs, self._by_output(found))}

    def _array(self, port: Port, rows: List[Any]) -> "np.ndarray[Any, Any]":
        import numpy as np

        if port.type in ("category", "text"):
            return np.array(rows, dtype=object)
        # float64 reads "NaN" and "Infinity", which JSON has no numbers for.
        array = np.array(rows, dtype=np.float64).reshape((len(rows), *port.shape))
        kind = _TYPES.get(port.type, self.real)
        return array if kind == "float64" else array.astype(kind)

    def _by_output(self, found: Any) -> List[Any]:
        names = [it.name for it in self.outputs]
        if isinstance(found, Mapping) and (len(names) > 1 or names[0] in found):
            missing = [name for name in names if name not in found]
            if missing:
                raise Error(f"model `{self.name}` gave no `{missing[0]}`: {sorted(found)}")
            return [found[name] for name in names]
        if len(names) == 1:
            return [found]
        if not isinstance(found, (tuple, list)) or len(found) != len(names):
            raise Error(f"model `{self.name}` has the outputs {', '.join(names)}: a tuple of {len(names)} arrays, or a dictionary")
        return list(found)

    def _list(self, port: Port, value: Any, count: int) -> List[Any]:
        import numpy as np

        if isinstance(value, Mapping) and port.fields:
            parts = [np.reshape(_numpy(value[it.name]), (count, -1)) for it in port.fields]
            value = np.concatenate(parts, axis=1)
        array = _numpy(value)
        shape = (count, *_shape(port))
        if array.size != int(np.prod(shape)) or array.shape[:1] != (count,):
            rest = "".join(f", {size}" for size in shape[1:])
            raise Error(f"model `{self.name}` gave `{port.name}` as an array of shape {array.shape}; of {count} rows it is ({count}{rest})")
        array = array.reshape(shape)
        if port.type == "category" and array.dtype.kind in "iub":
            array = np.array(port.texts, dtype=object)[array.astype(np.int64)]
        elif port.type in ("category", "text"):
            array = array.astype(str)
        elif port.type == "truth":
            array = array.astype(bool)
        elif port.type == "integer":
            array = array.astype(np.int64)
        else:
            array = array.astype(np.float64)
        listed: List[Any] = array.tolist()
        return listed


def _shape(port: Port) -> Tuple[int, ...]:
    """An output that is a record is one line of numbers."""
    if not port.fields:
        return port.shape
    return (sum(_count(it) for it in port.fields),)


def _count(port: Port) -> int:
    count = 1
    for size in _shape(port):
        count *= size
    return count


def _numpy(value: Any) -> "np.ndarray[Any, Any]":
    """Tensors of PyTorch may have to leave a device first."""
    import numpy as np

    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    return np.asarray(value)
