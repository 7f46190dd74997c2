import Checker

/// The verdicts of a family side by side, a line for each member.
package struct FamilyTable {
    private let family: String
    private let header: [String]
    private let rows: [[String]]
    private let hidden: Int

    private static let mostRows = 40

    /// A table for each family that has several members among the verdicts, in order.
    package static func tables(_ verdicts: [Verdict]) -> [FamilyTable] {
        var families: [String] = []
        for verdict in verdicts {
            if let family = verdict.member?.family, !families.contains(family) { families.append(family) }
        }
        return families.compactMap { family in
            let members = verdicts.filter { $0.member?.family == family }
            return members.count > 1 ? FamilyTable(family, members) : nil
        }
    }

    private init(_ family: String, _ members: [Verdict]) {
        self.family = family
        header = (members[0].member?.arguments.map(\.name) ?? []) + ["verdict"]
        // Where not all have room, those that hold are the ones that can be missed.
        let shown =
            members.count <= Self.mostRows
            ? members : members.filter { ![.proved, .witnessed, .holds].contains($0.word) }
        rows = shown.prefix(Self.mostRows).map { verdict in
            (verdict.member?.arguments.map(\.text) ?? []) + [verdict.word.rawValue]
        }
        hidden = members.count - rows.count
    }

    /// Ends with a line break.
    package var text: String {
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        var text = "\(family)\n"
        for line in lines {
            let cells = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let joined = cells.joined(separator: "  ")
            text +=
                "  "
                + joined.prefix(
                    joined.lastIndex { $0 != " " }.map { joined.distance(from: joined.startIndex, to: $0) + 1 } ?? 0)
                + "\n"
        }
        return hidden > 0 ? text + "  and \(hidden) more, in the report above\n" : text
    }
}
