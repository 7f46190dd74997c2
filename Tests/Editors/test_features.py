"""Every feature of the language server, on a spec of its own."""
import subprocess

import pytest
from conftest import PROGRAM, ROOT, open_file, open_text
from lsprotocol import types

SPEC = """\
enum Label = zero, one, two

/// A point, and how sure one is of it.
type Point = {
  x:     Real in [0, 60760],  // ft how far away
  label: Label,
}

/// How much may change.
param eps: Real = 0.25

func shifted(p: Point, by: Real) -> Real = p.x + by * eps

property stays_below "it stays below"{
  forall p: Point, change: Real in [-1, 1]
  let moved = shifted(p, by: change)
  assume p.label == zero
  check moved <= 60000
}
"""


@pytest.fixture
def spec(client, tmp_path):
    return open_text(client, tmp_path / "points.say", SPEC)


async def hover(client, spec, *place) -> str:
    found = await client.text_document_hover_async(types.HoverParams(**spec.here(*place)))
    return found.contents.value if found else ""


async def labels(client, spec, *place) -> list:
    found = await client.text_document_completion_async(types.CompletionParams(**spec.here(*place)))
    return [it.label for it in found.items]


async def test_no_diagnostics_of_what_is_right(client, spec):
    assert await spec.diagnostics() == []


async def test_diagnostics_while_typing(client, spec):
    await spec.diagnostics()
    spec.edit("check moved", "check move")
    [found] = await spec.diagnostics()
    assert found.code == "unknown-name" and spec.at(found.range) == "move"
    assert "did you mean `moved`?" in found.message and found.severity == types.DiagnosticSeverity.Error
    spec.edit("check move ", "check moved ")
    assert await spec.diagnostics() == []


async def test_diagnostics_point_at_other_places(client, spec):
    spec.edit("property", "enum Label = three\nproperty")
    [found] = [it for it in await spec.diagnostics() if it.code == "duplicate-name"]
    assert spec.at(found.related_information[0].location.range) == "Label"


async def test_columns_are_utf16(client, spec):
    spec.edit('"it stays below"{', '"𝒳 = 𝒴" oops {')
    assert "oops" in {spec.at(it.range) for it in await spec.diagnostics()}
    spec.edit("oops ", "")
    spec.edit("check moved", "check moved == 𝒳 and moved")
    assert "𝒳" in {spec.at(it.range) for it in await spec.diagnostics()}


@pytest.mark.parametrize(
    "place, said",
    [
        (("eps\n", 1), ["param eps: Real = 0.25", "How much may change.", "Its value is `0.25`."]),
        (("p.x", 2), ["x: Real in [0, 60760]", "Of `Point`.", "ft how far away"]),
        (("Point, change", 1), ["type Point", "A point, and how sure"]),
        (("moved <=", 1), ["moved: Real"]),
        (("zero\n", 1), ["Label.zero", "A case of `Label`."]),
        (("shifted(p", 1), ["func shifted(p: Point, by: Real) -> Real"]),
        (("+ by", 0), ["Real"]),
    ],
)
async def test_hover(client, spec, place, said):
    text = await hover(client, spec, *place)
    for words in said:
        assert words in text


async def test_hover_of_a_function_of_the_language(client, spec):
    spec.edit("moved <= 60000", "clamp(moved, 0, 1) <= 1")
    assert "clamp(x, low, high)" in await hover(client, spec, "clamp", 2)


async def test_completion_of_values_and_of_fields(client, spec):
    spec.edit("check moved <= 60000", "check mo")
    found = await labels(client, spec, "check mo", 8)
    assert {"moved", "change", "p", "eps", "shifted", "zero", "clamp"} <= set(found)
    spec.edit("check mo", "check p.")
    assert await labels(client, spec, "check p.", 8) == ["x", "label"]
    spec.edit("check p.", "check Label.")
    assert await labels(client, spec, "check Label.", 12) == ["zero", "one", "two"]


