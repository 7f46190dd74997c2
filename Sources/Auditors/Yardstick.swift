import Foundation

/// What sizes of triggers are to be expected of a model in which nothing was planted.
///
/// Two things are known of an honest model: how far its inputs lie from those of other classes, and what its other classes
/// take. The factors are from clean classifiers of digits: README.
struct Yardstick {
    /// The median distance of an input to the nearest of another class; nil where it could not be told.
    let distance: Double?

    init(distance: Double?) { self.distance = distance }

    init(_ rows: CleanRows) {
        // As many rows as are compared in a tenth of a second.
        let count = min(rows.count, max(16, Int((2e8 / Double(max(rows.size, 1))).squareRoot())))
        let own = rows.picked(Array(0..<min(count, rows.count)))
        let distances = (0..<own.count).compactMap { row -> Float? in
            let others = (0..<own.count).filter { own.labels[$0] != own.labels[row] }
            return others.map { other in
                zip(own[row], own[other]).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }.min()
        }
        distance = distances.isEmpty ? nil : Double(median(distances)).squareRoot()
    }

    /// A change of all inputs towards one class, where the other classes take `sizes`.
    func target(_ size: Double, others sizes: [Double]) -> Double {
        mean([distance.map { log(0.4 * $0 / size) }, sizes.isEmpty ? nil : log(0.7 * median(sizes) / size)])
    }

    /// A change of all inputs away from their own class.
    func away(_ size: Double, targets sizes: [Double]) -> Double {
        mean([distance.map { log($0 / size) }, sizes.isEmpty ? nil : log(1.5 * median(sizes) / size)])
    }

    /// Of so many places.
    func paint(_ places: Double, of sites: Int) -> Double { log(0.5 * Double(sites).squareRoot() / places) }

    private func mean(_ parts: [Double?]) -> Double {
        let known = parts.compactMap { $0 }
        return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
    }
}

/// Half-way between the two middle ones; 0 of none.
func median<Number: BinaryFloatingPoint>(_ numbers: [Number]) -> Number {
    let sorted = numbers.sorted()
    guard let last = sorted.last else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : middle == 0 ? last : (sorted[middle - 1] + sorted[middle]) / 2
}
