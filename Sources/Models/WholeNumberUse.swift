import Tensors

/// What a model's file shows of the whole numbers that an input takes.
package enum WholeNumberUse: Sendable, Hashable {
    /// Places in a table of so many rows, or classes of so many.
    case below(Int)
    /// Compared with these, ascending.
    case among([Int])
}

extension Model {
    /// By the names of inputs, where there is something to say. Of a file that cannot be imported, what is met before the node
    /// at which it fails.
    package static func wholeNumberUses(
        onnx bytes: [UInt8], _ choices: Choices = Choices(), external: ExternalFiles = .none
    ) -> [String: WholeNumberUse] {
        bytes.withUnsafeBytes { buffer in
            guard let importer = try? Importer(ModelProto(decoding: buffer), choices, external) else { return [:] }
            _ = try? importer.run()
            return importer.graph.wholeNumberUses
        }
    }
}

extension Graph {
    fileprivate var wholeNumberUses: [String: WholeNumberUse] {
        var readers: [Value: [Int]] = [:]
        for (index, node) in nodes.enumerated() {
            for input in node.inputs { readers[input, default: []].append(index) }
        }
        var uses: [String: WholeNumberUse] = [:]
        for input in inputs where type(of: input.value).element == .int64 {
            uses[input.name] = use(of: input.value, readers)
        }
        return uses
    }

    /// Follows a value through all that hands its numbers on.
    private func use(of value: Value, _ readers: [Value: [Int]]) -> WholeNumberUse? {
        var (rows, compared) = (Int.max, Set<Int>())
        var (waiting, seen) = ([value], Set([value]))
        while let next = waiting.popLast() {
            for reader in readers[next] ?? [] {
                guard case .operation(let operation) = nodes[reader].source else { continue }
                let inputs = nodes[reader].inputs
                switch operation {
                case is Cast, is Rearrange, is Select:
                    let result = Value(reader)
                    if inputs[0] != next || !(operation is Select), seen.insert(result).inserted {
                        waiting.append(result)
                    }
                case is GatherRows where inputs[1] == next: rows = min(rows, shape(of: inputs[0])[0])
                case let binary as Binary where binary.kind == .equal:
                    let other = inputs[0] == next ? inputs[1] : inputs[0]
                    compared.formUnion((constant(of: other)?.doubles ?? []).compactMap(Int.init(exactly:)))
                default: continue
                }
            }
        }
        if rows < .max { return .below(rows) }
        let sorted = compared.sorted()
        // All numbers from 0 on: classes made into ones and zeros.
        if sorted.count > 2, sorted == Array(0..<sorted.count) { return .below(sorted.count) }
        return sorted.isEmpty ? nil : .among(sorted)
    }
}
