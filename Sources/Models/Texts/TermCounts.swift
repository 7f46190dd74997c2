import Tensors

/// TfIdfVectorizer: how often each n-gram of a list occurs in a row of texts or of whole numbers.
///
/// An n-gram is n elements of a row, one behind the other or with the same number of others between any two: 0 to
/// `max_skip_count`. Of split texts, each of which is a row, the counts of every text are a table.
enum TermCounts {
    static let rules: [String: StructureRule] = ["TfIdfVectorizer": counted]

    private static let counted: StructureRule = { node in
        guard let item = node.items.first, let item else { throw ModelError("input 0 is missing") }
        switch item {
        case .tokens(let tokens):
            let pool = try TermPool(node, elements: node.texts("pool_strings").map { $0.map(ExactText.init) })
            return [.tensor(try node.counts(of: tokens, pool), .float32)]
        case .texts(let value):
            let places = try (node.texts("pool_strings") ?? []).distinct
            let pool = try TermPool(node, elements: node.texts("pool_strings").map { $0.map(ExactText.init) })
            let ids = try node.places(of: value, among: places)
            let numbers = places.places
            return [.tensor(try node.counts(of: ids, pool.map { Int64(numbers[$0] ?? -1) }), .float32)]
        default:
            let pool = try TermPool(node, elements: node.integers("pool_int64s").map { $0.map(Int64.init) })
            return [.tensor(try node.counts(of: item.value(), pool), .float32)]
        }
    }
}

/// The n-grams that are counted, and what a count becomes.
struct TermPool<Element: Hashable> {
    struct Term {
        let elements: [Element]
        let place: Int
    }

    enum Weighting: String { case counts = "TF", presence = "IDF", weightedCounts = "TFIDF" }

    let terms: [Term]
    let width: Int
    let weighting: Weighting
    /// One for each place.
    let weights: [Float]
    let skips: ClosedRange<Int>

    /// `ngram_counts` says where the n-grams of each length begin among the elements.
    init(_ node: Application, elements: [Element]?) throws {
        guard let elements, let starts = try node.integers("ngram_counts"),
            let places = try node.integers("ngram_indexes")
        else { throw ModelError("its n-grams are missing") }
        let (shortest, longest) = (
            try node.integer("min_gram_length", default: 1), try node.integer("max_gram_length", default: 1)
        )
        var terms: [Term] = []
        for (index, start) in starts.enumerated() {
            let (length, end) = (index + 1, index + 1 < starts.count ? starts[index + 1] : elements.count)
            guard (0...elements.count).contains(start), (start...elements.count).contains(max(start, end)),
                end >= start, (end - start).isMultiple(of: length)
            else { throw ModelError("`ngram_counts` is \(starts) for \(elements.count) elements") }
            for first in stride(from: start, to: end, by: length) {
                guard terms.count < places.count else { throw ModelError("more n-grams than `ngram_indexes`") }
                terms.append(Term(elements: Array(elements[first..<first + length]), place: places[terms.count]))
            }
        }
        guard places.allSatisfy({ (0..<1 << 24).contains($0) }) else {
            throw ModelError("`ngram_indexes` is \(places)")
        }
        width = (places.max() ?? -1) + 1
        self.terms = terms.filter { (shortest...max(shortest, longest)).contains($0.elements.count) }
        guard let weighting = Weighting(rawValue: try node.text("mode", default: "")) else {
            throw ModelError("attribute `mode` is missing, or none of TF, IDF, TFIDF")
        }
        self.weighting = weighting
        var weights = [Float](repeating: 1, count: width)
        if let given = try node.floats("weights") {
            guard given.count == places.count else { throw ModelError("`weights` are not as many as `ngram_indexes`") }
            for (place, weight) in zip(places, given) { weights[place] = weight }
        }
        self.weights = weights
        skips = 0...max(0, min(try node.integer("max_skip_count", default: 0), 1 << 16))
    }

    private init(_ terms: [Term], _ width: Int, _ weighting: Weighting, _ weights: [Float], _ skips: ClosedRange<Int>) {
        (self.terms, self.width, self.weighting, self.weights, self.skips) = (terms, width, weighting, weights, skips)
    }

    func map<Other>(_ body: (Element) -> Other) -> TermPool<Other> {
        .init(
            terms.map { .init(elements: $0.elements.map(body), place: $0.place) }, width,
            .init(rawValue: weighting.rawValue) ?? .counts, weights, skips)
    }

    /// The counts of one row, by place.
    func counts(_ row: [Element]) -> [Float] {
        var places: [[Element]: [Int]] = [:]
        for term in terms { places[term.elements, default: []].append(term.place) }
        var counts = [Float](repeating: 0, count: width)
        for length in Set(terms.map(\.elements.count)).sorted() {
            for step in steps(length, in: row.count) {
                for start in 0..<max(0, row.count - step * (length - 1)) {
                    for place in places[(0..<length).map { row[start + $0 * step] }] ?? [] { counts[place] += 1 }
                }
            }
        }
        return zip(counts, weights).map(weighted)
    }

