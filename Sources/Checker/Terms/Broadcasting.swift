import Diagnostics

/// The dimensions of two tensors combined element by element, as in NumPy: aligned at the end, 1 stretches.
///
/// nil where two sizes are neither equal nor 1, or the labels of two dimensions differ.
func broadcastDimensions(
    _ first: [SayType.Tensor.Dimension], _ second: [SayType.Tensor.Dimension]
) -> [SayType.Tensor.Dimension]? {
    let one = SayType.Tensor.Dimension(1)
    var result: [SayType.Tensor.Dimension] = []
    for back in stride(from: max(first.count, second.count), to: 0, by: -1) {
        let a = back <= first.count ? first[first.count - back] : one
        let b = back <= second.count ? second[second.count - back] : one
        if a.agrees(with: b) {
            result.append(.init(size: a.size, labels: a.labels ?? b.labels))
        } else if a.size == 1 || b.size == 1 {
            result.append(a.size == 1 ? b : a)
        } else {
            return nil
        }
    }
    return result
}

extension Checker {
    /// The dimensions of several operands combined; nil, and a report that points at both, where they do not fit.
    func broadcast(_ operands: [Term], at span: Span) -> [SayType.Tensor.Dimension]? {
        var result: [SayType.Tensor.Dimension] = []
        for (index, operand) in operands.enumerated() {
            guard let dimensions = operand.type.dimensions else { return nil }
            guard let joined = broadcastDimensions(result, dimensions) else {
                let earlier = operands[..<index].last { $0.type.isTensor } ?? operand
                report(.shapeMismatch(earlier, operand, at: span))
                return nil
            }
            result = joined
        }
        return hasLegalSize(result, at: span) ? result : nil
    }
}

extension Diagnostic {
    static func shapeMismatch(_ first: Term, _ second: Term, at span: Span) -> Diagnostic {
        var hints: [Hint] = []
        if case .tensor(let a) = first.type, case .tensor(let b) = second.type {
            if a.count == b.count, a.sizes != b.sizes {
                let shape = a.sizes.map { "\($0)" }.joined(separator: ", ")
                hints = [Hint("they have equally many elements: `reshape(..., [\(shape)])`")]
            } else if a.sizes == b.sizes {
                hints = [Hint("the sizes agree, the names of the entries do not")]
            }
        }
        return Diagnostic(
            .shapeMismatch, "the shapes \(first.type) and \(second.type) do not fit element by element", at: span,
            labels: [Label("this is \(first.type)", at: first.span), Label("this is \(second.type)", at: second.span)],
            hints: hints)
    }
}
