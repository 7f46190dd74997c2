"""Gainsay: say what a machine-learning model should do; see it contradicted by the smallest input that does.

    report = gainsay.check("digits.say", budget="10s")
    report.raise_for_contradiction()
"""
from ._binary import binary
from ._check import check
from ._commands import AuditResult, FirstSpec, Inspection, Verification, audit, init, inspect, verify
from ._errors import BinaryNotFound, Contradiction, Error, Interrupted, SpecError
from ._models import Model, model
from ._property import Property
from ._property import stated as property
from ._report import Counterexample, Interval, PropertyResult, Rate, Report, Row

__version__ = "0.1.0"

# Where they are found, so that a traceback names them as a program does.
for _public in (
    AuditResult, BinaryNotFound, Contradiction, Counterexample, Error, FirstSpec, Inspection, Interrupted, Interval, Model, Property,
    PropertyResult, Rate, Report, Row, SpecError, Verification,
):
    _public.__module__ = __name__

__all__ = [
    "AuditResult", "BinaryNotFound", "Contradiction", "Counterexample", "Error", "FirstSpec", "Inspection", "Interrupted", "Interval",
    "Model", "Property", "PropertyResult", "Rate", "Report", "Row", "SpecError", "Verification", "audit", "binary", "check", "init",
    "inspect", "model", "property", "verify",
]
