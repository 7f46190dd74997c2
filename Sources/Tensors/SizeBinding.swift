/// Decides the sizes that a file leaves open, from the shapes that are declared for it.
///
/// First every port is told with `bind`, so that a name which one port declares serves the others; then `shape` says each
/// port's shape. A declared shape may leave out one leading dimension of size 1, the batch.
///
///     var binding = SizeBinding()
///     binding.bind(port, to: .dimensions([1, 6, nil]))      // file: [1, T, 3]
///     binding.shape(of: port, declared: ...)                // [1, 6, 3]
package struct SizeBinding {
    /// What is declared for a port.
    package enum Declared: Sendable, Hashable {
        /// nil leaves a size to the file.
        case dimensions([Int?])
        /// So many elements along one dimension, all others 1.
        case count(Int)
        /// Whatever the file says.
        case open
    }

    /// By the file's name.
    package private(set) var sizes: [String: Int] = [:]

    package init() {}

    /// Takes the sizes of names from a declaration; false where it contradicts the file or what was declared before.
    @discardableResult
    package mutating func bind(_ port: OpenSignature.Port, to declared: Declared) -> Bool {
        guard let dimensions = port.dimensions else { return true }
        guard let aligned = aligned(declared, with: dimensions) else { return false }
        var sizes = sizes
        for (dimension, size) in zip(dimensions, aligned) {
            guard let size, !disagrees(dimension, size, sizes) else {
                if size == nil { continue }
                return false
            }
            if case .named(let name) = dimension { sizes[name] = size }
        }
        self.sizes = sizes
        return true
    }

    /// The port's shape; nil where a size stays open. An open first dimension is 1 where nothing is said.
    package func shape(of port: OpenSignature.Port, declared: Declared) -> [Int]? {
        guard let dimensions = port.dimensions else { return ownShape(declared) }
        guard let aligned = aligned(declared, with: dimensions) else { return nil }
        let shape = dimensions.indices.map { axis in
            aligned[axis] ?? known(dimensions[axis]) ?? (axis == 0 ? 1 : nil)
        }
        return shape.contains { $0 == nil } ? nil : shape.compactMap { $0 }
    }

    /// The axes at which a declaration of the same rank, or without the batch, contradicts the file.
    package func conflicts(of port: OpenSignature.Port, declared: [Int?]) -> [Int] {
        guard let dimensions = port.dimensions, let aligned = padded(declared, to: dimensions) else { return [] }
        return dimensions.indices.filter { axis in
            aligned[axis].map { disagrees(dimensions[axis], $0, sizes) } ?? false
        }
    }

    /// The declaration that the file asks for, as near to the declared one as it may be.
    package func mended(_ port: OpenSignature.Port, declared: Declared) -> [Int] {
        let dimensions = port.dimensions ?? []
        let wanted: [Int?]? = if case .dimensions(let sizes) = declared { padded(sizes, to: dimensions) } else { nil }
        return dimensions.enumerated().map { axis, dimension in known(dimension) ?? (wanted?[axis] ?? nil) ?? 1 }
    }

    /// What is known of a size without the declaration of its own port.
    package func known(_ dimension: OpenSignature.Dimension) -> Int? {
        switch dimension {
        case .size(let size): size == 0 ? nil : size
        case .named(let name): sizes[name]
        case .unnamed: nil
        }
    }

    private func disagrees(_ dimension: OpenSignature.Dimension, _ size: Int, _ sizes: [String: Int]) -> Bool {
        switch dimension {
        case .size(let own): own != size && own != 0
        case .named(let name): sizes[name].map { $0 != size } ?? false
        case .unnamed: false
        }
    }

    /// The declared sizes, one for each of the file's dimensions.
    private func aligned(_ declared: Declared, with dimensions: [OpenSignature.Dimension]) -> [Int?]? {
        switch declared {
        case .open: dimensions.map { _ in nil }
        case .dimensions(let sizes): padded(sizes, to: dimensions)
        case .count(let count): line(of: count, in: dimensions)
        }
    }

    private func padded(_ sizes: [Int?], to dimensions: [OpenSignature.Dimension]) -> [Int?]? {
        if sizes.count == dimensions.count { return sizes }
        guard sizes.count == dimensions.count - 1, (known(dimensions[0]) ?? 1) == 1 else { return nil }
        return [1] + sizes
    }

    /// All open dimensions 1 but the last, which takes what is left. The first one is the batch where the others suffice.
    private func line(of count: Int, in dimensions: [OpenSignature.Dimension]) -> [Int?]? {
        var shape = dimensions.map { known($0) }
        let closed = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1 ?? 1).partialValue }
        guard closed > 0, count.isMultiple(of: closed) else { return nil }
        if let last = shape.lastIndex(of: nil) { shape[last] = count / closed } else if closed != count { return nil }
        return shape.map { $0 ?? 1 }
    }

    /// Where the file says nothing, the declaration alone does.
    private func ownShape(_ declared: Declared) -> [Int]? {
        switch declared {
        case .open: nil
        case .count(let count): count == 1 ? [] : [count]
        case .dimensions(let sizes): sizes.contains { $0 == nil } ? nil : sizes.compactMap { $0 }
        }
    }
}
