"""Holds Grammar/editors against the tree-sitter grammar: editors.py, by `Tests/Conformance/editors`.

Neovim and Emacs open every accepted sample of Grammar/corpus and tell how they colour each token: Neovim by syntax/say.vim, which it uses
where the parser is not built, Emacs by say-mode. A token must be coloured as what it is. Besides: Neovim knows the file type, and
starts tree-sitter where the parser is built; say-mode compiles without a warning, and leaves specs indented as they are;
the JSON of VS Code and Kate is JSON, Kate's syntax and Helix's settings can be read, extension.js is JavaScript (where node is installed).

Ends with 1 where something differs.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree

from tree_sitter import Parser
from tree_sitter_specs import BUILT, PLACED, RESERVED, TOP, build, leaves

EDITORS = TOP / "Grammar/editors"

# What a token may be called: by Vim's groups, and by Emacs' faces. A name is none of the first five.
KINDS = {
    "comment": ({"sayComment", "sayDocumentation"}, {"font-lock-comment-face", "font-lock-comment-delimiter-face", "font-lock-doc-face"}),
    "string": ({"sayString"}, {"font-lock-string-face"}),
    "regex": ({"sayRegex"}, {"font-lock-string-face"}),
    "number": ({"sayNumber"}, {"font-lock-constant-face"}),
    "word": ({"sayKeyword", "sayOperatorWord", "sayBoolean"}, {"font-lock-keyword-face", "font-lock-builtin-face", "font-lock-constant-face"}),
    "name": (
        {"", "sayFunction", "sayType", "sayTypeName", "sayAggregate"},
        {"nil", "font-lock-function-name-face", "font-lock-type-face", "font-lock-variable-name-face", "font-lock-builtin-face"},
    ),
    "sign": ({"", "sayOperator"}, {"nil"}),
}
VIM = r"""
local out = {}
for line in io.lines('tokens') do
  local file, row, column = line:match('^(%S+) (%d+) (%d+)$')
  if vim.fn.expand('%:t') ~= file then vim.cmd('silent edit! ' .. file) end
  out[#out + 1] = vim.bo.filetype == 'say' and vim.fn.synIDattr(vim.fn.synID(row + 1, column + 1, 1), 'name') or 'no file type'
end
vim.fn.writefile(out, 'vim.out')
vim.cmd('qall!')
"""
STARTS = r"""
vim.wait(2000, function() return vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] ~= nil end)
vim.fn.writefile({ vim.bo.filetype, tostring(vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] ~= nil) }, 'starts.out')
vim.cmd('qall!')
"""
EMACS = r"""
(require 'say-mode)
(let (out)
  (with-temp-buffer
    (insert-file-contents "tokens")
    (while (re-search-forward "^\\(\\S-+\\) \\([0-9]+\\) \\([0-9]+\\)$" nil t)
      (let ((file (match-string 1)) (row (string-to-number (match-string 2))) (column (string-to-number (match-string 3))))
        (with-current-buffer (or (get-file-buffer file) (find-file-noselect file))
          (unless (eq major-mode 'say-mode) (error "%s has the mode %s" file major-mode))
          (font-lock-ensure)
          (goto-char (point-min))
          (forward-line row)
          (goto-char (byte-to-position (+ (position-bytes (point)) column)))
          (push (format "%s" (let ((face (get-text-property (point) 'face))) (if (consp face) (car (last face)) face))) out)))))
  (with-temp-file "emacs.out" (insert (mapconcat #'identity (nreverse out) "\n"))))
"""
INDENT = r"""
(require 'cl-lib)
(require 'say-mode)
(dolist (file command-line-args-left)
  (with-current-buffer (find-file-noselect file)
    (let ((before (split-string (buffer-string) "\n")) (inhibit-message t))
      (indent-region (point-min) (point-max))
      (let ((line (cl-mismatch before (split-string (buffer-string) "\n") :test #'string=)) (inhibit-message nil))
        (when line (message "%s:%d: is indented otherwise" file (1+ line)))))))
(setq command-line-args-left nil)
"""


def run(command, folder, **environment):
    """What the command says; ends all where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, env={**dict(HOME=str(folder), PATH="/usr/bin:/bin"), **environment})
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def kind(leaf):
    """A key of KINDS. Editors colour a reserved word wherever it stands, as a label too."""
    if leaf.type in KINDS:
        return leaf.type
    if leaf.is_named:
        return "word" if leaf.type == "label" and leaf.text.decode() in RESERVED else "name"
    return "word" if leaf.type.isalpha() else "sign"


def write_samples(parser, folder):
    """The tokens of all samples, which are put into the folder with a list of places."""
    tokens = []
    # Words that the grammar knows by their place are left out: editors need not know them.
    for path in sorted((TOP / "Grammar/corpus").glob("[as]*/*.say")):
        for number, text in enumerate(path.read_bytes().split(b"// ----\n")):
            name = f"{path.parent.name}-{path.stem}-{number}.say"
            (folder / name).write_bytes(text)
            for leaf in leaves(parser.parse(text).root_node):
                if leaf.text and leaf.type != "file" and leaf.text.decode() not in PLACED:
                    tokens.append((name, leaf.start_point.row, leaf.start_point.column, kind(leaf), leaf.text.decode()))
    (folder / "tokens").write_text("".join(f"{name} {row} {column}\n" for name, row, column, _, _ in tokens))
    return tokens


def compare(editor, which, tokens, found, failures):
    if len(found) != len(tokens):
        raise SystemExit(f"{editor} told of {len(found)} tokens, not of {len(tokens)}")
    wrong = [(token, told) for token, told in zip(tokens, found) if told not in KINDS[token[3]][which]]
    for (name, row, column, is_a, text), told in wrong:
        failures.append(f"{editor}: {name}:{row + 1}:{column + 1}: {text} is a {is_a}, and is coloured {told or 'as nothing'}")
    print(f"{editor}: {len(tokens)} tokens")


def neovim(tokens, folder, failures):
    (folder / "init.vim").write_text(f"set runtimepath+={EDITORS}/neovim\nlet g:gainsay_command = v:false\nfiletype plugin on\nsyntax on\n")
    (folder / "vim.lua").write_text(VIM)
    (folder / "starts.lua").write_text(STARTS)
    nvim = ["nvim", "--headless", "-n", "-u", "init.vim"]
    built = EDITORS / "neovim/parser/say.so"
    if built.exists():
        print(f"Neovim: syntax/say.vim is passed over, since {built.relative_to(TOP)} is there")
    else:
        run([*nvim, "-c", "luafile vim.lua"], folder)
        compare("Neovim", 0, tokens, (folder / "vim.out").read_text().split("\n")[:-1], failures)
    (folder / "with/parser").mkdir(parents=True)
    shutil.copy(BUILT / "say.so", folder / "with/parser")
    said = run([*nvim, "--cmd", "set runtimepath+=with", tokens[0][0], "-c", "luafile starts.lua"], folder)
    if (folder / "starts.out").read_text() != "say\ntrue\n":
        failures.append(f"Neovim starts no tree-sitter: {(folder / 'starts.out').read_text()}{said}")


def emacs(tokens, folder, failures):
    (folder / "emacs.el").write_text(EMACS)
    (folder / "indent.el").write_text(INDENT)
    mode = shutil.copy(EDITORS / "emacs/say-mode.el", folder)
    batch = ["emacs", "--batch", "-Q", "-L", str(folder)]
    run([*batch, "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile", mode], folder)
    run([*batch, "-l", "emacs.el"], folder, LC_ALL="C.UTF-8")
    compare("Emacs", 1, tokens, (folder / "emacs.out").read_text().split("\n"), failures)
    specs = [path for place in ("Grammar/corpus/specs", "SpecLibrary", "Examples") for path in sorted((TOP / place).rglob("*.say"))]
    said = run([*batch, "-l", "indent.el", *specs], folder)
    failures += [f"Emacs: {line}" for line in said.splitlines() if line.endswith("otherwise")]
    print(f"Emacs: {len(specs)} specs indented")


def settings():
    """Reads what is no program; ends all where it cannot."""
    for path in [*EDITORS.rglob("*.json"), *(TOP / "Grammar/vscode").glob("*.json"), *(TOP / "Grammar/tree-sitter-say").glob("*.json")]:
        json.loads(path.read_text())
    for path in EDITORS.rglob("*.xml"):
        xml.etree.ElementTree.parse(path)
    for path in EDITORS.rglob("*.toml"):
        tomllib.loads(path.read_text())
    if shutil.which("node"):
        run(["node", "--check", str(TOP / "Grammar/vscode/extension.js")], TOP)


def main():
    failures = []
    parser = Parser(build())
    settings()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tokens = write_samples(parser, folder)
        neovim(tokens, folder, failures)
        emacs(tokens, folder, failures)
    for failure in failures[:40]:
        print(failure)
    print(f"{len(failures)} failed" if failures else "all agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
