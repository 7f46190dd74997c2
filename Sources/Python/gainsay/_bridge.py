"""Carries the lines of a black box between standard input and output and a Unix socket: `python -m gainsay._bridge ADDRESS`.

Gainsay runs it as the command of a model; at the address the process that called `gainsay.check` answers with a callable.
Needs nothing but the standard library, so that it starts at once.
"""
import os
import selectors
import socket
import sys


def carry(address: str) -> None:
    """Until one side ends."""
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.connect(address)
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(peer, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is peer:
                received = peer.recv(1 << 16)
                if not received:
                    return
                while received:
                    received = received[os.write(1, received):]
            else:
                sent = os.read(0, 1 << 16)
                if sent:
                    peer.sendall(sent)
                else:
                    selector.unregister(0)
                    peer.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    try:
        carry(sys.argv[1])
    except (BrokenPipeError, ConnectionError):
        pass
    except OSError as error:
        sys.exit(f"cannot reach the process that answers: {error}")