async def test_a_local_is_offered_where_it_can_be_read_alone(client, spec):
    spec.edit("assume p.label", "assume ")
    assert "moved" in await labels(client, spec, "assume ", 7)
    spec.edit("let moved = shifted", "let moved = ")
    assert "moved" not in await labels(client, spec, "let moved = ", 12)


async def test_completion_of_types_clauses_and_declarations(client, spec):
    spec.edit("change: Real in [-1, 1]", "change: ")
    assert {"Real", "Tensor", "Point", "Label"} <= set(await labels(client, spec, "change: ", 8))
    spec.edit("  check moved", "  \n  check moved")
    assert {"check", "assume", "forall"} <= set(await labels(client, spec, "zero\n  ", 7))
    spec.edit("enum Label", "\nenum Label")
    spec.edit("\nenum", "u\nenum")
    assert {"use", "property", "model"} <= set(await labels(client, spec, "u\nenum", 1))


async def test_completion_of_the_library(client, spec):
    spec.edit("enum Label", "use std.\nenum Label")
    assert "std.backdoor" in await labels(client, spec, "use std.", 8)


async def test_completion_of_tensors_of_the_models_file(client):
    spec = open_file(client, ROOT / "Examples/digits/digits.say")
    [line] = [it for it in spec.text.split("\n") if it.startswith("model ")]
    spec.edit(line, 'model net : (image: Digit at "") -> (scores: Tensor[Label]) from "digits.onnx"')
    found = await labels(client, spec, 'at ""', 4)
    assert found and all(found)
    outside = subprocess.run(
        [PROGRAM, "inspect", str(ROOT / "Examples/digits/digits.onnx"), "--json"], capture_output=True, text=True
    )
    assert all(f'"{name}"' in outside.stdout for name in found)


async def test_definition_references_and_highlights(client, spec):
    there = await client.text_document_definition_async(types.DefinitionParams(**spec.here("moved <=", 1)))
    assert spec.at(there.range) == "moved" and there.range.start == spec.place("moved = ")
    field = await client.text_document_definition_async(types.DefinitionParams(**spec.here("p.x", 2)))
    assert field.range.start == spec.place("x:     Real")
    label = await client.text_document_definition_async(types.DefinitionParams(**spec.here("by: change", 0)))
    assert label.range.start == spec.place("by: Real")
    context = types.ReferenceContext(include_declaration=True)
    found = await client.text_document_references_async(types.ReferenceParams(context=context, **spec.here("Point,", 0)))
    assert len(found) == 3 and all(spec.at(it.range) == "Point" for it in found)
    marks = await client.text_document_document_highlight_async(types.DocumentHighlightParams(**spec.here("eps", 0)))
    assert len(marks) == 2


async def test_definition_in_another_file_and_in_the_library(client, spec, tmp_path, monkeypatch):
    (tmp_path / "mine.say").write_text("func twice(x: Real) -> Real = 2 * x\n")
    spec.edit("enum Label", 'use "mine.say"\nuse std.image\nenum Label')
    spec.edit("moved <= 60000", "twice(moved) <= 60000")
    there = await client.text_document_definition_async(types.DefinitionParams(**spec.here("twice", 1)))
    assert there.uri == (tmp_path / "mine.say").as_uri() and there.range.start.line == 0
    library = await client.text_document_definition_async(types.DefinitionParams(**spec.here("std.image", 5)))
    assert library.uri.endswith("SpecLibrary/std/image.say")


async def test_a_used_file_that_is_open_is_read_as_it_stands_there(client, spec, tmp_path):
    (tmp_path / "mine.say").write_text("func twice(x: Real) -> Real = 2 * x\n")
    spec.edit("enum Label", 'use "mine.say"\nenum Label')
    spec.edit("moved <= 60000", "twice(moved) <= 60000")
    assert await spec.diagnostics() == []
    other = open_file(client, tmp_path / "mine.say")
    other.edit("twice", "thrice")
    await other.diagnostics()
    found = list(client.diagnostics[spec.uri])
    if not found:
        await client.wait_for_notification("textDocument/publishDiagnostics")
        found = list(client.diagnostics[spec.uri])
    assert [it.code for it in found] == ["unknown-function"]


