import Search

@testable import Checker
@testable import Compiler
@testable import Diagnostics
@testable import Reports

/// Runs of `check` to be written down: a verdict of every kind, or one with `text` wherever words may stand.
enum SampleRun {
    static let effort = Verdict.Effort(
        tries: 1280, seconds: 0.5, bestMargin: 0.25,
        strategies: [.init(strategy: "sign gradient", tries: 1024), .init(strategy: "uniform", tries: 256)],
        isInterrupted: false, admitted: nil,
        course: [
            .init(tries: 1, margin: 3, strategy: "uniform"), .init(tries: 70, margin: 0.5, strategy: "sign gradient"),
            .init(tries: 900, margin: 0.25, strategy: "sign gradient"),
        ],
        bounding: .init(
            steps: [.init(regions: 1, open: 2, bound: -1), .init(regions: 65, open: 12, bound: -0.125)],
            reason: "time is up"))

    static func verdict(
        _ name: String, _ outcome: Verdict.Outcome, title: String? = nil, quantifier: Quantifier = .forall,
        effort: Verdict.Effort = effort, boundary: Double? = nil
    ) -> Verdict {
        Verdict(
            property: name, title: title, place: "specs/digits.say:3:1", quantifier: quantifier, outcome: outcome,
            effort: effort, boundary: boundary)
    }

    static func example(_ text: String, confirmation: Counterexample.Confirmation? = nil) -> Counterexample {
        Counterexample(
            id: "0123abcd",
            inputs: [
                .init(
                    leaf: leaf("x"), kind: .real64, values: ["0.5"], changes: [], isArbitrary: false,
                    interval: .init(lower: "0.25", upper: "1"), row: nil),
                .init(
                    leaf: leaf("row"), kind: .category, values: ["3"], changes: [], isArbitrary: false, interval: nil,
                    row: .init(table: "test", number: 3, fields: [("label", text), ("age", "7")])),
            ],
            lets: [.init(name: "seen \(text)", type: .real, values: [0.125])], sides: [], check: "net(x) < 1 \(text)",
            margin: -0.5, worstMargin: -2, nearestDistance: nil, minimality: .noStepFails(checks: 12), floor: nil,
            tries: 7, shrinkTries: 40, strategy: "uniform", confirmation: confirmation,
            replay: "gainsay replay 0123abcd", files: ["x/witness.npz"])
    }

    static func leaf(_ name: String) -> Leaf {
        Leaf(name: name, type: .real, unit: nil, coordinates: 0..<1, table: nil, values: nil, variable: 0, path: [])
    }

    static func entry(
        _ verdict: Verdict?, _ name: String, line: Int, spec: String = "specs/digits.say",
        requirement: Requirement? = nil
    ) -> CheckRun.Entry {
        CheckRun.Entry(
            spec: spec, name: name,
            place: .init(
                file: spec, range: (Position(line: line, column: 1), Position(line: line + 2, column: 2))),
            source: "property \(name) {\n  check true\n}", requirement: requirement, verdict: verdict)
    }

