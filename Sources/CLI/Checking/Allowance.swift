/// How long each property may take.
struct Allowance {
    private let each: Double
    /// On the scale of `Clock.seconds()`; nil where there is no total.
    private let end: Double?

    /// `total` counts from `start`: reading and compiling are part of it.
    init(each: Double, total: Double?, since start: Double) {
        self.each = each
        end = total.map { start + $0 }
    }

    /// Of the next property, where so many are still to come: an even share of what is left, so that what one does not need
    /// goes to the others. nil where nothing is left.
    func budget(sharedBy count: Int) -> Double? {
        guard let end else { return each }
        let left = end - Clock.seconds()
        return left > 0 ? min(each, left / Double(count)) : nil
    }
}
