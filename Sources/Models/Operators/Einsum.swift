import Tensors

/// An equation of ONNX Einsum, taken apart.
///
/// Each operand is laid out over all the letters of the equation (an axis of size 1 where it lacks one), the operands are
/// multiplied, and the letters that the result lacks are summed over. That takes memory for all letters at once, which is
/// counted before; of two operands with one shared summed letter, a matrix product is made instead.
struct Einsum {
    private let operands: [[Character]]
    private let result: [Character]
    private var sizes: [Character: Int] = [:]

    /// Letters for the axes that an ellipsis stands for, from the last one backward.
    private static let hidden = Array("0123456789")

    init(_ equation: String, shapes: [Shape]) throws {
        let sides = equation.filter { $0 != " " }.split(separator: "->", omittingEmptySubsequences: false).map(
            String.init)
        guard sides.count <= 2, let left = sides.first else { throw ModelError("equation `\(equation)` is malformed") }
        let terms = left.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard terms.count == shapes.count else {
            throw ModelError("equation `\(equation)` is for \(terms.count) operands, not \(shapes.count)")
        }
        operands = try zip(terms, shapes).map { try Self.letters($0, rank: $1.rank) }
        for (letters, shape) in zip(operands, shapes) {
            for (letter, size) in zip(letters, shape.dimensions) {
                let known = sizes[letter] ?? 1
                guard known == 1 || size == 1 || known == size else {
                    throw ModelError("equation `\(equation)`: `\(letter)` is both \(known) and \(size)")
                }
                sizes[letter] = max(known, size)
            }
        }
        let letters = operands.joined().map { $0 }
        let ellipsis = Self.hidden.reversed().filter(letters.contains)
        result = try Self.result(sides, operands, ellipsis)
        guard Set(result).isSubset(of: Set(sizes.keys)), Set(result).count == result.count else {
            throw ModelError("equation `\(equation)`: the result's letters are not those of the operands")
        }
    }

    func apply(_ node: Application) throws -> Value {
        let summed = operands.joined().reduce(into: [Character]()) { letters, letter in
            if !result.contains(letter), !letters.contains(letter) { letters.append(letter) }
        }
        let all = result + summed
        if let product = try matrixProduct(node, summed) { return product }
        let spread = try operands.indices.map { try self.spread(node, $0, over: all) }
        let product = try spread.dropFirst().reduce(spread[0]) { try node.binary(.multiply, $0, $1) }
        guard !summed.isEmpty else { return product }
        return try node.add(Reduce(.sum, axes: Array(result.count..<all.count), .dropped), product)
    }

    /// `...ij,...jk->...ik` and its like: batch letters in front, one letter of each operand, one summed.
    private func matrixProduct(_ node: Application, _ summed: [Character]) throws -> Value? {
        guard operands.count == 2, summed.count == 1, operands.allSatisfy({ $0.contains(summed[0]) }) else {
            return nil
        }
        let (first, second) = (operands[0], operands[1])
        let batch = result.filter { first.contains($0) && second.contains($0) }
        let rows = first.filter { !batch.contains($0) && $0 != summed[0] }
        let columns = second.filter { !batch.contains($0) && $0 != summed[0] }
        guard rows.count == 1, columns.count == 1, result == batch + rows + columns else { return nil }
        let left = try spread(node, 0, over: batch + rows + summed)
        let right = try spread(node, 1, over: batch + summed + columns)
        return try node.add(MatMul(), left, right)
    }

    /// An operand with its axes in the order of `letters`, and axes of size 1 for those it lacks.
    private func spread(_ node: Application, _ index: Int, over letters: [Character]) throws -> Value {
        let (value, own) = try diagonal(node, node.input(index), operands[index])
        let order = letters.compactMap { own.firstIndex(of: $0) }
        let shape = node.shape(value)
        let moved = try node.transpose(value, order)
        return try node.reshape(moved, letters.map { letter in own.firstIndex(of: letter).map { shape[$0] } ?? 1 })
    }

    /// A letter that is repeated names the elements whose places along its axes agree.
    private func diagonal(_ node: Application, _ value: Value, _ letters: [Character]) throws -> (Value, [Character]) {
        let own = letters.reduce(into: [Character]()) { if !$0.contains($1) { $0.append($1) } }
        guard own.count < letters.count else { return (value, letters) }
        let shape = node.shape(value)
        let result = try Shape(own.map { sizes[$0] ?? 1 })
        var steps = own.map { _ in 0 }
        for (axis, letter) in letters.enumerated() {
            guard let place = own.firstIndex(of: letter), shape[axis] == result[place] else {
                throw ModelError("a repeated letter names axes of different sizes in \(shape)")
            }
            steps[place] += shape.strides[axis]
        }
        let strides = result.strides
        let table = (0..<result.count).map { flat in
            own.indices.reduce(0) { $0 + flat / strides[$1] % result[$1] * steps[$1] }
        }
        return (try node.pick(value, table, shape: result), own)
    }

    private static func letters(_ term: String, rank: Int) throws -> [Character] {
        let parts = term.split(separator: "...", omittingEmptySubsequences: false).map(String.init)
        let named = parts.joined().count
        let count = parts.count == 2 ? rank - named : 0
        guard parts.count <= 2, named + count == rank, (0...hidden.count).contains(count) else {
            throw ModelError("`\(term)` does not fit an operand of rank \(rank)")
        }
        let letters = Array(parts[0]) + (parts.count == 2 ? hidden.prefix(count).reversed() + Array(parts[1]) : [])
        guard letters.allSatisfy({ $0.isLetter || hidden.contains($0) }) else {
            throw ModelError("`\(term)` holds what is no letter")
        }
        return letters
    }

    /// Without an arrow: the letters that occur once, in alphabetical order.
    private static func result(
        _ sides: [String], _ operands: [[Character]], _ ellipsis: [Character]
    ) throws -> [Character] {
        guard sides.count < 2 else {
            let parts = sides[1].split(separator: "...", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2 else { throw ModelError("`\(sides[1])` has two ellipses") }
            return Array(parts[0]) + (parts.count == 2 ? ellipsis + Array(parts[1]) : [])
        }
        let letters = operands.joined().filter { !hidden.contains($0) }
        let single = letters.filter { letter in letters.filter { $0 == letter }.count == 1 }
        return ellipsis + single.sorted()
    }
}

extension String {
    /// The pieces between occurrences of `separator`, which is not empty.
    fileprivate func components(separatedBy separator: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var rest = self[...]
        while let first = rest.first {
            if rest.hasPrefix(separator) {
                pieces.append(piece)
                piece = ""
                rest = rest.dropFirst(separator.count)
            } else {
                piece.append(first)
                rest = rest.dropFirst()
            }
        }
        return pieces + [piece]
    }
}
