"""Asks the process at a Unix socket what an auditor answers: `_forward.py NAME MODEL DATA BUDGET SEED`, in the audit's folder.

`gainsay game` runs it in the place of each auditor. Where that process is gone there is no answer, and none is made up: the game is
interrupted, and keeps nothing of this audit. Needs nothing but the standard library, so that it starts at once.
"""
import json
import os
import signal
import socket
import sys
import time
from typing import Any, Dict, List

#: The environment variable that says where the socket is.
VARIABLE = "GAINSAY_RAY_SOCKET"


def asked(words: List[str]) -> Dict[str, Any]:
    question = dict(zip(("auditor", "model", "data", "budget", "seed"), words), folder=os.getcwd())
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.connect(os.environ[VARIABLE])
        peer.sendall(json.dumps(question).encode() + b"\n")
        found: Dict[str, Any] = json.loads(peer.makefile("rb").readline())
        return found


def answer(found: Dict[str, Any]) -> int:
    sys.stdout.write(found["output"])
    sys.stderr.write(found["errors"])
    sys.stdout.flush()
    if found["code"] < 0:
        os.kill(os.getpid(), -found["code"])
    return int(found["code"])


if __name__ == "__main__":
    try:
        it = asked(sys.argv[1:])
    except (OSError, ValueError, KeyError):
        os.kill(os.getppid(), signal.SIGINT)
        while True:
            time.sleep(60)
    sys.exit(answer(it))
