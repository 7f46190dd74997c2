import Tensors

/// Margins of the largest or smallest answer, and entries of tables.
extension Circuit {
    /// The margin of argmax(y) == class, or of its denial: the class leads every other, ties going to the lowest index.
    mutating func answer(_ answer: ArgIs, _ scores: Wires, _ number: Wires) throws(Unsupported) -> [Int32] {
        guard let gate = number.gates.first else { throw Unsupported("operator \(answer.name) without a class") }
        if let chosen = constant(gate) { return [try leads(answer, scores.gates, chosen)] }
        // For each class: the number is below it, or above it, or it leads.
        var claims: [Int] = []
        let count = Double(scores.gates.count)
        let isPositive = answer.polarity == .positive
        for chosen in scores.gates.indices {
            let place = try add(.constant(Double(chosen)), .whole)
            let below = Int(try add(.compare(Int(gate), Int(place), .less)))
            let above = Int(try add(.compare(Int(place), Int(gate), .less)))
            let own = Int(try leads(answer, scores.gates, Double(chosen)))
            claims.append(Int(try add(.extremum(.greatest, of: [below, above, own]))))
        }
        guard isPositive else { return [try opaque(add(.extremum(.least, of: claims)))] }
        let (first, last) = (try add(.constant(0), .whole), try add(.constant(count - 1), .whole))
        claims.append(Int(try add(.compare(Int(first), Int(gate), .lessOrEqual))))
        claims.append(Int(try add(.compare(Int(gate), Int(last), .lessOrEqual))))
        return [try opaque(add(.extremum(.least, of: claims)))]
    }

    /// The same number, read as one part of a claim whatever it is made of.
    mutating func opaque(_ gate: Int32) throws(Unsupported) -> Int32 {
        try sum([.init(source: gate, weight: 1)], .exact, .any)
    }

    mutating func leads(_ answer: ArgIs, _ scores: [Int32], _ chosen: Double) throws(Unsupported) -> Int32 {
        let isPositive = answer.polarity == .positive
        guard let own = Int(exactly: chosen), scores.indices.contains(own) else {
            return try add(.constant(isPositive ? -.infinity : .infinity))
        }
        var margins: [Int] = []
        for other in scores.indices where other != own {
            let ahead = (answer.extremum == .max) == isPositive ? (own, other) : (other, own)
            let order: Gate.Order = (other < own) == isPositive ? .less : .lessOrEqual
            margins.append(Int(try add(.compare(Int(scores[ahead.1]), Int(scores[ahead.0]), order))))
        }
        return try add(.extremum(isPositive ? .least : .greatest, of: margins))
    }

    /// In front of a table rows are counted from its back.
    private func row(_ index: Double, of data: Wires, _ columns: Int) throws(Unsupported) -> ArraySlice<Int32> {
        let count = data.shape[0]
        guard index >= -Double(count), index < Double(count), let row = Int(exactly: index) else {
            throw Unsupported("operator gather beyond its table")
        }
        let first = (row < 0 ? row + count : row) * columns
        return data.gates[first..<(first + columns)]
    }

    mutating func rows(_ gather: GatherRows, _ data: Wires, _ index: Wires) throws(Unsupported) -> [Int32] {
        let count = data.shape[0]
        let columns = count == 0 ? 0 : data.gates.count / count
        let places = index.gates.compactMap { constant($0) }
        if places.count == index.gates.count {
            var result: [Int32] = []
            for place in places { result += try row(place, of: data, columns) }
            return result
        }
        var values: [Double] = []
        for gate in data.gates {
            guard let value = constant(gate), value.isFinite else {
                throw Unsupported("operator gather from what is not constant")
            }
            values.append(value)
        }
        let table = self.table(values, columns: columns)
        var result: [Int32] = []
        for gate in index.gates {
            for column in 0..<columns {
                result.append(
                    try add(.entry(index: Int(gate), table: table, column: column), data.type.element.precision))
            }
        }
        return result
    }
}
