import Foundation
import Search
import Statistics
import Synchronization
import Tensors

/// Looks for triggers in a classifier that nobody has said anything of.
package struct Audit: Sendable {
    package struct Options: Sendable {
        /// The share of inputs that a trigger has to work on.
        package var share = 0.95
        package var seed: UInt64 = 0
        package var threads = 1
        /// Steps of a descent for one aim.
        package var steps = 160

        package init() {}
    }

    /// How far an audit has come.
    package struct Progress: Sendable {
        package let stage: String
        package let done, count: Int
    }

    private let model: AuditedModel
    private let domain: Domain
    private let used, unused: CleanRows
    private let options: Options
    private let search: TriggerSearch
    private let goOn: @Sendable () -> Bool
    private let report: @Sendable (Progress) -> Void

    /// Rows that a search sees at most: the rate on so many is known to about two hundredths.
    private static let usedRows = 256
    /// More classes than this are not looked at in pairs.
    private static let pairedClasses = 20
    /// How many triggers are painted for single classes.
    private static let painted = 3

    /// `rows` are inputs with the answers that are right; the model gives them.
    package init(
        _ model: AuditedModel, rows: CleanRows, domain: Domain, _ options: Options,
        goOn: @escaping @Sendable () -> Bool, report: @escaping @Sendable (Progress) -> Void
    ) {
        (self.model, self.domain, self.options) = (model, domain, options)
        (self.goOn, self.report) = (goOn, report)
        let halves = rows.halves
        used = halves.used.picked(Array(0..<min(Self.usedRows, halves.used.count)))
        unused = halves.unused
        search = TriggerSearch(
            model: model, rows: used, domain: domain, share: options.share, seed: options.seed,
            threads: options.threads, goOn: goOn)
    }

    package func run() throws(AuditError) -> AuditResult {
        do { return try looked() } catch { throw AuditError("\(error)") }
    }

    private func looked() throws(ShapeError) -> AuditResult {
        let yardstick = Yardstick(used)
        let change = try Attack(Perturbation(layout: model.layout, domain: domain), on: model)
        let paint = try Attack(Paint(layout: model.layout, domain: domain), on: model)
        let classes = Array(0..<model.classes)
        let aims = classes.map(Aim.target) + [.away]
        let found = search.invert(change, aims, steps: options.steps, stream: 1, report: counter("changes", aims.count))
        let targets = zip(classes, found).map { ($0, $1?.size).1.map(Double.init) }
        var findings: [Finding] = []
        var wanted: [(aim: Aim, change: [Float])] = []
        for (index, found) in found.enumerated() {
            guard let found else { continue }
            let isAway = index == model.classes
            let others = targets.enumerated().compactMap { $0.offset == index ? nil : $0.element }
            let suspicion =
                isAway
                ? yardstick.away(Double(found.size), targets: others)
                : yardstick.target(Double(found.size), others: others)
            findings.append(
                finding(.perturbation, aims[index], found, change, typical: others.isEmpty ? nil : median(others), suspicion))
        }
        let pairs = try pairs(change, &findings)
        findings.sort { $0.suspicion > $1.suspicion }
        for finding in findings where finding.kind == .perturbation {
            guard case .change(let change) = finding.trigger else { continue }
            let isSingle = if case .target = finding.aim { true } else { false }
            let singles = wanted.count { if case .target = $0.aim { true } else { false } }
            guard isSingle ? singles < Self.painted : finding.suspicion > 0 else { continue }
            wanted.append((finding.aim, change))
        }
        let places = search.paint(paint, wanted, fits: 16, report: counter("places", wanted.count))
        for (wanted, found) in zip(wanted, places) {
            guard let found else { continue }
            let suspicion = yardstick.paint(Double(found.size), of: model.layout.sites)
            findings.append(finding(.paint, wanted.aim, found, paint, typical: nil, suspicion))
        }
        findings.sort { $0.suspicion > $1.suspicion }
        if var first = findings.first {
            let attack = first.kind == .paint ? paint : change
            let tiles = AimedTile.tiles(used, first.aim, classes: model.classes)
            var random = Random(seed: options.seed, stream: 3 << 16)
            report(Progress(stage: "random triggers", done: 0, count: 1))
            first.random = RandomTriggers(attack: attack, tiles: tiles).best(
                size: first.size, tries: first.tries, &random, goOn: goOn)
            findings[0] = first
        }
        return AuditResult(
            findings: findings, targets: targets, pairs: pairs, distance: yardstick.distance, isWhole: goOn())
    }

    private func pairs(_ change: Attack, _ findings: inout [Finding]) throws(ShapeError) -> PairSizes? {
        guard (3...Self.pairedClasses).contains(model.classes) else { return nil }
        let classes = 0..<model.classes
        let aims = classes.flatMap { source in
            classes.filter { $0 != source }.map { Aim.pair(source: source, target: $0) }
        }
        let found = search.invert(
            change, aims, steps: options.steps / 4, stream: 2, report: counter("pairs of classes", aims.count))
        var sizes = [[Double?]](repeating: Array(repeating: nil, count: model.classes), count: model.classes)
        for (aim, found) in zip(aims, found) {
            guard case .pair(let source, let target) = aim else { continue }
            sizes[source][target] = found.map { Double($0.size) }
        }
        let table = PairSizes(sizes: sizes)
        let residuals = table.residuals
        let ranked = zip(aims, found).compactMap { aim, found -> (Aim, Inverted, Double)? in
            guard case .pair(let source, let target) = aim, let found, let left = residuals[source][target] else {
                return nil
            }
            return (aim, found, left)
        }.sorted { $0.2 > $1.2 }
        if let (aim, found, left) = ranked.first {
            let typical = Double(found.size) * exp(left)
            findings.append(finding(.perturbation, aim, found, change, typical: typical, left - 0.4))
        }
        return table
    }

    private func finding(
        _ kind: Finding.Kind, _ aim: Aim, _ found: Inverted, _ attack: Attack, typical: Double?, _ suspicion: Double
    ) -> Finding {
        let (runner, tiles) = (attack.runner(), AimedTile.tiles(unused, aim, classes: model.classes))
        let hits = tiles.reduce(0) { $0 + runner.hits($1, found.trigger) }
        let trigger: Finding.Trigger
        if let paint = attack.family as? Paint {
            let parts = paint.parts(found.trigger)
            trigger = .paint(mask: parts.mask, paint: parts.paint)
        } else {
            trigger = .change(found.trigger)
        }
        return Finding(
            kind: kind, aim: aim, trigger: trigger, size: Double(found.size), typical: typical, suspicion: suspicion,
            used: Rate(successes: found.hits, count: found.count),
            unused: Rate(successes: hits, count: tiles.reduce(0) { $0 + $1.count }), random: nil, tries: found.tries)
    }

    /// Reports each call as one more of so many.
    private func counter(_ stage: String, _ count: Int) -> @Sendable () -> Void {
        let done = Counter()
        return { report(Progress(stage: stage, done: done.next(), count: count)) }
    }
}

private final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// What an audit has found, the most suspicious first.
package struct AuditResult: Sendable {
    package let findings: [Finding]
    /// The norm of the least change of all inputs towards each class; nil where none was found.
    package let targets: [Double?]
    package let pairs: PairSizes?
    package let distance: Double?
    /// Whether nothing was cut short.
    package let isWhole: Bool
}
