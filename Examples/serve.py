"""Serves a callable to Gainsay as a black box, over standard input and output: Sources/BlackBoxes/README.md is the protocol."""
import json
import re
import sys


def serve(answer, inputs, outputs):
    """Calls `answer(**inputs)` with a list of rows for each input, and expects a list of rows (or an array) for each output: a
    dictionary, or the only one. `inputs` and `outputs` are {name: (type, shape)}, type float32, float64, int64, bool or text; an output
    of text is {name: ("text", shape, [all that it may be])}, and any text of up to 200 code points {name: ("text", [], 200)}."""
    ports = {"inputs": inputs, "outputs": outputs}
    greeting = {side: [{"name": n, "type": t, "shape": list(s)} | ({"longest" if isinstance(texts[0], int) else "texts": texts[0]} if texts else {})
                       for n, (t, s, *texts) in ports[side].items()] for side in ports}
    replies, sys.stdout = sys.stdout, sys.stderr  # what the model prints is no answer
    for line in sys.stdin:
        request = json.loads(re.sub(r'"(NaN|-?Infinity)"', r"\1", line))
        reply = {"id": request["id"]}
        try:
            if "hello" in request:
                reply |= {"protocol": 1} | greeting
            else:
                found = answer(**request["inputs"])
                found = found if isinstance(found, dict) else {next(iter(outputs)): found}
                reply["outputs"] = {n: v.tolist() if hasattr(v, "tolist") else v for n, v in found.items()}
        except Exception as error:
            reply = {"id": request["id"], "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)
