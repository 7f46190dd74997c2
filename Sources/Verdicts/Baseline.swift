import Checker
import Compiler
import Disk
import FoundationEssentials
import Glibc
import Loading
import Reports
import Terminal

/// Counterexamples that are accepted: a check that meets nothing else is not contradicted. They are told apart by what they show: the
/// check that fails, and every truth value and enum case of scalar inputs, `let`s and sides; numbers and rows may differ.
package struct Baseline {
    /// One that is accepted.
    package struct Accepted: Codable {
        /// As a path from the folder of the file.
        package let spec: String
        package let property: String
        package let shows: [String]
        /// The values of all variables; nil where a verdict has no single input to show.
        package let entries: [CaseRecord.Entry]?

        /// Whether the other shows all that this one does.
        package func covers(_ other: Accepted) -> Bool {
            spec == other.spec && property == other.property && Set(shows).isSubset(of: other.shows)
        }

        package var words: String { shows.joined(separator: "; ") }
        package var witness: Witness? {
            entries.map { Witness(entries: $0.map { .init(name: $0.name, values: $0.values) }) }
        }
    }

    private struct Content: Codable {
        let format: Int
        var accepted: [Accepted]
    }

    private static let format = 1

    package let path: String
    private var content: Content

    /// Reads the file. Throws where there is none, unless one is to be written.
    package init(_ path: String, isWritten: Bool) throws(Failure) {
        self.path = path
        guard access(path, F_OK) == 0 else {
            guard isWritten else {
                throw Failure("there is no `\(path)`: `--accept` writes it, with what is found now")
            }
            try Files.checkFolder(of: path)
            content = Content(format: Self.format, accepted: [])
            return
        }
        let bytes = try Files.read(path)
        do { content = try JSONDecoder().decode(Content.self, from: Data(bytes)) } catch {
            throw Failure("`\(path)` is no baseline: it is not what `check --baseline FILE --accept` writes")
        }
        guard content.format == Self.format else { throw Failure("`\(path)` is of another version of Gainsay") }
    }

    /// Those of one property.
    package func accepted(_ spec: String, _ property: String) -> [Accepted] {
        let spec = relative(spec)
        return content.accepted.filter { $0.spec == spec && $0.property == property }
    }

    /// What a verdict shows, an entry for each counterexample; empty unless it contradicts.
    package func shown(by verdict: Verdict, of spec: String) -> [Accepted] {
        let spec = relative(spec)
        func entry(_ shows: [String], _ witness: Witness?) -> Accepted {
            Accepted(
                spec: spec, property: verdict.property, shows: shows,
                entries: witness?.entries.map { CaseRecord.Entry(name: $0.name, values: $0.values) })
        }
        guard verdict.word.contradicts else { return [] }
        guard case .contradicted(let examples) = verdict.outcome else { return [entry([verdict.word.rawValue], nil)] }
        return examples.map { entry($0.shows, $0.witness) }
    }

    /// Replaces those of the properties that were checked by what was found, and by those that were met again.
    package mutating func replace(checked: [(spec: String, property: String)], by found: [Accepted]) {
        let checked = checked.map { (spec: relative($0.spec), property: $0.property) }
        var kept = content.accepted.filter { accepted in
            !checked.contains { $0.spec == accepted.spec && $0.property == accepted.property }
        }
        for one in found where !kept.contains(where: { $0.covers(one) }) { kept.append(one) }
        content.accepted = kept.sorted { ($0.spec, $0.property, $0.words) < ($1.spec, $1.property, $1.words) }
    }

    package func write() throws(Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(content) else { throw Failure("cannot write `\(path)`") }
        try Files.write(Array(json) + [10], to: path)
    }

    /// As a path from the folder of this file, where it lies in it.
    private func relative(_ spec: String) -> String {
        func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
        let folder = absolute(Path.folder(of: absolute(path))) + "/"
        let spec = absolute(spec)
        return spec.hasPrefix(folder) ? String(spec.dropFirst(folder.count)) : spec
    }
}

extension Counterexample {
    /// What it shows, whatever its numbers: see `Baseline`.
    fileprivate var shows: [String] {
        var shown: Set<String> = []
        for input in inputs
        where input.leaf.shape.isEmpty && input.leaf.table == nil && input.leaf.type.isDiscrete && !input.isArbitrary {
            shown.insert("\(input.name) = \(input.values[0])")
        }
        for step in lets + sides where step.type.isDiscrete && step.values.count == 1 {
            shown.insert("\(step.name) = \(Notation.text(step.values[0], .real64, step.type))")
        }
        return [check] + shown.sorted()
    }
}

extension SayType {
    /// Whether its values are truth values or cases of an enum.
    fileprivate var isDiscrete: Bool { isTruth || cases != nil }
}
