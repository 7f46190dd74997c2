import FoundationEssentials
import Reports

/// What `gainsay diff` says in the end.
struct ComparisonReport {
    private let old, new, spec: String
    private let seed: UInt64
    private let properties: [ComparedProperty]

    init(old: String, new: String, spec: String, seed: UInt64, _ properties: [ComparedProperty]) {
        (self.old, self.new, self.spec, self.seed, self.properties) = (old, new, spec, seed, properties)
    }

    /// Empty where there is one property alone, of which all is said.
    var summary: String {
        let changed = properties.filter(\.hasChanged)
        let names = changed.isEmpty ? "" : ": " + changed.map(\.new.property).joined(separator: ", ")
        return
            "\n\(changed.count) of \(properties.count) \(properties.count == 1 ? "property" : "properties") differ\(names)\n"
    }

    /// One object, keys in alphabetical order: `format`, `changed` (names), and `old` and `new`, each with its `model` and the `report` of
    /// `check --json`; `apart` has, for each property with an input that tells the models apart, which `breaks` it there and the `margin` with
    /// the other.
    func json() throws -> String {
        struct Half: Encodable {
            let model: String
            let report: JSONReport
        }
        struct Apart: Encodable {
            let property, breaks: String
            let margin: Double
        }
        struct Whole: Encodable {
            let format = 1
            let changed: [String]
            let apart: [Apart]
            let old, new: Half
        }
        func half(_ model: String, _ verdicts: [Verdict]) -> Half {
            Half(model: model, report: JSONReport(specs: [spec], seed: seed, verdicts))
        }
        let apart = properties.compactMap { property in
            property.witness.map { witness in
                Apart(
                    property: property.new.property, breaks: witness.breaks == .new ? "new" : "old",
                    margin: witness.margin)
            }
        }
        let whole = Whole(
            changed: properties.filter(\.hasChanged).map(\.new.property), apart: apart,
            old: half(old, properties.map(\.old)), new: half(new, properties.map(\.new)))
        return try whole.reportJSON()
    }
}

/// One property for the terminal.
struct ComparisonText {
    private let old, new: String
    private let report: TextReport

    init(_ old: String, _ new: String, _ style: TextReport.Style) {
        (self.old, self.new, report) = (old, new, TextReport(style))
    }

    /// Why a property could not be tried with a model; empty where it could.
    private func error(_ verdict: Verdict, _ model: String) -> String {
        guard verdict.word == .error else { return "" }
        return "  with \(model)\n" + body(verdict) + "\n"
    }

    /// What the report says below its head.
    private func body(_ verdict: Verdict) -> String {
        report.text(verdict).split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(
            separator: "\n")
    }

    /// Both verdicts in a line; where they differ, the whole of the one that contradicts, and what the other model does there.
    func text(_ property: ComparedProperty) -> String {
        let words = "\(property.old.word.rawValue) -> \(property.new.word.rawValue)"
        guard property.hasChanged else {
            return "\(property.new.property): \(words)\n" + error(property.old, old) + error(property.new, new)
        }
        let (broken, model, other) =
            property.new.word.contradicts ? (property.new, new, old) : (property.old, old, new)
        var text = "\(property.new.property): \(words), with \(model)\n"
        text += body(broken)
        if let witness = property.witness {
            text +=
                "    at this input \(other) keeps the property: margin \(witness.margin.rounded(toSignificant: 5))\n"
        }
        return text + "\n"
    }
}
