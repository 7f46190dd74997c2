extension Draft {
    /// A property that some input decides, each of its variables with bounds of its own; half of the time with measures.
    mutating func askForTheSmallest() {
        for _ in 0..<writer.chance.among(1...4) { quantifyPlainly() }
        if writer.chance.happens(25) { clauses.append("assume \(writer.expression(.bool, 1))") }
        let inputs = writer.scope
        if writer.chance.happens(50) { shrink = measures(inputs) }
        if writer.chance.happens(20) { bind() }
        writer.mostLoad = max(writer.load * 10, 3000)
        let isUp = form == .exists || isPlanted
        check =
            isPlanted
            ? writer.expression(.int, writer.chance.among(2...4)) + (isUp ? " >= #" : " <= #")
            : writer.expression(.bool, writer.chance.among(2...3))
    }

    private mutating func quantifyPlainly() {
        let word = form == .exists ? "exists" : "forall"
        let lower = writer.chance.pick([0, 0, -3, 1, -5, 2])
        let upper = lower + writer.chance.among(1...9)
        var drawn = Writer.Drawn(
            type: "Int in [\(lower), \(upper)]", kind: .int, count: upper - lower + 1, range: lower...upper)
        if writer.chance.happens(40), let other = writer.domain(), !other.type.hasPrefix("in "),
            !other.kind.isSequence
        {
            drawn = other
        }
        if writer.chance.happens(20) { drawn = .init(type: "Tokens[3] over 4", kind: .vector(3), count: 64) }
        guard drawn.count * writer.load <= 3000 else { return }
        writer.load *= drawn.count
        let name = writer.freshName()
        writer.scope.append(.init(name: name, kind: drawn.kind, range: drawn.range))
        clauses.append("\(word) \(name): \(drawn.type)")
    }

    private mutating func measures(_ inputs: [Writer.Variable]) -> String? {
        var measures: [String] = []
        for input in inputs where writer.chance.happens(60) {
            switch input.kind {
            case .int:
                measures.append(
                    writer.chance.pick([
                        "abs(\(input.name))", "abs(\(input.name) - 1)", "l1(\(input.name))", "linf(\(input.name))",
                    ]))
            case .vector: measures.append("\(writer.chance.pick(["l0", "l1", "linf", "sum", "max"]))(\(input.name))")
            default: break
            }
        }
        return measures.isEmpty ? nil : measures.joined(separator: ", ")
    }
}
