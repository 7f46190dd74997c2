"""A client of the language server for each test: pytest-lsp talks to `gainsay lsp` as an editor does."""
import asyncio
import os
import pathlib

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("GAINSAY_BINARY", str(ROOT / ".build/release/gainsay"))


class Spec:
    """A text that is open in the editor."""

    def __init__(self, client: LanguageClient, uri: str, text: str):
        self.client, self.uri, self.text, self.version = client, uri, text, 1

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(uri=self.uri)

    def place(self, words: str, inside: int = 0, occurrence: int = 0) -> types.Position:
        """Where `words` begin, in UTF-16 units, and so many characters behind that."""
        offset = -1
        for _ in range(occurrence + 1):
            offset = self.text.index(words, offset + 1)
        return self.position(offset + inside)

    def position(self, offset: int) -> types.Position:
        before = self.text[:offset]
        line = before.rsplit("\n", 1)[-1]
        return types.Position(line=before.count("\n"), character=len(line.encode("utf-16-le")) // 2)

    def offset(self, position: types.Position) -> int:
        lines = self.text.split("\n")
        line = lines[position.line].encode("utf-16-le")[: position.character * 2].decode("utf-16-le")
        return sum(len(it) + 1 for it in lines[: position.line]) + len(line)

    def at(self, found: types.Range) -> str:
        return self.text[self.offset(found.start) : self.offset(found.end)]

    def here(self, words: str, inside: int = 0, occurrence: int = 0) -> dict:
        return {"text_document": self.document, "position": self.place(words, inside, occurrence)}

    def edit(self, old: str, new: str) -> None:
        """Replaces a stretch of the text, as typing does."""
        start = self.text.index(old)
        change = types.TextDocumentContentChangePartial(
            range=types.Range(start=self.position(start), end=self.position(start + len(old))), text=new
        )
        self.text = self.text.replace(old, new, 1)
        self.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version),
                content_changes=[change],
            )
        )

    async def diagnostics(self) -> list:
        """Those of the version that is open."""
        while self.client.versions.get(self.uri) != self.version:
            await asyncio.wait_for(self.client.wait_for_notification("textDocument/publishDiagnostics"), 20)
        return list(self.client.diagnostics[self.uri])

    def applied(self, edits) -> str:
        text = self.text
        for edit in sorted(edits, key=lambda it: self.offset(it.range.start), reverse=True):
            text = text[: self.offset(edit.range.start)] + edit.new_text + text[self.offset(edit.range.end) :]
        return text


def open_text(client: LanguageClient, path, text: str) -> Spec:
    uri = pathlib.Path(path).as_uri()
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri=uri, language_id="say", version=1, text=text))
    )
    return Spec(client, uri, text)


def open_file(client: LanguageClient, path) -> Spec:
    return open_text(client, path, pathlib.Path(path).read_text())


def make_client() -> LanguageClient:
    """One that remembers of which version the diagnostics are."""
    client = make_test_lsp_client()
    client.versions = {}
    features = client.protocol.fm.features

    def published(params: types.PublishDiagnosticsParams):
        client.diagnostics[params.uri] = params.diagnostics
        client.versions[params.uri] = params.version

    features["textDocument/publishDiagnostics"] = published
    client.feature("workspace/codeLens/refresh")(lambda *_: None)
    return client


@pytest_lsp.fixture(config=ClientServerConfig([PROGRAM, "lsp"], make_client))
async def client(lsp_client: LanguageClient):
    lsp_client.initialized_as = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities("visual-studio-code"), initialization_options={"budget": "2s"}
        )
    )
    yield lsp_client
    await lsp_client.shutdown_session()
