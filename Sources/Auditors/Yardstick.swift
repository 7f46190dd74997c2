import Glibc

/// What changes are to be expected of a model in which nothing was planted.
///
/// Three things are known of it: how far its inputs lie from those of other classes, what its other classes take, and what
/// its clean twins take. The factors are from clean classifiers of digits: README.
struct Yardstick: Sendable {
    /// The median distance of an input to the nearest of another class; nil where it could not be told.
    let distance: Double?
    let twins: [Norms]

    /// What is expected, where other aims tell it, and the logarithm of how many times smaller the change is.
    typealias Judgement = (typical: Double?, suspicion: Double)

    /// A change of all inputs towards one class.
    func target(_ label: Int, of norms: Norms) -> Judgement? {
        guard let size = norms.targets[label] else { return nil }
        let others = norms.targets.indices.filter { $0 != label }
        let expected = twin { $0.targets[label] }.flatMap { twin in
            scale(others.map { other in (norms.targets[other], self.twin { $0.targets[other] }) }).map { twin * $0 }
        }
        let known = others.compactMap { norms.targets[$0] }
        let typical = expected ?? (known.isEmpty ? nil : 0.7 * median(known))
        return (typical, mean([distance.map { log(0.4 * $0 / size) }, typical.map { log($0 / size) }]))
    }

    /// A change of all inputs away from their own class.
    func away(_ size: Double, of norms: Norms) -> Judgement {
        let known = norms.targets.compactMap { $0 }
        if let twin = twin(\.away),
            let scale = scale(
                norms.targets.indices.map { label in (norms.targets[label], self.twin { $0.targets[label] }) })
        {
            return (twin * scale, log(twin * scale / size) - Self.twinChance)
        }
        let typical = known.isEmpty ? nil : 1.5 * median(known)
        return (typical, mean([distance.map { log($0 / size) }, typical.map { log($0 / size) }]))
    }

    /// For each pair of classes how many times smaller its change is than expected, as a logarithm.
    func pairs(of norms: Norms) -> [[Double?]]? {
        guard let pairs = norms.pairs else { return nil }
        let places = pairs.indices.flatMap { row in pairs.indices.map { (row, $0) } }
        let expected = pairs.indices.map { row in
            pairs.indices.map { column in twin { $0.pairs?[row][column] } }
        }
        guard let scale = scale(places.map { (pairs[$0.0][$0.1], expected[$0.0][$0.1]) }) else {
            return PairSizes(sizes: pairs).residuals.map { $0.map { $0.map { $0 - Self.pairChance } } }
        }
        return pairs.indices.map { row in
            pairs.indices.map { column in
                guard let size = pairs[row][column], let twin = expected[row][column] else { return nil }
                return log(twin * scale / size) - Self.twinChance
            }
        }
    }

    /// Of so many places.
    func paint(_ places: Double, of sites: Int) -> Double { log(0.5 * Double(sites).squareRoot() / places) }

    /// What the least of many pairs has by chance, without twins and with them.
    private static let pairChance = 0.4
    private static let twinChance = 0.25

    /// The geometric mean over the twins that tell it.
    private func twin(_ part: (Norms) -> Double?) -> Double? {
        let known = twins.compactMap(part)
        return known.isEmpty ? nil : exp(known.reduce(0) { $0 + log($1) } / Double(known.count))
    }

    /// How many times larger the model's are than the twins', by the median; nil where nothing is known of both.
    private func scale(_ pairs: [(Double?, Double?)]) -> Double? {
        let ratios = pairs.compactMap { own, twin in own.flatMap { own in twin.map { own / $0 } } }
        return ratios.isEmpty ? nil : median(ratios)
    }

    private func mean(_ parts: [Double?]) -> Double {
        let known = parts.compactMap { $0 }
        return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
    }

    /// By how much rows of another class have to be further off than those of the own one, for distances to say anything.
    private static let apart = 1.15

    /// The median distance of rows to the nearest of another class; nil where there is none, or where those of the own class are
    /// about as far: of many independent numbers all rows are.
    static func distance(_ rows: CleanRows) -> Double? {
        // As many rows as are compared in a tenth of a second.
        let count = min(rows.count, max(16, Int((2e8 / Double(max(rows.size, 1))).squareRoot())))
        let own = rows.picked(Array(0..<count))
        // Of each row, the squares to the nearest of its own class and of another.
        var (same, other) = ([Float](repeating: .infinity, count: count), [Float](repeating: .infinity, count: count))
        own.numbers.withUnsafeBufferPointer { numbers in
            for row in 0..<count {
                for place in 0..<row {
                    let square = square(numbers, row * own.size, place * own.size, own.size)
                    for end in [row, place] {
                        if own.labels[row] == own.labels[place] {
                            same[end] = min(same[end], square)
                        } else {
                            other[end] = min(other[end], square)
                        }
                    }
                }
            }
        }
        (same, other) = (same.filter(\.isFinite), other.filter(\.isFinite))
        let (near, far) = (Double(median(same)).squareRoot(), Double(median(other)).squareRoot())
        return other.isEmpty || far < apart * near ? nil : far
    }

    /// Of the distance of two rows that begin at these places.
    private static func square(
        _ numbers: UnsafeBufferPointer<Float>, _ first: Int, _ second: Int, _ count: Int
    ) -> Float {
        var (sum, place) = (Float(0), 0)
        while place < count {
            let difference = numbers[first + place] - numbers[second + place]
            sum += difference * difference
            place += 1
        }
        return sum
    }
}

/// Half-way between the two middle ones; 0 of none.
func median<Number: BinaryFloatingPoint>(_ numbers: [Number]) -> Number {
    let sorted = numbers.sorted()
    guard let last = sorted.last else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : middle == 0 ? last : (sorted[middle - 1] + sorted[middle]) / 2
}