@pytest.mark.parametrize(
    "place, count", [(("moved <=", 1), 2), (("eps", 0), 2), (("p.x", 2), 2), (("zero,", 1), 2), (("Point,", 1), 3), (("by: Real", 0), 3)]
)
async def test_rename(client, spec, place, count):
    prepared = await client.text_document_prepare_rename_async(types.PrepareRenameParams(**spec.here(*place)))
    edit = await client.text_document_rename_async(types.RenameParams(new_name="another", **spec.here(*place)))
    [edits] = edit.changes.values()
    assert len(edits) == count and all(spec.at(it.range) == prepared.placeholder for it in edits)
    fresh = spec.applied(edits)
    path = spec.uri.replace("file://", "")
    checked = subprocess.run([PROGRAM, "check", path, "--text", "/dev/stdin", "--dry-run"], input=fresh, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name, why", [("change", "already"), ("check", "word of the language"), ("9x", "no name")])
async def test_a_rename_that_would_break_the_spec_is_refused(client, spec, name, why):
    with pytest.raises(Exception, match=why):
        await client.text_document_rename_async(types.RenameParams(new_name=name, **spec.here("moved <=", 1)))


async def test_rename_in_the_title_of_a_family(client, tmp_path):
    spec = open_text(
        client, tmp_path / "family.say",
        'property small(limit: Real in {1, 2}) "below {limit}" {\n  forall x: Real in [0, 1]\n  check x <= limit\n}\n',
    )
    edit = await client.text_document_rename_async(types.RenameParams(new_name="most", **spec.here("limit\n", 1)))
    assert "below {most}" in spec.applied(list(edit.changes.values())[0])


async def test_symbols(client, spec):
    found = await client.text_document_document_symbol_async(types.DocumentSymbolParams(spec.document))
    assert [it.name for it in found] == ["Label", "Point", "eps", "shifted", "stays_below"]
    assert [it.name for it in found[1].children] == ["x", "label"] and found[4].detail == "it stays below"


async def test_formatting(client, spec):
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    [edit] = await client.text_document_formatting_async(types.DocumentFormattingParams(spec.document, options))
    assert '"it stays below" {' in edit.new_text
    spec.edit('"it stays below"{', '"it stays below" {')
    assert not await client.text_document_formatting_async(types.DocumentFormattingParams(spec.document, options))
    spec.edit("check moved", "check )")
    assert not await client.text_document_formatting_async(types.DocumentFormattingParams(spec.document, options))


async def test_semantic_tokens(client, spec):
    found = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(spec.document))
    legend = client.initialized_as.capabilities.semantic_tokens_provider.legend.token_types
    shown, line, column = {}, 0, 0
    lines = spec.text.split("\n")
    for start in range(0, len(found.data), 5):
        down, right, length, kind, _ = found.data[start : start + 5]
        line, column = line + down, right if down else column + right
        shown[lines[line][column : column + length]] = legend[kind]
    expected = {"property": "keyword", "Label": "enum", "zero": "enumMember", "Point": "type", "eps": "variable", "shifted": "function"}
    assert expected.items() <= shown.items() and shown["x"] == "property" and shown["0.25"] == "number"


async def test_signature_help(client, spec):
    found = await client.text_document_signature_help_async(types.SignatureHelpParams(**spec.here("by: change", 10)))
    assert found.signatures[0].label == "shifted(p: Point, by: Real)" and found.active_parameter == 1
    spec.edit("moved <= 60000", "clamp(moved, ")
    found = await client.text_document_signature_help_async(types.SignatureHelpParams(**spec.here("clamp(moved, ", 13)))
    assert found.signatures[0].label == "clamp(x, low, high)" and found.active_parameter == 1


