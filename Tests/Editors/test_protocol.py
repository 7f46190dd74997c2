"""The base protocol, message by message: what a client may get wrong, and how a session ends."""
import json
import subprocess

import pytest
from conftest import PROGRAM


class Session:
    """`gainsay lsp` with nothing between."""

    def __init__(self):
        self.process = subprocess.Popen([PROGRAM, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, **message):
        self.raw(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def raw(self, body: bytes, header: bytes = b""):
        self.process.stdin.write(header or b"Content-Length: %d\r\n\r\n" % len(body))
        self.process.stdin.write(body)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline().strip()) != b"":
            length = int(line.split(b":")[1])
        return json.loads(self.process.stdout.read(length))

    def initialize(self):
        self.send(id=1, method="initialize", params={"capabilities": {}})
        return self.receive()

    def end(self):
        self.process.stdin.close()
        return self.process.wait(10)


@pytest.fixture
def session():
    session = Session()
    yield session
    session.process.kill()


def test_nothing_is_answered_before_initialize(session):
    session.send(id=7, method="textDocument/hover", params={})
    assert session.receive()["error"]["code"] == -32002


def test_what_is_no_json_is_told_and_passed_over(session):
    session.initialize()
    session.raw(b"{nonsense")
    assert session.receive()["method"] == "window/logMessage"
    session.send(id="a", method="shutdown")
    assert session.receive() == {"jsonrpc": "2.0", "id": "a", "result": None}


@pytest.mark.parametrize("header", [b"Content-Length: -1\r\n\r\n", b"Content-Length: 99999999999999\r\n\r\n", b"x" * 5000, b"\r\n\r\n"])
def test_a_header_that_is_none_ends_the_session(session, header):
    session.initialize()
    session.raw(b"", header)
    assert session.end() == 1


def test_unknown_methods_and_documents(session):
    session.initialize()
    session.send(id=2, method="workspace/nothing", params={})
    assert session.receive()["error"]["code"] == -32601
    session.send(id=3, method="textDocument/hover", params={"textDocument": {"uri": "file:///none.say"}, "position": {"line": 0, "character": 0}})
    assert "is not open" in session.receive()["error"]["message"]
    session.send(id=4, method="textDocument/nothing", params={})
    assert session.receive()["error"]["code"] == -32601


def test_a_request_that_is_given_up(session):
    session.initialize()
    body = [{"id": 5, "method": "workspace/executeCommand", "params": {}}, {"method": "$/cancelRequest", "params": {"id": 5}}]
    packed = [json.dumps({"jsonrpc": "2.0", **it}).encode() for it in body]
    session.process.stdin.write(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(it), it) for it in packed))
    session.process.stdin.flush()
    assert session.receive()["error"]["code"] in (-32800, -32602)


def test_utf8_is_taken_where_it_is_offered(session):
    session.send(id=1, method="initialize", params={"capabilities": {"general": {"positionEncodings": ["utf-8", "utf-16"]}}})
    assert session.receive()["result"]["capabilities"]["positionEncoding"] == "utf-8"


def test_exit_codes(session):
    session.initialize()
    session.send(id=2, method="shutdown")
    session.receive()
    session.send(id=3, method="textDocument/hover", params={})
    assert session.receive()["error"]["code"] == -32600
    session.send(method="exit")
    assert session.process.wait(10) == 0


def test_exit_without_shutdown_is_a_failure(session):
    session.initialize()
    session.send(method="exit")
    assert session.process.wait(10) == 1
