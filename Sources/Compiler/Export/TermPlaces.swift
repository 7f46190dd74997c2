import Checker
import Diagnostics
import VNNLIB

/// Which elements of tensors a term takes.
extension TermReader {
    func index(_ tensor: Term, _ entries: [Term.IndexEntry], _ term: Term) throws(Diagnostic) -> Meaning {
        let shape = tensor.type.shape ?? []
        var places = [0]
        for (axis, size) in shape.enumerated() {
            var choices = Array(0..<size)
            if axis < entries.count {
                switch entries[axis] {
                case .slice(let range): choices = Array(range)
                case .at(let entry):
                    guard case .constant(let values) = entry.kind, let value = values.first else {
                        throw .inexpressible("an index that is not constant", at: entry.span)
                    }
                    choices = [Int(min(max(value, 0), Double(size - 1)))]
                }
            }
            places = places.flatMap { place in choices.map { place * size + $0 } }
        }
        switch try read(tensor) {
        case .truths(let formulas): return .truths(places.map { formulas[$0] })
        default:
            let numbers = try numbers(tensor)
            return .numbers(places.map { numbers[$0] })
        }
    }

    func concatenate(_ terms: [Term], _ axis: Int, _ term: Term) throws(Diagnostic) -> Meaning {
        let isTruth = term.type.isTruth
        if axis == 0 {
            if isTruth { return .truths(try terms.map { (t) throws(Diagnostic) in try truths(t) }.flatMap(\.self)) }
            return .numbers(try terms.map { (t) throws(Diagnostic) in try numbers(t) }.flatMap(\.self))
        }
        guard !isTruth else { throw .inexpressible("conditions side by side", at: term.span) }
        let rows = (term.type.shape ?? []).prefix(axis).reduce(1, *)
        var result: [Quantity] = []
        for row in 0..<rows {
            for part in terms {
                let numbers = try numbers(part)
                let width = numbers.count / max(rows, 1)
                result += numbers[(row * width)..<((row + 1) * width)]
            }
        }
        return .numbers(result)
    }
}

/// Where the elements of a broadcast tensor come from in the tensor that is broadcast.
struct Places {
    private let strides: [Int]
    private let shape: [Int]

    init(_ own: [Int], in shape: [Int]) {
        let padded = own.padded(to: shape.count)
        var (strides, stride) = ([Int](), 1)
        for size in padded.reversed() {
            strides.append(size == 1 ? 0 : stride)
            stride *= size
        }
        (self.strides, self.shape) = (strides.reversed(), shape)
    }

    subscript(index: Int) -> Int {
        var (rest, place) = (index, 0)
        for axis in shape.indices.reversed() {
            place += rest % shape[axis] * strides[axis]
            rest /= shape[axis]
        }
        return place
    }
}

extension [Int] {
    func padded(to rank: Int) -> [Int] { [Int](repeating: 1, count: Swift.max(0, rank - count)) + self }
}
