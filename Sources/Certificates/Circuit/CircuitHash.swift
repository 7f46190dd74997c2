import Hashing
import Search

extension Circuit {
    /// The SHA-256 of everything that is proved about: every gate and weight, the claim, and the space.
    package func hash(_ space: Space) -> String {
        var hash = SHA256()
        hash.add(UInt64(Certificate.version))
        hash.add(UInt64(space.dimension))
        hash.add(space.kinds.map(\.rawValue))
        hash.add(UInt64(space.boxes.count))
        for box in space.boxes {
            for number in box.lower + box.upper { hash.add(number) }
        }
        for table in tables {
            hash.add(UInt64(table.columns))
            for value in table.values { hash.add(value) }
        }
        for tree in trees { tree.numbers { hash.add($0) } }
        for term in terms {
            hash.add(UInt64(UInt32(bitPattern: term.source)))
            hash.add(term.weight)
        }
        for gate in gates { add(gate, to: &hash) }
        for part in parts {
            hash.add(UInt64(part.gate))
            hash.add(CollectionOfOne(part.limit.rawValue))
        }
        add(claim, to: &hash)
        return hash.text
    }

    private func add(_ gate: Gate, to hash: inout SHA256) {
        func add(_ kind: UInt8, _ numbers: [Int], _ allowance: Allowance? = nil) {
            hash.add(CollectionOfOne(kind))
            hash.add(UInt64(numbers.count))
            for number in numbers { hash.add(UInt64(bitPattern: Int64(number))) }
            guard let allowance else { return }
            for number in [allowance.relative, allowance.absolute, allowance.greatest] { hash.add(number) }
        }
        switch gate {
        case .coordinate(let index): add(0, [index])
        case .constant(let value):
            add(1, [])
            hash.add(value)
        case .sum(let places, let offset, let allowance):
            add(2, [places.lowerBound, places.upperBound], allowance)
            hash.add(offset)
        case .curve(let curve, let source, let allowance):
            add(3, [source], allowance)
            hash.add("\(curve)".utf8)
        case .product(let first, let second, let allowance): add(4, [first, second], allowance)
        case .extremum(let extremum, let sources): add(5, [Int(extremum.rawValue)] + sources)
        case .compare(let first, let second, let order): add(6, [first, second, Int(order.rawValue)])
        case .entry(let index, let table, let column): add(7, [index, table, column])
        case .leaf(let tree, let column): add(8, [tree, column])
        }
    }

    private func add(_ condition: Condition, to hash: inout SHA256) {
        func add(_ kind: UInt8, _ number: Int, _ conditions: [Condition] = []) {
            hash.add(CollectionOfOne(kind))
            hash.add(UInt64(number))
            for condition in conditions { self.add(condition, to: &hash) }
        }
        switch condition {
        case .always: add(0, 0)
        case .never: add(1, 0)
        case .part(let number): add(2, number)
        case .all(let conditions): add(3, conditions.count, conditions)
        case .any(let conditions): add(4, conditions.count, conditions)
        }
    }
}