    /// Every word of a verdict, and every standing.
    static func all(requirement: Requirement? = nil) -> CheckRun {
        let cut = Verdict.Effort(
            tries: 64, seconds: 0.25, bestMargin: 0.5, strategies: [], isInterrupted: true, admitted: nil)
        let answer = Counterexample.Confirmation.Answer.asked(fails: false, margin: 1, difference: 0.5)
        let rate = Verdict.Quantity(
            words: "rate(x ~ d : ok(x))", estimate: 0.96, interval: 0.95...0.97, count: 9600, drawn: 10_000,
            successes: 9216, range: nil, method: "Clopper-Pearson interval")
        func estimated(_ decision: Verdict.Estimated.Decision) -> Verdict.Outcome {
            .estimated(
                .init(
                    decision, confidence: 0.999, check: "rate(x ~ d : ok(x)) >= 0.95", quantities: [rate], example: nil)
            )
        }
        let verdicts = [
            verdict("robust", .contradicted([example("two")]), title: "stays the same"),
            verdict("known", .contradicted([example("two")])).accepted(
                "accepted: baseline.json has all that is shown here"),
            verdict(
                "unconfirmed", .contradicted([example("two", confirmation: .init(by: "python3 serve.py", answer))])),
            verdict("safe", .proved(.regions(64))), verdict("open", .survived),
            verdict("near", .survived, boundary: -1e-9), verdict("cut", .survived, effort: cut),
            verdict("there", .contradicted([example("two")]), quantifier: .exists),
            verdict("nowhere", .proved(.inputs(10)), quantifier: .exists),
            verdict("unseen", .survived, quantifier: .exists), verdict("likely", estimated(.holds)),
            verdict("unlikely", estimated(.fails)), verdict("unsure", estimated(.undecided)),
            verdict("broken", .failed("no input meets every `assume`")), verdict("wrong", .mistaken),
        ]
        let entries = verdicts.enumerated().map {
            entry($1, $1.property, line: 4 * $0 + 3, requirement: requirement)
        }
        return CheckRun(
            version: "1.2.3", seed: 7,
            specs: [
                .init(path: "specs/digits.say", files: [("model net", "digits.onnx"), ("data test", "test.npz")]),
                .init(path: "gone.say", failure: "cannot read `gone.say`: No such file or directory"),
                .init(path: "q.vnnlib"),
            ],
            entries: entries + [
                CheckRun.Entry(spec: "q.vnnlib", name: "query", place: .init(file: "q.vnnlib"), source: nil)
            ]
        ).holding([], stop: "the time of --total was over")
    }

    static func tensor(_ sizes: [Int], labels: [String]? = nil, image: Bool = false) -> SayType {
        var type = SayType.Tensor.reals(sizes)
        if let labels { type.dimensions[0].labels = .init(name: "Label", cases: labels) }
        if image { type.view = .image }
        return .tensor(type)
    }

    static func noise(_ sizes: [Int], _ values: [Double]) -> Counterexample.Input {
        let leaf = Leaf(
            name: "noise", type: tensor(sizes), unit: nil, coordinates: 0..<values.count, table: nil, values: nil,
            variable: 1, path: [])
        let changes = values.indices.filter { values[$0] != 0 }.map { place in
            Counterexample.Change(
                place: ["\(place / sizes[sizes.count - 1])", "\(place % sizes[sizes.count - 1])"], from: "0",
                to: "\(values[place])", interval: .init(lower: "\(values[place])", upper: "0.5"))
        }
        var input = Counterexample.Input(
            leaf: leaf, kind: .real64, values: values.map { "\($0)" }, changes: changes, isArbitrary: false,
            interval: nil, row: nil)
        input.reference = values.map { _ in "0" }
        return input
    }

