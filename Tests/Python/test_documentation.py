"""The examples of the documentation, as they are printed there."""
import doctest

import pytest

import gainsay

from conftest import ROOT


def test_the_readme(examples, monkeypatch):
    monkeypatch.chdir(examples / "digits")
    found = doctest.testfile(
        str(ROOT / "Sources" / "Python" / "README.md"), module_relative=False,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert found.attempted > 15 and found.failed == 0


def test_every_name_is_documented():
    text = (ROOT / "Sources" / "Python" / "README.md").read_text()
    assert [it for it in gainsay.__all__ if it not in text] == []
    assert all(getattr(gainsay, it).__doc__ for it in gainsay.__all__)
