import Search
import Statistics
import Tensors

/// Looks for what was planted in a classifier that nobody has said anything of.
package struct Audit: Sendable {
    package struct Options: Sendable {
        /// The share of inputs that a trigger has to work on.
        package var share = 0.95
        package var seed: UInt64 = 0
        package var threads = 1
        /// Steps of a descent for one aim.
        package var steps = 128
        /// Clean twins that are made to hold the model against.
        package var twins = 2
        /// Passes through the first layer's weights that each way to search them for pancakes may take.
        package var passes = 1 << 19
        /// Whether nothing but weights is looked at; rows serve to replay what is found there.
        package var isOfWeightsAlone = false

        package init() {}
    }

    /// How far an audit has come.
    package struct Progress: Sendable {
        package let stage: String
        /// `count` is 0 where nobody knows how many there will be.
        package let done, count: Int

        package init(stage: String, done: Int, count: Int) {
            (self.stage, self.done, self.count) = (stage, done, count)
        }
    }

    private let model: AuditedModel
    private let reference: AuditedModel?
    private let twin: Twin?
    private let domain: Domain
    private let rows: CleanRows
    private let options: Options
    private let goOn, goOnWithWeights: @Sendable () -> Bool
    private let report: @Sendable (Progress) -> Void

    /// Rows that a search sees at most: the rate on so many is known to about two hundredths.
    private static let usedRows = 256
    /// Inputs made up for each class where there are no rows.
    private static let madeUp = 48

    /// `rows` are inputs with the answers that the model gives them; nil where there are none, and inputs are made up.
    /// `goOnWithWeights` is asked besides `goOn` while weights are searched: their share of the time.
    package init(
        _ model: AuditedModel, twin: Twin?, reference: AuditedModel?, rows: CleanRows?, domain: Domain,
        _ options: Options,
        goOn: @escaping @Sendable () -> Bool, goOnWithWeights: @escaping @Sendable () -> Bool = { true },
        report: @escaping @Sendable (Progress) -> Void
    ) throws(AuditError) {
        if let reference, reference.layout.shape != model.layout.shape || reference.classes != model.classes {
            throw AuditError(
                "the reference goes from \(reference.layout.shape) to \(reference.classes) classes, and the model from "
                    + "\(model.layout.shape) to \(model.classes)")
        }
        (self.model, self.reference, self.domain, self.options) = (model, reference, domain, options)
        (self.goOn, self.report) = (goOn, report)
        self.goOnWithWeights = { goOn() && goOnWithWeights() }
        // Inputs that are made up have not been seen by the model, and a twin that learns them is none.
        self.twin = rows == nil ? nil : twin
        guard rows != nil || !model.takesTokens else {
            throw AuditError("inputs of whole numbers cannot be made up: give rows with --data")
        }
        guard reference == nil || !model.takesTokens else {
            throw AuditError("a model of whole numbers is not held against a reference yet")
        }
        do {
            self.rows = try rows ?? Self.madeUpRows(model, domain, options, goOn, report)
        } catch { throw AuditError("\(error)") }
    }

    package func run() throws(AuditError) -> AuditResult {
        do { return try looked() } catch { throw AuditError("\(error)") }
    }

    private func looked() throws(ShapeError) -> AuditResult {
        report(Progress(stage: "weights", done: 0, count: 1))
        let weights = try WeightAudit(model, rows: rows, options, goOn: goOnWithWeights)
        if options.isOfWeightsAlone { return alone(weights) }
        if model.takesTokens { return try lookedAtTokens(weights) }
        let halves = rows.halves
        let used = halves.used.picked(Array(0..<min(Self.usedRows, halves.used.count)))
        @Sendable func audit(
            _ model: AuditedModel, _ steps: Int, _ rounding: Rounding? = nil
        ) throws(ShapeError) -> TriggerAudit {
            let search = TriggerSearch(
                model: model, rows: used, domain: domain, share: options.share, seed: options.seed,
                threads: options.threads, goOn: goOn)
            return try TriggerAudit(search, unused: halves.unused, steps: steps, rounding: rounding)
        }
        let own = try audit(model, options.steps)
        let sizes = own.sizes(counter)
        let twins = try together(twin == nil ? 0 : options.twins) { number throws(ShapeError) -> Measured? in
            guard goOn(), let made = twinMade(number) else { return nil }
            let other = try audit(made, options.steps)
            return Measured(norms: other.sizes(counter).norms, tries: other.tries)
        }.compactMap { $0 }
        let yardstick = Yardstick(distance: Yardstick.distance(rows), twins: goOn() ? twins.map(\.norms) : [])
        let changes = own.findings(sizes, yardstick, counter)
        // Of a slow model all rows take long.
        let answers = goOn() ? try Answers(model, rows, threads: options.threads) : nil
        let looked = try together(1 + Rounding.allCases.count) { number throws(ShapeError) -> Looked? in
            guard number > 0 else { return Looked(findings: own.places(changes, yardstick, counter)) }
            guard let answers, goOn() else { return nil }
            let rounding = Rounding.allCases[number - 1]
            let other = try model.rounded(rounding)
            let theirs = try Answers(other, rows, threads: options.threads)
            let agree = (0..<rows.count).count { answers.label($0) == theirs.label($0) }
            let trigger = try audit(other, options.steps / 4, rounding)
            let found = trigger.sizes(towardsClassesAlone: true, counter)
            let rounded = AuditResult.Rounded(
                rounding: rounding, agree: Rate(successes: agree, count: rows.count), sizes: found.norms.targets)
            return Looked(
                findings: trigger.findings(found, yardstick, counter), rounded: rounded, tries: trigger.tries)
        }
        let ofItself = changes + (looked[0]?.findings ?? [])
        let ofRounded = looked.dropFirst().compactMap { $0 }
        let findings = ofItself + ofRounded.flatMap(\.findings).filter { isNew($0, among: ofItself) }
        let tries = twins.map(\.tries) + ofRounded.map(\.tries)
        var suspects = AuditResult.suspects(findings)
        if let first = suspects.first, let finding = first.findings.first, goOn() {
            report(Progress(stage: "random triggers", done: 0, count: 1))
            let trigger =
                try first.rounding.map { rounding throws(ShapeError) in
                    try audit(try model.rounded(rounding), options.steps / 4, rounding)
                } ?? own
            var told = finding
            told.random = trigger.random(like: finding)
            suspects[0] = .init(
                aim: first.aim, rounding: first.rounding, suspicion: first.suspicion,
                findings: [told] + first.findings.dropFirst(), margins: trigger.margins(of: finding))
        }
        suspects = AuditResult.joined(AuditResult.suspects(weights), suspects)
        return AuditResult(
            suspects: suspects, norms: sizes.norms, twins: yardstick.twins, distance: yardstick.distance,
            reach: try reach(), spectra: spectra(),
            outliers: try outliers(),
            rounded: ofRounded.compactMap(\.rounded),
            comparison: try reference.map { reference throws(ShapeError) in
                try Comparison(
                    model, reference, rows: rows, domain: domain, seed: options.seed, threads: options.threads,
                    goOn: goOn)
            }, weights: weights, used: used.count, unused: halves.unused.count, tries: tries.reduce(own.tries, +),
            isWhole: goOn() && weights.isWhole)
    }

    /// What a twin takes.
    private struct Measured: Sendable {
        let norms: Norms
        let tries: Int
    }

    /// What was found in the model, or in what rounding makes of it.
    private struct Looked: Sendable {
        var findings: [TriggerFinding]
        var rounded: AuditResult.Rounded?
        var tries = 0
    }

    private func twinMade(_ number: Int) -> AuditedModel? {
        defer { report(Progress(stage: "twins", done: number + 1, count: options.twins)) }
        return twin?.made(of: model, rows: rows, seed: options.seed &+ UInt64(number), goOn: goOn)
    }

    /// What `body` gives for each number below `count`, side by side: what ends first leaves its thread to the others. Throws what
    /// the first of them throws.
    private func together<Part: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) throws(ShapeError) -> Part?
    ) throws(ShapeError) -> [Part?] {
        let results = Workers.shared.results(count, threads: options.threads) { number in
            Result { () throws(ShapeError) in try body(number) }
        }
        return try results.map { result throws(ShapeError) in try result?.get() ?? nil }
    }

    private func alone(_ weights: WeightAudit) -> AuditResult {
        let halves = rows.halves
        return AuditResult(
            suspects: AuditResult.suspects(weights),
            norms: Norms(targets: [], away: nil, pairs: nil), twins: [], distance: nil, reach: [], spectra: spectra(),
            outliers: nil, rounded: [], comparison: nil, weights: weights, used: halves.used.count,
            unused: halves.unused.count, tries: 0, isWhole: goOn() && weights.isWhole)
    }

    private func lookedAtTokens(_ weights: WeightAudit) throws(ShapeError) -> AuditResult {
        let halves = rows.halves
        let used = halves.used.picked(Array(0..<min(Self.usedRows, halves.used.count)))
        let search = try TokenSearch(
            model, rows: used, vocabulary: Int64(domain.lower.min() ?? 0)...Int64(domain.upper.max() ?? 0),
            share: options.share, seed: options.seed, threads: options.threads, goOn: goOn)
        let audit = TokenAudit(search: search, unused: halves.unused)
        let (findings, sizes) = try audit.run(counter)
        var suspects = AuditResult.suspects(findings)
        if let first = suspects.first, var finding = first.findings.first, goOn() {
            finding.random = try audit.random(like: finding)
            suspects[0] = .init(
                aim: first.aim, rounding: nil, suspicion: first.suspicion, findings: [finding])
        }
        return AuditResult(
            suspects: suspects, norms: Norms(targets: sizes, away: nil, pairs: nil), twins: [], distance: nil,
            reach: [], spectra: spectra(),
            outliers: try outliers(), rounded: [],
            comparison: nil, weights: weights, used: used.count, unused: halves.unused.count,
            tries: audit.search.tries, isWhole: goOn())
    }

    /// Whether rounding makes an aim much more suspicious than it is.
    private func isNew(_ finding: TriggerFinding, among findings: [TriggerFinding]) -> Bool {
        let same = findings.first { $0.aim == finding.aim && $0.kind == finding.kind && $0.rounding == nil }
        return finding.suspicion > max(same?.suspicion ?? 0, 0) + 0.15
    }

    /// By how much each class can be ahead: of few random beginnings.
    private func reach() throws(ShapeError) -> [Double] {
        let ascent = try InputAscent(model, domain)
        let reached = Workers.shared.results(model.classes, threads: options.threads) { label in
            var random = Random(seed: options.seed, stream: 4 << 16 + label)
            let reached = ascent.run(label, count: 16, steps: 40, &random, goOn: goOn)
            return Double(reached.margins.max() ?? 0)
        }
        return reached.map { $0 ?? 0 }
    }

    /// nil also where the time is up.
    private func outliers() throws(ShapeError) -> Outliers? {
        goOn() ? try Outliers(model, rows, seed: options.seed, threads: options.threads) : nil
    }

    private func spectra() -> [(layer: String, spectrum: Spectrum)] {
        model.graph.weightLayers.prefix(4).enumerated().map { index, layer in
            (
                "\(layer.operation) \(index + 1)",
                Spectrum(layer.weights.floats, rows: layer.rows, columns: layer.columns, seed: options.seed)
            )
        }
    }

    private static func madeUpRows(
        _ model: AuditedModel, _ domain: Domain, _ options: Options, _ goOn: () -> Bool,
        _ report: (Progress) -> Void
    ) throws(ShapeError) -> CleanRows {
        let ascent = try InputAscent(model, domain)
        var (numbers, labels) = ([[Float]](), [[Int]]())
        for label in 0..<model.classes {
            var random = Random(seed: options.seed, stream: 5 << 16 + label)
            let reached = ascent.run(label, count: madeUp, steps: 30, &random, goOn: goOn)
            let right = reached.margins.indices.filter { reached.margins[$0] > 0 }
            let size = model.layout.count
            numbers.append(right.flatMap { reached.numbers[$0 * size..<($0 + 1) * size] })
            labels.append(right.map { _ in label })
            report(Progress(stage: "inputs made up", done: label + 1, count: model.classes))
        }
        let all = CleanRows(numbers: numbers.flatMap { $0 }, labels: labels.flatMap { $0 }, size: model.layout.count)
        return all.picked(Self.shuffled(all.count, options.seed))
    }

    private static func shuffled(_ count: Int, _ seed: UInt64) -> [Int] {
        var (order, random) = (Array(0..<count), Random(seed: seed, stream: 6 << 16))
        random.shuffle(&order)
        return order
    }

    /// Reports each call as one more of so many.
    private func counter(_ stage: String, _ count: Int) -> @Sendable () -> Void {
        let done = Counter()
        return { report(Progress(stage: stage, done: done.add(1), count: count)) }
    }
}