    /// Every way in which a tensor or a text is shown.
    static func exhibits() -> CheckRun {
        let image = (0..<64).map { Double($0 % 8 + $0 / 8) / 14 }
        let noise = (0..<64).map { $0 == 19 ? 0.25 : $0 == 44 ? -0.5 : 0 }
        let colours = (0..<3 * 64).map { Double($0 % 64) / 64 }
        let signal = (0..<3000).map { Double($0 % 200) / 100 - 1 }
        func step(_ name: String, _ type: SayType, _ values: [Double]) -> Counterexample.Step {
            .init(name: name, type: type, values: values)
        }
        func text(_ name: String, _ text: String) -> Counterexample.Step {
            step(name, .text(most: 60), text.unicodeScalars.map { Double($0.value) } + [-1])
        }
        let row = Counterexample.Input(
            leaf: leaf("{ image, label }"), kind: .category, values: ["3"], changes: [], isArbitrary: false,
            interval: nil,
            row: .init(
                table: "test", number: 3, fields: [("label", "two"), ("age", "7")],
                tensors: [
                    step("image", tensor([1, 8, 8], image: true), image), step("clip", tensor([3000]), signal),
                    text("review", "the film was very good, and so was the food"),
                ]))
        var scalar = Counterexample.Input(
            leaf: leaf("a.age"), kind: .real64, values: ["41.5"], changes: [], isArbitrary: false,
            interval: .init(lower: "40", upper: "90"), row: nil)
        scalar.reference = ["18"]
        let example = Counterexample(
            id: "0123abcd", inputs: [row, scalar, SampleRun.noise([1, 8, 8], noise)],
            lets: [
                step("seen", tensor([1, 8, 8]), zip(image, noise).map { min(max($0 + $1, 0), 1) }),
                step("photo", tensor([3, 8, 8], image: true), colours),
                step("quiet", tensor([3000]), signal.map { $0 / 2 }),
                step("states", tensor([40, 2]), (0..<80).map { Double($0 % 2) - Double($0) / 40 }),
                step("scores", tensor([4], labels: ["one", "two", "three", "a quite long label"]), [1, -2, 3.5, 0]),
                step("weights", tensor([9, 20]), (0..<180).map { Double($0) - 90 }),
                text("swapped", "the flim was very godo, and so was the food"),
            ], sides: [], check: "argmax(net(seen)) == label", margin: -0.0004, worstMargin: -0.5,
            nearestDistance: .init(measure: "linf(noise)", value: 0.05), minimality: .noStepFails(checks: 1213),
            floor: .init(measure: "l0(noise)", value: 1, isMinimum: true), tries: 70, shrinkTries: 4000,
            strategy: "sign gradient", replay: "gainsay replay 0123abcd", files: [".gainsay/cases/0123abcd/witness.npz"]
        )
        let course = (1...40).map { step in
            Course.Step(
                tries: step * step * step, margin: step == 40 ? -0.0004 : 3 / Double(step),
                strategy: ["uniform", "sign gradient", "mutation"][step % 3])
        }
        let bounding = (0...12).map {
            Verdict.Bounding.Step(regions: 1 << $0, open: 40 - $0, bound: -4 / Double($0 + 1))
        }
        let verdict = Verdict(
            property: "robust", title: "a small change does not change the answer", place: "digits.say:12:1",
            outcome: .contradicted([example]), remarks: ["something else that there is to say"],
            effort: .init(
                tries: 80_000, seconds: 1.5, bestMargin: -0.0004,
                strategies: [
                    .init(strategy: "uniform", tries: 40_000), .init(strategy: "sign gradient", tries: 40_000),
                ],
                isInterrupted: false, admitted: 0.25, course: course,
                bounding: .init(steps: bounding, reason: "time is up")))
        return CheckRun(
            version: "1.2.3", seed: 7,
            specs: [.init(path: "digits.say", files: [("model net", "digits.onnx"), ("data test", "test.npz")])],
            entries: [entry(verdict, "robust", line: 12, spec: "digits.say")])
    }

    /// With a text that people do not write.
    static func hostile(_ text: String) -> CheckRun {
        let verdicts = [
            verdict("p \(text)", .contradicted([example(text)]), title: text), verdict("q", .failed(text)),
        ]
        return CheckRun(
            version: "1.2.3", seed: 0,
            specs: [.init(path: "a \(text)", files: [("model \(text)", text)]), .init(path: "b", failure: text)],
            entries: verdicts.map { entry($0, $0.property, line: 3, spec: "a \(text)") })
    }

    static let hostileTexts = [
        "]]>", "<script>alert(1)</script>", "\" onload=\"x", "::error::x", "a\n::error file=x::y\r\n##[error]z",
        "a|b|c",
        "</details>\n\n```\n# loud\n````", "@everyone [x](http://example.org) <!-- `",
        "\u{0}\u{1}\u{8}\u{B}\u{1F}\u{7F}",
        "\u{FFFE}\u{FFFF}", "%0A%25{0}", "[\u{301}](\u{301}", "|\u{301}`\u{301}<\u{338}", "\r", "日本\u{200D}語",
    ]
}
