/// Random specs, what trying everything says of them, and what the program says.
struct Differential {
    let program: Program
    let kind: RandomSpec.Kind

    private let options = ["--budget", "2s"]

    init(_ program: Program, _ kind: RandomSpec.Kind = .finite) { (self.program, self.kind) = (program, kind) }

    /// Judges the specs of some seeds, all in one file.
    func judge(_ seeds: some Sequence<UInt64>) throws -> Tally {
        var tally = Tally()
        try judge(seeds.map { RandomSpec(kind, seed: $0) }, &tally)
        return tally
    }

    /// What is refused is set aside, and the rest judged without it.
    private func judge(_ specs: [RandomSpec], _ tally: inout Tally) throws {
        var specs = specs
        while !specs.isEmpty {
            let result = try program.check(specs.map(\.text).joined(), options)
            let refused = refusals(of: specs, in: result.errors)
            guard !refused.isEmpty else {
                guard let code = result.code, code != 2, let report = try? Report(result.output) else {
                    return try narrow(specs, result, &tally)
                }
                return compare(specs, report, &tally)
            }
            for (place, refusal) in refused { tally.refuse(specs[place], refusal) }
            specs = specs.indices.filter { refused[$0] == nil }.map { specs[$0] }
        }
    }

    /// Finds those that end the program, or make it say nothing.
    private func narrow(_ specs: [RandomSpec], _ result: Program.Result, _ tally: inout Tally) throws {
        guard specs.count > 1 else {
            return tally.fault(
                specs[0], "ended with \(result.code.map(String.init) ?? "a signal"): \(result.errors.prefix(400))")
        }
        try judge(Array(specs.prefix(specs.count / 2)), &tally)
        try judge(Array(specs.dropFirst(specs.count / 2)), &tally)
    }

    private func refusals(of specs: [RandomSpec], in errors: String) -> [Int: Refusal] {
        var ends: [Int] = []
        for spec in specs {
            ends.append((ends.last ?? 0) + spec.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1)
        }
        return Refusal.all(in: errors).reduce(into: [:]) { refused, refusal in
            guard let place = ends.firstIndex(where: { refusal.line <= $0 }), refused[place] == nil else { return }
            refused[place] = refusal
        }
    }

    private func compare(_ specs: [RandomSpec], _ report: Report, _ tally: inout Tally) {
        guard report.properties.count == specs.reduce(0, { $0 + $1.questions.count }) else {
            return tally.fault(
                specs[0], "\(report.properties.count) verdicts for a file of \(specs.count) specs that begins here")
        }
        var verdicts = report.properties[...]
        for spec in specs {
            tally.count(spec)
            for (question, answer) in zip(spec.questions, spec.answers) {
                let said = verdicts.removeFirst()
                tally.count(spec, said.verdict)
                if let objection = answer.objection(to: said, question) {
                    tally.fault(spec, "\(said.name): \(objection)")
                }
                guard kind == .shrunk, let example = said.counterexamples.first else { continue }
                judge(example, spec, question, &tally)
            }
        }
    }

    private func judge(_ example: Report.Example, _ spec: RandomSpec, _ question: Question, _ tally: inout Tally) {
        // Where some other input has no truth, there is no least.
        guard let minimality = try? Minimality(question) else { return }
        guard let standing = try? minimality.standing(of: example) else {
            return tally.fault(spec, "what was shrunk has no place among the inputs that decide it")
        }
        tally.count(standing)
        if let objection = standing.objection { tally.fault(spec, objection) }
    }
}

extension Question.Answer {
    /// What is wrong with a verdict, where something is.
    func objection(to said: Report.Property, _ question: Question) -> String? {
        let isRight =
            switch said.verdict {
            case "contradicted": question.quantifier == .forall && !holds
            case "proved": question.quantifier == .forall && holds && isAdmitted
            case "witnessed": question.quantifier == .exists && holds
            case "refuted": question.quantifier == .exists && !holds
            case "error": !isAdmitted
            default: true
            }
        let truth = "it \(holds ? "holds" : "does not hold")\(isAdmitted ? "" : ", of no input")"
        guard isRight else { return "\(said.verdict), but \(truth) \(said.message ?? "")" }
        for example in said.counterexamples {
            // nil where it has no truth: a comparison with what is not a number is no matter of this evaluator.
            if (try? question.isDecided(by: example.values(question.evaluator))) == false {
                return
                    "\(said.verdict) by \(example.inputs.map { "\($0.name) = \($0.values.joined(separator: " "))" }), which does not decide it"
            }
        }
        return nil
    }
}
