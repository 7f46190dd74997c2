/// A set of Unicode code points, in the order in which texts are told plain: `a` to `z`, `A` to `Z`, `0` to `9`, the blank, the
/// other printable ASCII signs, then all that is not ASCII by number, and ASCII's control characters last.
package struct CodePointSet: Sendable, Hashable {
    /// Rising, disjoint and not touching.
    package let ranges: [ClosedRange<UInt32>]
    /// Printable ASCII members, in the order of plainness.
    let printable: [UInt32]
    private let controls: [UInt32]
    /// Ranges beyond ASCII, and how many members come before each.
    private let beyond: [ClosedRange<UInt32>]
    private let starts: [Int]
    package let count: Int

    package init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
        let ascii = merged.filter { $0.lowerBound < 128 }.flatMap { $0.clamped(to: 0...127) }
        printable = ascii.filter(Self.isPrintable).sorted { Plainness.rank($0) < Plainness.rank($1) }
        controls = ascii.filter { !Self.isPrintable($0) }
        beyond = merged.filter { $0.upperBound >= 128 }.map { max($0.lowerBound, 128)...$0.upperBound }
        var (starts, total) = ([Int](), printable.count)
        for range in beyond {
            starts.append(total)
            total += range.count
        }
        self.starts = starts
        count = total + controls.count
    }

    package init(_ codePoints: some Sequence<UInt32>) { self.init(codePoints.map { $0...$0 }) }

    package static func one(_ codePoint: UInt32) -> CodePointSet { CodePointSet([codePoint...codePoint]) }

    package var isEmpty: Bool { count == 0 }

    private static func isPrintable(_ codePoint: UInt32) -> Bool { (32...126).contains(codePoint) }

    /// The member at a place of the order.
    package subscript(place: Int) -> UInt32 {
        if place < printable.count { return printable[place] }
        let last = count - controls.count
        if place >= last { return controls[place - last] }
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= place { low = middle } else { high = middle }
        }
        return beyond[low].lowerBound + UInt32(place - starts[low])
    }

    /// The place of a code point in the order; nil where it is no member.
    package func place(of codePoint: UInt32) -> Int? {
        if codePoint < 128 {
            if let place = printable.firstIndex(of: codePoint) { return place }
            return controls.firstIndex(of: codePoint).map { count - controls.count + $0 }
        }
        var (low, high) = (0, beyond.count)
        while low < high {
            let middle = (low + high) / 2
            if beyond[middle].upperBound < codePoint { low = middle + 1 } else { high = middle }
        }
        guard low < beyond.count, beyond[low].contains(codePoint) else { return nil }
        return starts[low] + Int(codePoint - beyond[low].lowerBound)
    }
}

/// The one order of texts: a shorter one is plainer; of two that are as long, the first sign that differs decides.
package enum Plainness {
    /// Where a code point stands in the alphabet: letters, digits, the blank, other signs, what is not ASCII, control characters.
    package static func rank(_ codePoint: UInt32) -> UInt32 {
        switch codePoint {
        case 97...122: codePoint - 97
        case 65...90: codePoint - 65 + 26
        case 48...57: codePoint - 48 + 52
        case 32: 62
        case 33...126: 63 + codePoint
        case 128...: 128 + codePoint
        default: 0x20_0000 + codePoint
        }
    }

    package static func isPlainer(_ text: [UInt32], than other: [UInt32]) -> Bool {
        guard text.count == other.count else { return text.count < other.count }
        for (mine, theirs) in zip(text, other) where mine != theirs { return rank(mine) < rank(theirs) }
        return false
    }
}
