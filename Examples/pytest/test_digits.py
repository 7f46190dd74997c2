"""A property beside ordinary tests."""
import pathlib

import gainsay

DIGITS = pathlib.Path(__file__).parent.parent / "digits"


@gainsay.property(
    """
    forall dark: Real in [0, 0.02]
    check argmax(net(zeros([1, 8, 8]) + dark)) == argmax(net(zeros([1, 8, 8])))
    """,
    net=DIGITS / "digits.onnx",
)
def test_the_dark_is_one_digit(report):
    """almost no light changes nothing"""
    assert report["test_the_dark_is_one_digit"].verdict == "proved"
