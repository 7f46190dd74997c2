/// One thing a generator chose, with all that is needed to choose again: its kind, its range and its simplest value.
package enum Choice: Hashable, Sendable {
    case boolean(Bool)
    case integer(Int, in: ClosedRange<Int>, towards: Int)
    case real(Double, in: ClosedRange<Double>, towards: Double)
    /// One of `of` things; the first is the simplest.
    case category(Int, of: Int)
    case tensor(Edits, on: Sites)
}

extension Choice {
    /// The same choice made as simply as it can be.
    package var simplest: Choice {
        switch self {
        case .boolean: .boolean(false)
        case .integer(_, let range, let towards): .integer(towards, in: range, towards: towards)
        case .real(_, let range, let towards): .real(towards, in: range, towards: towards)
        case .category(_, let count): .category(0, of: count)
        case .tensor(_, let sites): .tensor(Edits(), on: sites)
        }
    }

    package var isSimplest: Bool { self == simplest }

    package var integer: Int? {
        if case .integer(let value, _, _) = self { value } else { nil }
    }

    package var isNumber: Bool {
        switch self {
        case .integer, .real: true
        case .boolean, .category, .tensor: false
        }
    }

    /// How far from the simplest value, in the order 0, 1, -1, 2, -2; only choices of the same kind compare.
    package func isSimpler(than other: Choice) -> Bool {
        switch (self, other) {
        case (.boolean(let mine), .boolean(let theirs)):
            return !mine && theirs
        case (.category(let mine, _), .category(let theirs, _)):
            return mine < theirs
        case (.integer(let mine, _, let myAim), .integer(let theirs, _, let theirAim)):
            return (mine.distance(from: myAim), mine < myAim ? 1 : 0)
                < (theirs.distance(from: theirAim), theirs < theirAim ? 1 : 0)
        case (.real(let mine, _, let myAim), .real(let theirs, _, let theirAim)):
            return Plainness(mine, towards: myAim) < Plainness(theirs, towards: theirAim)
        case (.tensor(let mine, let sites), .tensor(let theirs, _)):
            return mine.isSimpler(than: theirs, on: sites)
        default:
            return rank < other.rank
        }
    }

    /// Choices of different kinds at the same place come in this order.
    private var rank: Int {
        switch self {
        case .boolean: 0
        case .category: 1
        case .integer: 2
        case .real: 3
        case .tensor: 4
        }
    }
}

extension Int {
    /// |self - other|, which may not fit an `Int`.
    package func distance(from other: Int) -> UInt {
        self >= other ? UInt(bitPattern: self &- other) : UInt(bitPattern: other &- self)
    }

    /// The number `distance` away on the given side, nil beyond `Int`.
    package func moved(by distance: UInt, upwards: Bool) -> Int? {
        let result = upwards ? self &+ Int(bitPattern: distance) : self &- Int(bitPattern: distance)
        return self.distance(from: result) == distance && (upwards ? result >= self : result <= self) ? result : nil
    }
}
