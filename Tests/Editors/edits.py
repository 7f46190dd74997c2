"""Random edits of every spec of the tree, through the language server: it never ends, and what it says of a text that was edited
is what it says of the same text opened afresh.

    python3 Tests/Editors/edits.py .build/release/gainsay [--edits 100000] [--seed 0] [--every 50]

Each text is edited by inserting, deleting and moving stretches of it, and is taken back to what it was now and then. After every 50
edits the diagnostics are held against those of a new session's text, and a request of each kind is asked at a random place; after every
1,000 they are held against what `gainsay check` says of the text, but for specs that run something (commands, fits, language models).
"""
import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACED = ["hover", "completion", "signatureHelp", "definition", "references", "documentHighlight", "prepareRename"]
WHOLE = ["documentSymbol", "formatting", "semanticTokens/full", "codeLens"]
PIECES = [
    "forall ", "check ", "{", "}", "(", ")", "[", "]", ",", ":", "..", '"', "/", "x", "net", "Real", "Tensor[3]", "in ", "and ",
    "not ", "if a then b else c", "\n", "\r\n", "\t", "// note\n", "/// doc\n", "property p {", "enum ", "0", "1e9", "𝒳", "é", "\u0000",
]


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0
        self.request("initialize", {"capabilities": {"general": {"positionEncodings": ["utf-8"]}}})

    def write(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method, params):
        self.write({"method": method, "params": params})

    def receive(self):
        self.process.stdin.flush()
        length = None
        while line := self.process.stdout.readline().strip():
            length = int(line.split(b":")[1])
        if length is None:
            sys.exit(f"the server ended with {self.process.wait()}")
        return json.loads(self.process.stdout.read(length))

    def request(self, method, params):
        self.number += 1
        self.write({"id": self.number, "method": method, "params": params})
        while (message := self.receive()).get("id") != self.number or "method" in message:
            pass
        return message

    def diagnostics(self, uri, version):
        while True:
            message = self.receive()
            params = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and (params["uri"], params.get("version")) == (uri, version):
                return params["diagnostics"]


class Text:
    """A spec that is edited, in bytes."""

    def __init__(self, server, path, number):
        self.server, self.original = server, path.read_text()
        self.uri = (path.parent / f"edited-{number}-{path.name}").as_uri()
        self.text, self.version = self.original, 0
        self.open()

    def open(self):
        document = {"uri": self.uri, "languageId": "say", "version": self.version, "text": self.text}
        self.server.notify("textDocument/didOpen", {"textDocument": document})

    def close(self):
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})

    def position(self, offset):
        before = self.text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        return {"line": before.count("\n"), "character": len(before.rsplit("\n", 1)[-1].encode())}

    def edit(self, chance):
        if chance.random() < 0.02:
            start, end, new = 0, len(self.text), self.original
        else:
            start = chance.randrange(len(self.text) + 1)
            end = min(len(self.text), start + chance.choice([0, 0, 0, 1, 1, 2, 5, 30]))
            other = chance.randrange(len(self.text) + 1)
            new = chance.choice(["", chance.choice(PIECES), self.text[other : other + chance.randrange(20)]])
        # A range does not part a line end of two signs.
        while "\r\n" in (self.text[max(start - 1, 0) : start + 1], self.text[max(end - 1, 0) : end + 1]):
            start, end = max(0, start - 1), min(len(self.text), end + 1)
        span = {"start": self.position(start), "end": self.position(end)}
        self.text = self.text[:start] + new + self.text[end:]
        self.version += 1
        change = {"range": span, "text": new}
        document = {"uri": self.uri, "version": self.version}
        self.server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})


def held_against_check(program, text, found):
    """Whether the program, started afresh, has the same codes for the text; None where it would run something."""
    if re.search(r"\bcommand\b|\bfit\b|\blanguage\b|https?:|model +\w+ *=", text.text):
        return None
    path = text.uri.replace("file://", "")
    words = [program, "check", path, "--text", "/dev/stdin", "--dry-run"]
    said = subprocess.run(words, input=text.text.encode(), capture_output=True).stderr.decode()
    codes = re.findall(r"^(?:error|warning|note)\[([a-z0-9-]+)\]", said, re.MULTILINE)
    return sorted(codes) == sorted(it["code"] for it in found)


def ask(text, chance):
    place = {"textDocument": {"uri": text.uri}, "position": text.position(chance.randrange(len(text.text) + 1))}
    for name in PLACED:
        params = {**place, "context": {"includeDeclaration": True}} if name == "references" else place
        answer = text.server.request(f"textDocument/{name}", params)
        if "error" in answer and name != "prepareRename":
            sys.exit(f"{name}: {answer['error']}")
    for name in WHOLE:
        answer = text.server.request(f"textDocument/{name}", {"textDocument": {"uri": text.uri}})
        if "error" in answer:
            sys.exit(f"{name}: {answer['error']}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--edits", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--every", type=int, default=50)
    options = options.parse_args()
    chance = random.Random(options.seed)
    paths = [it for folder in ("Examples", "SpecLibrary", "Grammar/corpus", "Tests") for it in sorted((ROOT / folder).rglob("*.say"))]
    paths = [it for it in paths if it.stat().st_size < 20_000 and not it.name.startswith("edited-") and readable(it)]
    server, fresh, start, done = Server(options.program), Server(options.program), time.monotonic(), 0
    longest, held = 0.0, 0
    while done < options.edits:
        text = Text(server, chance.choice(paths), done)
        for _ in range(20):
            for _ in range(min(options.every, options.edits - done)):
                text.edit(chance)
                done += 1
            began = time.monotonic()
            found = server.diagnostics(text.uri, text.version)
            longest = max(longest, time.monotonic() - began)
            text.server, text.version = fresh, text.version
            text.open()
            again = fresh.diagnostics(text.uri, text.version)
            text.close()
            text.server = server
            if found != again:
                pathlib.Path("differs.say").write_text(text.text)
                sys.exit(f"{text.uri}: other diagnostics than of the same text opened afresh; it is in differs.say")
            ask(text, chance)
        same = held_against_check(options.program, text, found)
        if same is False:
            pathlib.Path("differs.say").write_text(text.text)
            sys.exit(f"{text.uri}: other diagnostics than of `gainsay check`; it is in differs.say")
        held += same is True
        text.close()
        if sys.stderr.isatty():
            print(f"\r{done:,} edits", end="", file=sys.stderr)
    seconds = time.monotonic() - start
    print(f"{done:,} edits of {len(paths)} specs in {seconds:,.0f} s: no crash, the same diagnostics as afresh each time, and as `gainsay check` {held} times; longest wait {longest * 1000:.0f} ms")


def readable(path):
    try:
        path.read_text()
        return True
    except UnicodeDecodeError:
        return False


if __name__ == "__main__":
    main()
