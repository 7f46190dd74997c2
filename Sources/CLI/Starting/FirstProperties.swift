import Compiler

/// The properties of a first spec, each with a sentence.
struct FirstProperties {
    /// Of which each has a property of its own.
    private static let mostClasses = 50

    private let spec: FirstSpec

    init(_ spec: FirstSpec) { self.spec = spec }

    var texts: [String] {
        var texts = [finite].compactMap(\.self)
        if let classes = spec.classes { texts += classifier(classes) } else if spec.isRealOutput { texts += regressor }
        return texts
    }

    private var first: String { spec.name }

    /// Of all that the types allow.
    private var finite: String? {
        guard spec.isRealOutput else { return nil }
        let answer = spec.answer(first)
        return property(
            "finite", "no input makes the answer overflow",
            [spec.everyInput, "check linf(\(spec.outputRank == 0 ? "[\(answer)]" : answer)) <= 1e30"])
    }

    private func classifier(_ classes: Int) -> [String] {
        let plain = spec.answer("row.\(first)", "row.")
        var texts: [String] = []
        if spec.hasLabel {
            texts.append(
                property(
                    "accurate", "nine rows in ten get their label",
                    ["check rate(row in rows : argmax(\(plain)) == row.label) >= 0.9"]))
        }
        if !spec.hasData {
            let isFamily = classes <= Self.mostClasses
            if !isFamily {
                texts.append(
                    "// The class that is looked for: `--set wanted=1` asks for another.\nparam wanted: Int = 0")
            }
            let wanted = isFamily ? "class" : "wanted"
            texts.append(
                property(
                    isFamily ? "answers(class: Int in [0, \(classes - 1)])" : "answers",
                    isFamily
                        ? "class {class} is the answer for some input"
                        : "the wanted class is the answer for some input",
                    ["exists" + spec.everyInput.dropFirst(6), "check argmax(\(spec.answer(first))) == \(wanted)"]))
        }
        guard spec.hasData else { return texts }
        func kept(_ changed: String) -> String { "check same_answer(\(plain), \(spec.answer(changed, "row.")))" }
        let row = "forall row in rows"
        if spec.isWhole { return texts + [oneEntry(kept)] }
        let (shape, range) = (type(spec.shape), spec.range.text)
        texts.append(
            property(
                "robust", "a small change does not change the answer",
                [
                    row, "forall noise: \(shape) in [-eps, eps]", kept("clamp(row.\(first) + noise, \(bare(range)))"),
                    "shrink \(spec.shape.isEmpty ? "abs" : "linf")(noise)",
                ]))
        if spec.isPicture, spec.range.low == 0, spec.range.high == 1 {
            texts.append(
                property(
                    "light", "a little more light, or less, does not change the answer",
                    [
                        row, "forall amount: Real in [-0.1, 0.1]", kept("lighter(row.\(first), amount)"),
                        "shrink abs(amount)",
                    ]))
            texts.append(
                property(
                    "shift", "moved by a pixel it is the same",
                    [
                        row, "forall down: Int in [-1, 1], right: Int in [-1, 1]",
                        kept("shifted(row.\(first), down, right)"), "shrink abs(down) + abs(right)",
                    ]))
        }
        if spec.isSequence {
            texts.append(
                property(
                    "gain", "a tenth louder or softer does not change the answer",
                    [row, "forall gain: Real in [0.9, 1.1]", kept("row.\(first) * gain"), "shrink abs(gain - 1)"]))
        }
        return texts
    }

    /// Of answers that are numbers.
    private var regressor: [String] {
        guard !spec.isWhole else { return [] }
        let shape = type(spec.shape)
        let norm = spec.shape.isEmpty ? "abs" : "linf"
        let (before, after) = (spec.answer(first), spec.answer("\(first) + noise"))
        let change = spec.outputRank == 0 ? "abs(\(after) - \(before))" : "linf(\(after) - \(before))"
        return [
            "// How fast the answer may change with the input.\nparam slope: Real = 100",
            property(
                "steady", "a small change of the input changes the answer little",
                [
                    spec.everyInput, "forall noise: \(shape) in [-eps, eps]",
                    "check \(change) <= slope * \(norm)(noise) + 1e-6", "shrink \(norm)(noise)",
                ]),
        ]
    }

    private func oneEntry(_ kept: (String) -> String) -> String {
        let places = spec.shape.enumerated().map { "i\($0): Int in [0, \($1 - 1)]" }
        let index = spec.shape.indices.map { "i\($0)" }.joined(separator: ", ")
        let chosen = spec.shape.indices.map { "at\($0): Int in [0, \(spec.shape[$0] - 1)]" }.joined(separator: ", ")
        let here = spec.shape.indices.map { "i\($0) == at\($0)" }.joined(separator: " and ")
        let changed =
            spec.shape.isEmpty
            ? "value" : "[\(places.joined(separator: ", ")) : if \(here) then value else row.\(first)[\(index)]]"
        let kind = spec.isBool ? "Bool" : "Int in \(spec.range.text)"
        return property(
            "one_entry", "one entry alone does not change the answer",
            ["forall row in rows"] + (spec.shape.isEmpty ? [] : ["forall \(chosen)"]) + [
                "forall value: \(kind)", "let changed = \(changed)", kept("changed"),
            ])
    }

    // MARK: - Text

    private func property(_ name: String, _ title: String, _ clauses: [String]) -> String {
        "property \(name) \"\(title)\" {\n" + clauses.map { "  \($0)\n" }.joined() + "}"
    }

    private func type(_ shape: [Int]) -> String {
        shape.isEmpty ? "Real" : "Tensor[\(shape.map { "\($0)" }.joined(separator: ", "))]"
    }

    private func bare(_ range: String) -> String { String(range.dropFirst().dropLast()) }
}
