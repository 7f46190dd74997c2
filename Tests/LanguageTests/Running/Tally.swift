/// What came of a run, in numbers, and every fault.
struct Tally: Sendable {
    private(set) var specs = 0
    private(set) var verdicts: [String: [String: Int]] = [:]
    private(set) var refusals: [String: Int] = [:]
    private(set) var constructs: [String: Int] = [:]
    private(set) var faults: [String] = []
    /// What was refused, spec and all.
    private(set) var refused: [String] = []
    /// Shrunk answers, and those of them that are the very least in the whole order.
    private(set) var shrunk = 0
    private(set) var least = 0
    /// Seeds of specs that were not decided.
    private(set) var open: [UInt64] = []

    var questions: Int { verdicts.values.reduce(0) { $0 + $1.values.reduce(0, +) } }
    var undecided: Int { open.count }

    mutating func count(_ spec: RandomSpec) {
        specs += 1
        for (name, count) in spec.constructs { constructs[name, default: 0] += count }
    }

    mutating func count(_ spec: RandomSpec, _ verdict: String) {
        verdicts[spec.form.rawValue, default: [:]][verdict, default: 0] += 1
        if verdict == "survived" || verdict == "not-found" { open.append(spec.seed) }
    }

    mutating func count(_ standing: Minimality.Standing) {
        shrunk += 1
        least += standing.isLeast ? 1 : 0
    }

    /// A spec over no inputs may be refused; another that is refused tells nothing, and is counted.
    mutating func refuse(_ spec: RandomSpec, _ refusal: Refusal) {
        specs += 1
        refusals[refusal.code, default: 0] += 1
        refused.append("seed \(spec.seed): \(refusal.code): \(refusal.message)\n\(spec.text)")
    }

    mutating func fault(_ spec: RandomSpec, _ what: String) {
        faults.append("seed \(spec.seed): \(what)\n\(spec.text)")
    }

    static func + (left: Tally, right: Tally) -> Tally {
        var sum = left
        sum.specs += right.specs
        for (form, counts) in right.verdicts { sum.verdicts[form, default: [:]].merge(counts, uniquingKeysWith: +) }
        sum.refusals.merge(right.refusals, uniquingKeysWith: +)
        sum.constructs.merge(right.constructs, uniquingKeysWith: +)
        sum.faults += right.faults
        sum.refused += right.refused
        sum.shrunk += right.shrunk
        sum.least += right.least
        sum.open += right.open
        return sum
    }

    var table: String {
        let words = ["contradicted", "proved", "survived", "witnessed", "refuted", "not-found", "error"]
        let rows = verdicts.keys.sorted().map { form in
            "| \(form) | " + words.map { "\(verdicts[form]?[$0] ?? 0)" }.joined(separator: " | ") + " |"
        }
        return
            (["| form | \(words.joined(separator: " | ")) |", "|" + String(repeating: "---|", count: words.count + 1)]
            + rows
            + [
                "\(specs) specs, \(questions) verdicts, \(faults.count) wrong; refused: \(refusals.sorted { $0.key < $1.key })",
                "constructs: "
                    + constructs.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "),
            ])
            .joined(separator: "\n")
    }
}
