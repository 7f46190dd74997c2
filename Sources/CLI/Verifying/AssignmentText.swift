import Compiler
import VNNLIB

/// An assignment in the words of the VNN-LIB 2.0 standard and of VNN-COMP.
extension QueryAssignment {
    /// For each tensor its name, type and dimensions, and then a line for each of its values.
    var standardText: String {
        entries.map { entry in
            "\(entry.tensor.name) \(entry.tensor.typeText)\n"
                + entry.values.map { entry.tensor.text($0) + "\n" }.joined()
        }.joined()
    }

    /// `((X_0 0.5)` and so on, inputs before outputs.
    var competitionText: String {
        let lines = entries.flatMap { entry in
            entry.values.enumerated().map { "(\(entry.tensor.elementName($0)) \(entry.tensor.text($1)))" }
        }
        return "(" + lines.joined(separator: "\n") + ")\n"
    }
}

extension DeclaredTensor {
    /// The shortest text that reads as the value in float64: read in float32, it is the same value where the value is one.
    fileprivate func text(_ value: Double) -> String {
        if element.kind.isWhole, let number = Int(exactly: value) { return "\(number)" }
        return "\(value)"
    }
}
