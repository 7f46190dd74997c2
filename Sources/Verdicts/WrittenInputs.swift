import Checker
import Compiler
import Loading
import Tensors
import Terminal
import Texts

/// A counterexample's inputs in the form in which data lie about: a CSV file with a row for each record, a PNG for each picture and a WAV
/// for each sound, among them those of a row and those that a `let` names.
///
/// `FOLDER/fair-93092fac.a.csv` is variable `a` of property `fair`, and `quiet-8a01c3f2.row.clip.wav` field `clip` of its row. The same counterexample gives the same bytes.
package struct WrittenInputs {
    private let subject: Subject
    private let trial: Trial

    package init(_ subject: Subject, _ trial: Trial) { (self.subject, self.trial) = (subject, trial) }

    /// Gives the files that were written; none where nothing is a record, a row, a picture or a sound.
    package func write(
        _ point: [Double], _ reading: Exhibits.Reading, id: String, into folder: String
    ) throws(Failure) -> [String] {
        try Files.makeFolder(folder)
        var files: [String] = []
        let stem =
            folder + "/" + trial.name.map { $0.isLetter || $0.isNumber || $0 == "_" ? String($0) : "-" }.joined()
            + "-\(id)"
        for (variable, fields) in rows(at: point) {
            // Of a row that holds pictures alone there is nothing to say in a table.
            guard !fields.isEmpty else { continue }
            let text =
                fields.map { Self.quoted($0.name) }.joined(separator: ",") + "\n"
                + fields.map { Self.quoted($0.text) }.joined(separator: ",") + "\n"
            files.append("\(stem).\(variable).csv")
            try Files.write(Array(text.utf8), to: files[files.count - 1])
        }
        for (name, type, values) in media(at: point, reading) {
            guard let media = MediaFile(type, values) else { continue }
            files.append("\(stem).\(name)\(media.ending)")
            try Files.write(media.bytes, to: files[files.count - 1])
        }
        return files
    }

    /// What may be pictures or sounds: variables, the fields of rows, and named values.
    private func media(at point: [Double], _ reading: Exhibits.Reading) -> [(String, SayType, [Double])] {
        var found: [(String, SayType, [Double])] = []
        for leaf in trial.leaves {
            guard let table = leaf.table else {
                found.append((leaf.name, leaf.type, leaf.coordinates.map { point[$0] }))
                continue
            }
            guard let row = Int(exactly: point[leaf.coordinates.lowerBound]) else { continue }
            found += subject.fields(ofRow: row, in: table).map { ("\(leaf.name).\($0.name)", $0.type, $0.values) }
        }
        for (entry, values) in zip(trial.exhibits.entries, reading.values) {
            if let name = entry.name { found.append((name, entry.type, values)) }
        }
        return found
    }

    private typealias Cell = (name: String, text: String)

    /// By the variable's name, in order: the fields that are one value each.
    private func rows(at point: [Double]) -> [(String, [Cell])] {
        var (order, rows) = ([String](), [String: [Cell]]())
        for leaf in trial.leaves {
            let parts = (leaf.optional ?? leaf.name).split(separator: ".", maxSplits: 1).map(String.init)
            let cells: [Cell]
            if leaf.table != nil {
                cells = row(leaf, point)
            } else if parts.count == 2, leaf.shape.isEmpty || leaf.texts != nil, let text = text(leaf, point) {
                cells = [(parts[1], text)]
            } else {
                continue
            }
            if rows[parts[0]] == nil { order.append(parts[0]) }
            rows[parts[0], default: []] += cells
        }
        return order.map { ($0, rows[$0] ?? []) }
    }

    /// nil for what says whether a number is missing; that number is empty then.
    private func text(_ leaf: Leaf, _ point: [Double]) -> String? {
        if let text = leaf.text(at: point) { return text }
        let place = leaf.coordinates.lowerBound
        if leaf.optional != nil {
            if leaf.type.isTruth { return nil }
            if point[place - 1] != 0 { return "" }
        }
        let value = leaf.values.map { $0[Int(point[place])] } ?? point[place]
        return Self.text(value, leaf.type, trial.notation(of: leaf).kind == .real32)
    }

    private func row(_ leaf: Leaf, _ point: [Double]) -> [Cell] {
        guard let index = leaf.table, let number = Int(exactly: point[leaf.coordinates.lowerBound]) else { return [] }
        return zip(subject.tables[index].columns, subject.columns[index]).compactMap { field, column -> Cell? in
            if field.type.isText { return (field.name, CodePoints.text(CodePoints.read(column.row(number)))) }
            guard column.shape.rank == 1, number < column.count else { return nil }
            let value = column.doubles(in: number..<number + 1)[0]
            return (field.name, value.isNaN ? "" : Self.text(value, field.type, column.element == .float32))
        }
    }

    /// As data have it: an enum's case by its text.
    private static func text(_ value: Double, _ type: SayType, _ isNarrow: Bool) -> String {
        if case .enumeration(let it) = type, let index = Int(exactly: value), it.texts.indices.contains(index) {
            return it.texts[index]
        }
        return Notation.text(value, isNarrow ? .real32 : .real64, type)
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.contains { ",;\t\"\n\r".contains($0) } && text.first != " " && text.last != " "
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