async def test_inlay_hints_of_shapes(client):
    spec = open_file(client, ROOT / "Examples/digits/digits.say")
    everything = types.Range(types.Position(0, 0), types.Position(10_000, 0))
    found = await client.text_document_inlay_hint_async(types.InlayHintParams(spec.document, everything))
    assert any("Tensor[1, 8, 8]" in it.label for it in found)


async def test_code_actions_apply_what_a_hint_proposes(client, spec):
    spec.edit("check moved", "check move")
    [wrong] = await spec.diagnostics()
    context = types.CodeActionContext(diagnostics=[wrong])
    [action] = await client.text_document_code_action_async(types.CodeActionParams(spec.document, wrong.range, context))
    assert action.title == "change to `moved`"
    assert "check moved <=" in spec.applied(action.edit.changes[spec.uri])


async def test_a_lens_checks_a_property_and_shows_its_counterexample(client, spec):
    [lens] = await client.text_document_code_lens_async(types.CodeLensParams(spec.document))
    assert lens.command.title == "check" and spec.at(lens.range) == "stays_below"
    answer = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(lens.command.command, arguments=lens.command.arguments)
    )
    [verdict] = answer["properties"]
    assert verdict["verdict"] == "contradicted"
    [lens] = await client.text_document_code_lens_async(types.CodeLensParams(spec.document))
    assert lens.command.title == "✗ contradicted · check again"
    while not client.diagnostics.get(spec.uri):
        await client.wait_for_notification("textDocument/publishDiagnostics")
    [shown] = client.diagnostics[spec.uri]
    assert shown.source == "gainsay check" and shown.message.startswith("contradicted  moved <= 60000")
    assert spec.at(shown.range) == "moved <= 60000" and "margin" in shown.message
    spec.edit("moved <= 60000", "moved <= 60001")
    assert await spec.diagnostics() == []
    [lens] = await client.text_document_code_lens_async(types.CodeLensParams(spec.document))
    assert lens.command.title == "check"


async def test_a_check_that_cannot_run_says_why(client, spec):
    spec.edit("moved <= 60000", "moved <= ")
    with pytest.raises(Exception, match="expected"):
        await client.workspace_execute_command_async(
            types.ExecuteCommandParams("gainsay.check", arguments=[spec.uri, "stays_below"])
        )
    with pytest.raises(Exception, match="no property `other`"):
        await client.workspace_execute_command_async(
            types.ExecuteCommandParams("gainsay.check", arguments=[spec.uri, "other"])
        )


async def test_a_model_behind_a_command_is_not_run(client, tmp_path):
    spec = open_text(
        client, tmp_path / "served.say",
        f'model net : (x: Real) -> (y: Real) from command "touch {tmp_path}/ran"\n'
        "property p {\n  forall x: Real in [0, 1]\n  check net(x) <= 1\n}\n",
    )
    assert await spec.diagnostics() == []
    assert not (tmp_path / "ran").exists()


async def test_rows_of_data_are_known(client, tmp_path):
    (tmp_path / "keys.csv").write_text("low,high\n0,1\n2,5\n")
    spec = open_text(
        client, tmp_path / "keys.say",
        'model net : (x: Real) -> (y: Real) from command "false"\n'
        'data keys : { low: Real, high: Real } from "keys.csv"\n'
        "property p {\n  for row in keys\n  forall key: Real in [row.low, row.high]\n  check net(key) <= row.high\n}\n",
    )
    assert await spec.diagnostics() == []


async def test_a_closed_spec_has_no_diagnostics(client, spec):
    spec.edit("check moved", "check move")
    assert await spec.diagnostics()
    client.text_document_did_close(types.DidCloseTextDocumentParams(spec.document))
    await client.wait_for_notification("textDocument/publishDiagnostics")
    assert not client.diagnostics[spec.uri]
