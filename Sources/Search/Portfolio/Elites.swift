/// The best points so far that are no violations, kept apart from one another, and the best one of each signature.
struct Elites {
    private var best: [Elite] = []
    private var kinds: [Elite] = []
    private let space: Space
    private static let capacity = 16

    init(_ space: Space) {
        self.space = space
    }

    /// Best first.
    var all: [Elite] {
        (best + kinds.filter { kind in !best.contains { $0.point == kind.point } }).sorted { $0.margin < $1.margin }
    }

    func knows(_ signature: Signature) -> Bool {
        kinds.contains { $0.signature == signature }
    }

    mutating func add(_ elite: Elite) {
        guard elite.margin >= 0, elite.margin < .infinity else { return }
        addToBest(elite)
        if elite.signature != nil { addToKinds(elite) }
    }

    private mutating func addToBest(_ elite: Elite) {
        if best.count == Self.capacity, elite.margin >= best[best.count - 1].margin { return }
        if best.contains(where: { $0.margin <= elite.margin && isNear($0, elite) }) { return }
        best = best.filter { !isNear($0, elite) }
        best.insert(elite, at: best.firstIndex { $0.margin > elite.margin } ?? best.count)
        if best.count > Self.capacity { best.removeLast() }
    }

    private mutating func addToKinds(_ elite: Elite) {
        if let index = kinds.firstIndex(where: { $0.signature == elite.signature }) {
            if elite.margin < kinds[index].margin { kinds[index] = elite }
        } else if kinds.count < Self.capacity {
            kinds.append(elite)
        } else if let worst = kinds.indices.max(by: { kinds[$0].margin < kinds[$1].margin }) {
            if elite.margin < kinds[worst].margin { kinds[worst] = elite }
        }
    }

    /// Within a hundredth of the box in every coordinate.
    private func isNear(_ one: Elite, _ other: Elite) -> Bool {
        guard one.box == other.box else { return false }
        let box = space.boxes[one.box]
        return one.point.indices.allSatisfy { index in
            abs(one.point[index] - other.point[index]) <= 0.01 * (box.upper[index] - box.lower[index])
        }
    }
}
