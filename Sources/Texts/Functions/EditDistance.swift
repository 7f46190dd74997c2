/// Insertions, deletions and replacements of single letters that make one text of another (Levenshtein, 1966).
enum EditDistance {
    /// Beyond so many cells of the table distances are bounded from below by what the lengths say, and the letters in place.
    private static let mostCells = 1 << 18

    static func between(_ a: [UInt32], _ b: [UInt32]) -> Int {
        let start = zip(a, b).prefix { $0 == $1 }.count
        let (first, second) = (a[start...], b[start...])
        let end = zip(first.reversed(), second.reversed()).prefix { $0 == $1 }.count
        return table(Array(first.dropLast(end)), Array(second.dropLast(end)))
    }

    private static func table(_ a: [UInt32], _ b: [UInt32]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return a.count + b.count }
        var row = Array(0...b.count)
        for (index, sign) in a.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in b.indices {
                let replaced = diagonal + (sign == b[place] ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = min(replaced, row[place] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }

    /// 1 where they are equal, else the distance, negative.
    static func equality(_ a: [UInt32], _ b: [UInt32]) -> Double {
        if a == b { return 1 }
        guard a.count * b.count <= mostCells else {
            return -Double(max(abs(a.count - b.count) + zip(a, b).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }, 1))
        }
        return -Double(between(a, b))
    }

    /// How often the part stands in the text; where it does not, the least distance of it from any part of the text, negative.
    static func containment(of part: [UInt32], in text: [UInt32]) -> Double {
        if part.isEmpty { return 1 }
        let count = text.places(of: part).count
        return count > 0 ? Double(count) : -Double(max(leastDistance(of: part, in: text), 1))
    }

    /// Sellers, "The theory and computation of evolutionary distances", 1980.
    static func leastDistance(of part: [UInt32], in text: [UInt32]) -> Int {
        guard part.count * text.count <= mostCells else { return part.count }
        var column = Array(0...part.count)
        var least = part.count
        for sign in text {
            var diagonal = 0
            for place in part.indices {
                let replaced = diagonal + (sign == part[place] ? 0 : 1)
                diagonal = column[place + 1]
                column[place + 1] = min(replaced, column[place] + 1, diagonal + 1)
            }
            least = min(least, column[part.count])
        }
        return least
    }
}
