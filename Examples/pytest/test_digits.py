"""A property beside ordinary tests."""
import pathlib

import gainsay

DIGITS = pathlib.Path(__file__).parent.parent / "digits"


@gainsay.property(
    """
    forall shade: Real in [0.01, 0.05]
    check argmax(net(zeros([1, 8, 8]) + shade)) == 7
    """,
    net=DIGITS / "digits.onnx",
)
def test_dark_grey_is_a_seven(report):
    """an even dark grey is taken for a seven, however dark"""
    assert report["test_dark_grey_is_a_seven"].verdict == "proved"
