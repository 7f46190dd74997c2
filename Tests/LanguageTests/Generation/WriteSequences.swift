/// Sequences of records, tensors of what is no number, and steps.
extension Writer {
    /// What a sequence in scope has of a kind.
    mutating func entries(of name: String, _ index: Int, _ least: Int, _ most: Int, _ kind: Kind) -> [String] {
        let place = chance.pick(["[0]", "[\(most - 1)]", "[\(most)]"])
        if kind == .record(index) { return ["\(name)\(place)", "last(\(name))"] }
        if kind == .int, chance.happens(30) { return ["length(\(name))"] }
        guard
            let field = offer.records[index].fields.filter({ $0.kind.isColumn(of: kind, most) || $0.kind == kind })
                .first
        else { return [] }
        if field.kind == kind { return ["\(name)\(place).\(field.name)"] }
        return least == most ? ["\(name).\(field.name)"] : []
    }

    /// A sequence of a fixed length.
    mutating func sequence(_ index: Int, _ count: Int, _ depth: Int) -> String {
        note("sequence")
        return "[" + (0..<count).map { _ in expression(.record(index), depth - 1) }.joined(separator: ", ") + "]"
    }

    /// `R[2]`, `R[1..2]`
    mutating func sequence() -> Drawn? {
        guard let record = offer.records.first else { return nil }
        let values = record.fields.reduce(1) { $0 * $1.count }
        let (least, most) = (chance.among(1...2), chance.among(2...3))
        let count = (0..<most).reduce(most - least + 1) { count, _ in count * values }
        guard count * load <= mostLoad else { return nil }
        note(least == most ? "sequence of a fixed length" : "sequence of varying length")
        let length = least == most ? "\(most)" : "\(least)..\(most)"
        return Drawn(type: "\(record.name)[\(length)]", kind: .sequence(0, least, most), count: count)
    }

    /// `Bool[2]`, `Int[2] in [0, 2]`, `F[2]`
    mutating func tensor() -> Drawn? {
        note("tensor of what is no Real")
        switch chance.below(offer.enums.isEmpty ? 2 : 3) {
        case 0: return Drawn(type: "Bool[2]", kind: .flags(2), count: 4)
        case 1:
            let lower = chance.among(-1...1)
            return Drawn(type: "Int[2] in [\(lower), \(lower + 2)]", kind: .vector(2), count: 9)
        default:
            let own = offer.enums[0]
            return Drawn(type: "\(own.name)[2]", kind: .choices(0, 2), count: own.cases.count * own.cases.count)
        }
    }

    /// The entries of a sequence that is in scope, one by one.
    mutating func entriesInScope() -> Drawn? {
        let sequences = scope.filter(\.kind.isSequence)
        guard !sequences.isEmpty else { return nil }
        let variable = chance.pick(sequences)
        guard case .sequence(let index, _, let most) = variable.kind else { return nil }
        note("entries of a sequence")
        return Drawn(type: "in \(variable.name)", kind: .record(index), count: most)
    }

    // MARK: - Steps

    /// `iterate`, `trace` or `fold` of a declared function; nil where none fits.
    mutating func steps(_ kind: Kind, _ depth: Int) -> String? {
        let fitting = offer.functions.filter { $0.steps(to: kind) && load * 8 <= mostLoad }
        guard !fitting.isEmpty else { return nil }
        let step = chance.pick(fitting)
        // Up to four are written out, more are a loop.
        let times = chance.pick([0, 1, 2, 3, 4, 5, 6])
        guard step.parameters.count == 2 else {
            guard chance.happens(40) else {
                note("iterate")
                return "iterate(\(step.name), from: \(expression(kind, depth - 1)), times: \(times))"
            }
            note("trace")
            let last = chance.pick(["[\(times)]", "[\(max(times - 1, 0))]", "[\(times + 1)]"])
            return "trace(\(step.name), from: \(expression(kind, depth - 1)), times: \(times))\(last)"
        }
        note("fold")
        return
            "fold(\(step.name), over: \(list(of: step.parameters[1].kind, depth)), from: \(expression(kind, depth - 1)))"
    }

    /// Something to go through, entry by entry.
    private mutating func list(of kind: Kind, _ depth: Int) -> String {
        let count = chance.pick([2, 3, 5, 6])
        switch kind {
        case .int: return expression(.vector(count), depth - 1)
        case .bool: return expression(.flags(count), depth - 1)
        case .record(let index): return expression(.sequence(index, 2, 2), depth - 1)
        default: return "[" + (0..<2).map { _ in expression(kind, depth - 1) }.joined(separator: ", ") + "]"
        }
    }
}

extension Writer.Kind {
    var isSequence: Bool { if case .sequence = self { true } else { false } }

    /// Whether so many of these values are a tensor of the other kind.
    fileprivate func isColumn(of other: Self, _ count: Int) -> Bool {
        switch (self, other) {
        case (.int, .vector(count)), (.bool, .flags(count)): true
        default: false
        }
    }
}

extension Writer.Function {
    /// Whether it makes a state of a state of this kind.
    fileprivate func steps(to kind: Writer.Kind) -> Bool {
        guard result == kind, parameters.first?.kind == kind else { return false }
        if parameters.count == 1 { return true }
        guard parameters.count == 2 else { return false }
        return switch parameters[1].kind {
        case .int, .bool, .record: true
        default: false
        }
    }
}