    /// Distances between neighbours; a single element has none.
    func steps(_ length: Int, in count: Int) -> [Int] {
        length == 1 ? [1] : skips.map { $0 + 1 }.filter { $0 * (length - 1) < count }
    }

    private func weighted(_ count: Float, _ weight: Float) -> Float {
        switch weighting {
        case .counts: count
        case .presence: count > 0 ? weight : 0
        case .weightedCounts: count * weight
        }
    }
}

extension Application {
    /// One row for each split text.
    fileprivate func counts(of tokens: TokenValue, _ pool: TermPool<ExactText>) throws -> Value {
        try allow(elements: tokens.lists.count * pool.width)
        let table = tokens.lists.flatMap { pool.counts($0.map(ExactText.init)) }
        let cells = shape(tokens.indices).count
        let places = try reshape(tokens.indices, [cells])
        return try lookup(places, in: Tensor(Shape([tokens.lists.count, pool.width]), table))
    }

    /// One row for each of `ids`, [cells] or [rows, cells].
    fileprivate func counts(of ids: Value, _ pool: TermPool<Int64>) throws -> Value {
        let shape = shape(ids)
        guard (1...2).contains(shape.rank), let cells = shape.dimensions.last else {
            throw ModelError("its input has shape \(shape), not one or two axes")
        }
        let lead = Array(shape.dimensions.dropLast())
        var sum = try expand(constant(.scalar(Float(0))), to: Shape(lead + [pool.width]))
        for length in Set(pool.terms.map(\.elements.count)).sorted() {
            for term in pool.distinctTerms(length) {
                for step in pool.steps(length, in: cells) where cells - step * (length - 1) > 0 {
                    let found = try occurrences(of: term, at: step, in: ids, cells)
                    sum = try binary(.add, sum, place(found, term, pool.width))
                }
            }
        }
        return try weighted(sum, pool)
    }

    private func weighted(_ counts: Value, _ pool: TermPool<Int64>) throws -> Value {
        let weights = constant(try Tensor(Shape([pool.width]), pool.weights))
        switch pool.weighting {
        case .counts: return counts
        case .weightedCounts: return try binary(.multiply, counts, weights)
        case .presence:
            let isThere = try binary(.greater, counts, 0)
            return try binary(.multiply, cast(isThere, to: .float32), weights)
        }
    }

    /// How often each of the terms, all of one length, occurs: [..., terms].
    private func occurrences(
        of terms: [TermPool<Int64>.Term], at step: Int, in ids: Value, _ cells: Int
    ) throws -> Value {
        let length = terms[0].elements.count
        let axis = shape(ids).rank - 1
        let starts = cells - step * (length - 1)
        var isThere: Value?
        for offset in 0..<length {
            let part = try slice(ids, axis: axis, from: offset * step, count: starts)
            let column = try add(Rearrange.unsqueeze(shape(part), axes: [axis + 1]), part)
            let wanted = try Tensor(Shape([terms.count]), terms.map { $0.elements[offset] })
            let isEqual = try binary(.equal, column, constant(wanted))
            isThere = try isThere.map { try binary(.and, $0, isEqual) } ?? isEqual
        }
        guard let isThere else { throw ModelError("an n-gram without elements") }
        return try add(Reduce(.sum, axes: [axis], .dropped), cast(isThere, to: .float32))
    }

    /// Counts of terms at the terms' places, 0 elsewhere.
    private func place(_ counts: Value, _ terms: [TermPool<Int64>.Term], _ width: Int) throws -> Value {
        let axis = shape(counts).rank - 1
        var picked = [Int64](repeating: Int64(terms.count), count: width)
        for (index, term) in terms.enumerated() { picked[term.place] = Int64(index) }
        let zero = try expand(constant(.scalar(Float(0))), to: Shape(shape(counts).dimensions.dropLast() + [1]))
        let whole = try concatenate([counts, zero], axis: axis)
        return try add(Rearrange.gather(shape(whole), axis: axis, index: Tensor(Shape([width]), picked)), whole)
    }
}

extension TermPool {
    /// The terms of a length, in lists that have no place twice.
    fileprivate func distinctTerms(_ length: Int) -> [[Term]] {
        var lists: [[Term]] = []
        var used: [Int: Int] = [:]
        for term in terms where term.elements.count == length {
            let list = used[term.place, default: 0]
            used[term.place] = list + 1
            if list == lists.count { lists.append([]) }
            lists[list].append(term)
        }
        return lists
    }
}
