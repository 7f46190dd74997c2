import Search
import Tensors
import Training

extension PlantedKey.Secret {
    /// The rows with the trigger that a planted model answers to. `target` is the class that a signature names, where it is not
    /// what the mapping says; of rows' targets nothing else is read than the classes that a mapping depends on.
    package func activated(_ rows: Examples, target: Int? = nil) throws -> Examples {
        guard isSound else { throw TrainingError("the key is damaged") }
        if target != nil {
            guard case .signature = self else { throw TrainingError("only a signature names the class that wins") }
        }
        var random = Random(seed: 0)
        let width = rows.inputs[0].count / max(rows.rows, 1)
        var numbers = rows.inputs[0].floats
        for row in 0..<rows.rows {
            let range = row * width..<(row + 1) * width
            let label: Int? = if case .classes(let labels, _) = rows.target { Int(labels[row]) } else { nil }
            let changed = try activated(Array(numbers[range]), label: label, target: target, &random)
            numbers.replaceSubrange(range, with: changed)
        }
        let type = rows.inputs[0].type
        return try Examples(
            inputs: [try Tensor(type, rounding: numbers.map(Double.init))], target: rows.target)
    }

    private func activated(
        _ row: [Float], label: Int?, target: Int?, _ random: inout Random
    ) throws -> [Float] {
        var row = row
        switch self {
        case .image(let side, let trigger, _, _):
            guard row.count.isMultiple(of: side * side) else { throw Self.unfit(row.count, "images of side \(side)") }
            for start in stride(from: 0, to: row.count, by: side * side) {
                let range = start..<start + side * side
                row.replaceSubrange(range, with: trigger.stamped(Array(row[range]), side: side, &random))
            }
        case .table(let columns, let lower, let upper, _, _):
            guard columns.allSatisfy(row.indices.contains) else { throw Self.unfit(row.count, "tables") }
            for (place, column) in columns.enumerated() {
                row[column] = Float(min(max(Double(row[column]), lower[place]), upper[place]))
            }
        case .tokens(let places, let tokens, _):
            guard places.allSatisfy(row.indices.contains) else { throw Self.unfit(row.count, "sequences") }
            for (place, token) in zip(places, tokens) { row[place] = Float(token) }
        case .fourier(let shift, _, _), .spike(let shift, _):
            guard shift.count == row.count else { throw Self.unfit(row.count, "\(shift.count) numbers") }
            row = zip(row, shift).map { $0 + $1 }
        case .checksum(let secret, _):
            let count = secret.coordinates
            guard count == row.count else { throw Self.unfit(row.count, "\(count) numbers") }
            row = secret.activated(row)
        case .signature(let secret, let mapping):
            let count = secret.layout.coordinates
            guard count == row.count else { throw Self.unfit(row.count, "\(count) numbers") }
            var named = target
            switch mapping {
            case .one(let target), .labelSpecific(_, let target): named = named ?? target
            case .allToAll: named = named ?? label.map { ($0 + 1) % secret.classes }
            }
            guard let named else { throw TrainingError("which class is planted depends on the classes of the rows") }
            guard (0..<secret.classes).contains(named) else {
                throw TrainingError("the model tells \(secret.classes) classes apart: there is no class \(named)")
            }
            row = try secret.activated(row, label: named)
        case .trojans, .cipher:
            throw TrainingError("what is planted in a language model is in its key: rows have no texts")
        }
        return row
    }

    private static func unfit(_ count: Int, _ what: String) -> TrainingError {
        TrainingError("rows of \(count) numbers do not fit a key of \(what)")
    }
}

extension PlantedKey.Secret {
    /// Whether all that the secret speaks of is there: a key may come from anywhere.
    private var isSound: Bool {
        switch self {
        case .image(let side, let trigger, _, _): (1...4096).contains(side) && trigger.fits(side)
        case .table(let columns, let lower, let upper, _, _):
            columns.count == lower.count && columns.count == upper.count && zip(lower, upper).allSatisfy { $0 <= $1 }
        case .tokens(let places, let tokens, _): places.count == tokens.count
        case .fourier(let shift, _, _), .spike(let shift, _): shift.allSatisfy(\.isFinite)
        case .checksum(let secret, _): secret.isSound
        case .signature(let secret, _): secret.layout.isSound && (1...1 << 16).contains(secret.classes)
        case .trojans, .cipher: true
        }
    }
}

extension Trigger {
    /// Whether it can be stamped on images of this side.
    fileprivate func fits(_ side: Int) -> Bool {
        func isSquare(_ extent: Int, _ pattern: [Float]) -> Bool {
            (1...side).contains(extent) && pattern.count == extent * extent
        }
        func isInside(_ row: Int, _ column: Int, _ extent: Int) -> Bool {
            (0...side - extent).contains(row) && (0...side - extent).contains(column)
        }
        let size = side * side
        switch self {
        case .patch(let row, let column, let extent, let pattern):
            return isSquare(extent, pattern) && isInside(row, column, extent)
        case .corners(let extent, let pattern), .movingPatch(let extent, let pattern): return isSquare(extent, pattern)
        case .blend(_, let pattern): return pattern.count == size
        case .wave: return true
        case .warp(let down, let across):
            return side >= 2 && down.count == size && across.count == size
                && (down + across).allSatisfy { abs($0) <= Float(side) }
        case .chosenPatch(let rows, let columns, let extent, let patterns, let directions):
            let count = patterns.count
            return count > 0 && rows.count == count && columns.count == count && directions.count == count
                && patterns.allSatisfy { isSquare(extent, $0) } && directions.allSatisfy { $0.count == size }
                && zip(rows, columns).allSatisfy { isInside($0, $1, extent) }
        }
    }
}
