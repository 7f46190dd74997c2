import Models
import Tensors

/// The sizes that a file leaves open, each by its name, or by its input and place where it has none: `input.1`.
struct SizeSlots {
    /// A length, the side of a picture, and what fits least: one after the other until the file loads.
    static let guesses = [16, 224, 64, 32, 8, 4, 2, 1, 512, 256, 128, 100, 10, 3]
    /// How many axes an input has whose shape the file does not say.
    private static let ranks = [2, 4, 3, 1]
    /// Free sizes of which each is tried as 1 besides.
    private static let mixedLimit = 4

    private let ports: [OpenSignature.Port]
    private let given: [String: Int]
    private let known: [String: [Int]]

    init(_ ports: [OpenSignature.Port], given: [String: Int], known: [String: [Int]]) {
        (self.ports, self.given, self.known) = (ports, given, known)
    }

    /// All that may be given, in the order of the file.
    var open: [String] {
        var seen: Set<String> = []
        return ports.flatMap { port in
            let own = keys(of: port, rank: given(rankOf: port) ?? 1).compactMap(\.self)
            let places = (port.dimensions ?? []).enumerated().filter { $0.element.isOpen }.map {
                "\(port.name).\($0.offset)"
            }
            return own + places
        }.filter { seen.insert($0).inserted }
    }

    func isScalar(_ name: String) -> Bool {
        ports.contains { $0.name == name && ($0.dimensions.map { $0.allSatisfy { $0 == .size(1) } } ?? false) }
    }

    /// Sizes by key: the likely first. A batch is 1 until nothing else loads.
    var attempts: [[String: Int]] {
        let lacksShape = ports.contains { $0.dimensions == nil && known[$0.name] == nil && given(rankOf: $0) == nil }
        return (lacksShape ? Self.ranks : [0]).flatMap(attempts(rank:))
    }

    private func attempts(rank: Int) -> [[String: Int]] {
        var (batches, free) = ([String](), [String]())
        for port in ports where known[port.name] == nil {
            for (axis, key) in keys(of: port, rank: rank).enumerated() {
                guard let key, size(given: key, port, axis) == nil, !batches.contains(key), !free.contains(key) else {
                    continue
                }
                if axis == 0 { batches.append(key) } else { free.append(key) }
            }
        }
        func taken(_ size: Int, ones: [String]) -> [String: Int] {
            var sizes = ["": rank]
            for key in batches + free { sizes[key] = ones.contains(key) ? 1 : size }
            return sizes
        }
        guard !free.isEmpty else {
            return [taken(1, ones: batches)] + (batches.isEmpty ? [] : Self.guesses.map { taken($0, ones: []) })
        }
        let alike = Self.guesses.map { taken($0, ones: batches) }
        let mixed =
            (2...Self.mixedLimit).contains(free.count)
            ? (1..<(1 << free.count) - 1).flatMap { mask in
                let ones = free.indices.filter { mask >> $0 & 1 == 1 }.map { free[$0] }
                return Self.guesses.map { taken($0, ones: batches + ones) }
            } : []
        return alike + mixed + (batches.isEmpty ? [] : Self.guesses.map { taken($0, ones: []) })
    }

    /// The shapes of all inputs.
    func shapes(_ sizes: [String: Int]) -> [String: [Int]] {
        let pairs = ports.map { port in
            let keys = keys(of: port, rank: sizes[""] ?? 0)
            let shape = keys.enumerated().map { axis, key in
                guard let key else { return fixed(port, axis) }
                return size(given: key, port, axis) ?? sizes[key] ?? 1
            }
            return (port.name, known[port.name] ?? shape)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// What was taken for each open size.
    func named(_ sizes: [String: Int]) -> [String: Int] {
        let shapes = shapes(sizes)
        var named: [String: Int] = [:]
        for port in ports {
            for (axis, key) in keys(of: port, rank: sizes[""] ?? 0).enumerated() {
                if let key, let shape = shapes[port.name], shape.indices.contains(axis) { named[key] = shape[axis] }
            }
        }
        return named
    }

    private func fixed(_ port: OpenSignature.Port, _ axis: Int) -> Int {
        if case .size(let size)? = port.dimensions?[axis] { size } else { 1 }
    }

    /// For each axis its key; nil where the file says the size.
    private func keys(of port: OpenSignature.Port, rank: Int) -> [String?] {
        guard let dimensions = port.dimensions else {
            return (0..<(given(rankOf: port) ?? rank)).map { "\(port.name).\($0)" }
        }
        return dimensions.enumerated().map { axis, dimension in
            guard dimension.isOpen else { return nil }
            if case .named(let name) = dimension { return name }
            return "\(port.name).\(axis)"
        }
    }

    private func size(given key: String, _ port: OpenSignature.Port, _ axis: Int) -> Int? {
        given["\(port.name).\(axis)"] ?? given[key]
    }

    /// Of an input of any shape: as many axes as sizes are given, from the first on.
    private func given(rankOf port: OpenSignature.Port) -> Int? {
        guard port.dimensions == nil else { return nil }
        let count = (0..<Shape.maximumRank).prefix { given["\(port.name).\($0)"] != nil }.count
        return count == 0 ? nil : count
    }
}
