import Foundation
import Search
import Statistics
import Tensors

/// Looks for triggers: changes of all numbers towards each class, away from all, and from each class to each other; then for
/// the few places that are enough.
struct TriggerAudit {
    let search: TriggerSearch
    let unused: CleanRows
    let yardstick: Yardstick
    /// Steps of a descent for one aim.
    let steps: Int
    /// What the model's weights were rounded to.
    let rounding: Rounding?
    private let change, paint: Attack

    /// More classes than this are not looked at in pairs.
    private static let pairedClasses = 20
    /// How many triggers are painted for single classes.
    private static let painted = 3
    /// A suspicion of this much comes by chance of the least of many pairs.
    private static let pairChance = 0.4

    init(_ search: TriggerSearch, unused: CleanRows, _ yardstick: Yardstick, steps: Int, rounding: Rounding? = nil)
        throws(ShapeError)
    {
        (self.search, self.unused, self.yardstick) = (search, unused, yardstick)
        (self.steps, self.rounding) = (steps, rounding)
        let (layout, domain) = (search.model.layout, search.domain)
        change = try Attack(Perturbation(layout: layout, domain: domain), on: search.model)
        paint = try Attack(Paint(layout: layout, domain: domain), on: search.model)
    }

    /// How many inputs were run so far.
    var tries: Int { change.tries.load(ordering: .relaxed) + paint.tries.load(ordering: .relaxed) }

    /// Changes towards each class, and away from all. By class, the size that was found.
    func changes(
        away: Bool, _ report: @escaping @Sendable (String, Int) -> @Sendable () -> Void
    ) -> (findings: [TriggerFinding], sizes: [Double?]) {
        let classes = Array(0..<search.model.classes)
        let aims = classes.map(Aim.target) + (away ? [.away] : [])
        let found = search.invert(change, aims, steps: steps, stream: 1, report: report("changes", aims.count))
        let sizes = found.prefix(classes.count).map { $0.map { Double($0.size) } }
        let findings = zip(aims.indices, found).compactMap { index, found -> TriggerFinding? in
            guard let found else { return nil }
            let (size, isAway) = (Double(found.size), index == classes.count)
            let others = sizes.enumerated().compactMap { $0.offset == index ? nil : $0.element }
            let suspicion =
                isAway ? yardstick.away(size, targets: others) : yardstick.target(size, others: others)
            let typical = others.isEmpty ? nil : median(others)
            return finding(aims[index], found, change, typical: typical, suspicion)
        }
        return (findings, Array(sizes))
    }

    /// The pair of classes that stands out most, and what all of them take; nil where there are too few classes or too many.
    func pairs(
        _ report: @escaping @Sendable (String, Int) -> @Sendable () -> Void
    ) -> (finding: TriggerFinding?, sizes: PairSizes)? {
        let classes = 0..<search.model.classes
        guard (3...Self.pairedClasses).contains(classes.count) else { return nil }
        let aims = classes.flatMap { source in
            classes.filter { $0 != source }.map { Aim.pair(source: source, target: $0) }
        }
        let found = search.invert(
            change, aims, steps: steps / 4, stream: 2, report: report("pairs of classes", aims.count))
        var sizes = [[Double?]](repeating: Array(repeating: nil, count: classes.count), count: classes.count)
        for (aim, found) in zip(aims, found) {
            if case .pair(let source, let target) = aim { sizes[source][target] = found.map { Double($0.size) } }
        }
        let table = PairSizes(sizes: sizes)
        let residuals = table.residuals
        var most: (aim: Aim, found: Inverted, left: Double)?
        for (aim, found) in zip(aims, found) {
            guard case .pair(let source, let target) = aim, let found, let left = residuals[source][target],
                left > most?.left ?? -.infinity
            else { continue }
            most = (aim, found, left)
        }
        let standing = most.map { most in
            finding(
                most.aim, most.found, change, typical: Double(most.found.size) * exp(most.left),
                most.left - Self.pairChance)
        }
        return (standing, table)
    }

    /// The few places that are enough, for the aims that stand out most.
    func places(
        _ findings: [TriggerFinding], _ report: @escaping @Sendable (String, Int) -> @Sendable () -> Void
    ) -> [TriggerFinding] {
        var (wanted, singles) = ([(aim: Aim, change: [Float])](), 0)
        for finding in findings.sorted(by: { $0.suspicion > $1.suspicion }) {
            guard case .change(let change) = finding.trigger else { continue }
            if case .target = finding.aim {
                guard singles < Self.painted else { continue }
                singles += 1
            } else if finding.suspicion <= 0 {
                continue
            }
            wanted.append((finding.aim, change))
        }
        let found = search.paint(paint, wanted, fits: 16, report: report("places", wanted.count))
        return zip(wanted, found).compactMap { wanted, found in
            guard let found else { return nil }
            let suspicion = yardstick.paint(Double(found.size), of: search.model.layout.sites)
            return finding(wanted.aim, found, paint, typical: nil, suspicion)
        }
    }

    /// The best that random triggers do that are as conspicuous, with as many inputs.
    func random(like finding: TriggerFinding) -> Rate? {
        let tiles = AimedTile.tiles(search.rows, finding.aim, classes: search.model.classes)
        var random = Random(seed: search.seed, stream: 3 << 16)
        return RandomTriggers(attack: finding.kind == .paint ? paint : change, tiles: tiles).best(
            size: finding.size, tries: finding.tries, &random, goOn: search.goOn)
    }

    /// By how much the answers that are aimed at are ahead, on rows that the search did not see, before and after.
    func margins(of finding: TriggerFinding) -> (before: [Float], after: [Float]) {
        let (attack, trigger) = (finding.kind == .paint ? paint : change, numbers(of: finding.trigger))
        let (runner, tiles) = (attack.runner(), AimedTile.tiles(unused, finding.aim, classes: search.model.classes))
        let nothing = [Float](repeating: 0, count: trigger.count)
        return (
            tiles.flatMap { runner.margins($0, nothing) }, tiles.flatMap { runner.margins($0, trigger) }
        )
    }

    /// A trigger as its family takes it.
    private func numbers(of trigger: TriggerFinding.Trigger) -> [Float] {
        let layout = search.model.layout
        switch trigger {
        case .change(let numbers): return numbers
        case .paint(let mask, let colours):
            return (0..<layout.sites).map { mask[layout.element(site: $0, channel: 0)] } + colours
        case .tokens: return []
        }
    }

    private func finding(
        _ aim: Aim, _ found: Inverted, _ attack: Attack, typical: Double?, _ suspicion: Double
    ) -> TriggerFinding {
        // Replayed on rows that nobody has looked at.
        let (runner, tiles) = (attack.runner(), AimedTile.tiles(unused, aim, classes: search.model.classes))
        let hits = tiles.reduce(0) { $0 + runner.hits($1, found.trigger) }
        let paint = (attack.family as? Paint)?.parts(found.trigger)
        return TriggerFinding(
            kind: paint == nil ? .perturbation : .paint, aim: aim,
            trigger: paint.map { .paint(mask: $0.mask, paint: $0.paint) } ?? .change(found.trigger),
            size: Double(found.size), typical: typical, suspicion: suspicion,
            used: Rate(successes: found.hits, count: found.count),
            unused: Rate(successes: hits, count: tiles.reduce(0) { $0 + $1.count }), rounding: rounding,
            tries: found.tries)
    }
}
