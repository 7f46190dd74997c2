import Glibc
import Search
import Statistics
import Tensors

/// Looks for triggers: changes of all numbers towards each class, away from all, and from each class to each other; then for
/// the few places that are enough.
struct TriggerAudit {
    let search: TriggerSearch
    let unused: CleanRows
    /// Steps of a descent for one aim.
    let steps: Int
    /// What the model's weights were rounded to.
    let rounding: Rounding?
    private let change, paint: Attack

    /// Reports each call as one more of so many.
    typealias Counter = @Sendable (_ stage: String, _ count: Int) -> @Sendable () -> Void

    /// More classes than this are not looked at in pairs.
    private static let pairedClasses = 20
    /// How many triggers are painted for single classes.
    private static let painted = 3

    init(_ search: TriggerSearch, unused: CleanRows, steps: Int, rounding: Rounding? = nil) throws(ShapeError) {
        (self.search, self.unused) = (search, unused)
        (self.steps, self.rounding) = (steps, rounding)
        let (layout, domain) = (search.model.layout, search.domain)
        change = try Attack(Perturbation(layout: layout, domain: domain), on: search.model)
        paint = try Attack(Paint(layout: layout, domain: domain), on: search.model)
    }

    /// How many inputs were run so far.
    var tries: Int { change.tries.count + paint.tries.count }

    private var classes: Range<Int> { 0..<search.model.classes }

    /// The least changes towards each class and, if wanted, for all other aims.
    func sizes(towardsClassesAlone: Bool = false, _ report: Counter) -> Sizes {
        let aims = classes.map(Aim.target) + (towardsClassesAlone ? [] : [.away])
        let found = search.invert(change, aims, steps: steps, stream: 1, report: report("changes", aims.count))
        return Sizes(
            targets: Array(found.prefix(classes.count)), away: towardsClassesAlone ? nil : found.last ?? nil,
            pairs: towardsClassesAlone ? nil : pairs(report))
    }

    private func pairs(_ report: Counter) -> [[Inverted?]]? {
        guard (3...Self.pairedClasses).contains(classes.count) else { return nil }
        let places = classes.flatMap { source in classes.filter { $0 != source }.map { (source: source, target: $0) } }
        let found = search.invert(
            change, places.map { .pair(source: $0.source, target: $0.target) }, steps: steps / 4, stream: 2,
            report: report("pairs of classes", places.count))
        var table = [[Inverted?]](repeating: Array(repeating: nil, count: classes.count), count: classes.count)
        for (place, found) in zip(places, found) { table[place.source][place.target] = found }
        return table
    }

    /// What the changes come to: one for each class, the one away from all, the pair that stands out most, and a mapping of
    /// every class to the one that it is sent to most easily.
    func findings(_ sizes: Sizes, _ yardstick: Yardstick, _ report: Counter) -> [TriggerFinding] {
        let norms = sizes.norms
        var findings = classes.compactMap { label -> TriggerFinding? in
            guard let found = sizes.targets[label], let judged = yardstick.target(label, of: norms) else { return nil }
            return finding(.target(label), found, change, judged)
        }
        if let away = sizes.away {
            findings.append(finding(.away, away, change, yardstick.away(Double(away.size), of: norms)))
        }
        guard let pairs = sizes.pairs, let residuals = yardstick.pairs(of: norms) else { return findings }
        let places = classes.flatMap { source in classes.map { (source: source, target: $0) } }
        let known = places.filter { residuals[$0.source][$0.target] != nil }
        func residual(_ place: (source: Int, target: Int)) -> Double { residuals[place.source][place.target] ?? 0 }
        if let most = known.max(by: { residual($0) < residual($1) }), let found = pairs[most.source][most.target] {
            let judged = (typical: Double(found.size) * exp(residual(most)), suspicion: residual(most))
            findings.append(finding(.pair(source: most.source, target: most.target), found, change, judged))
        }
        let mapping = classes.map { source in
            known.filter { $0.source == source }.max { residual($0) < residual($1) }?.target ?? source
        }
        // Where nearly all go to one class, that is its own aim.
        if Set(mapping).count > 2,
            let found = search.invert(
                change, [.mapping(mapping)], steps: steps, stream: 9, report: report("a mapping of classes", 1))[0]
        {
            findings.append(
                finding(.mapping(mapping), found, change, yardstick.away(Double(found.size), of: norms)))
        }
        return findings
    }

    /// The few places that are enough, for the aims that stand out most.
    func places(_ findings: [TriggerFinding], _ yardstick: Yardstick, _ report: Counter) -> [TriggerFinding] {
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
            return finding(wanted.aim, found, paint, (nil, suspicion))
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
        case .change(let numbers), .shift(let numbers): return numbers
        case .paint(let mask, let colours):
            return (0..<layout.sites).map { mask[layout.element(site: $0, channel: 0)] } + colours
        case .tokens: return []
        }
    }

    private func finding(
        _ aim: Aim, _ found: Inverted, _ attack: Attack, _ judged: Yardstick.Judgement
    ) -> TriggerFinding {
        // Replayed on rows that nobody has looked at.
        let (runner, tiles) = (attack.runner(), AimedTile.tiles(unused, aim, classes: search.model.classes))
        let hits = tiles.reduce(0) { $0 + runner.hits($1, found.trigger) }
        let paint = (attack.family as? Paint)?.parts(found.trigger)
        return TriggerFinding(
            kind: paint == nil ? .perturbation : .paint, aim: aim,
            trigger: paint.map { .paint(mask: $0.mask, paint: $0.paint) } ?? .change(found.trigger),
            size: Double(found.size), typical: judged.typical, suspicion: judged.suspicion,
            used: Rate(successes: found.hits, count: found.count),
            unused: Rate(successes: hits, count: tiles.reduce(0) { $0 + $1.count }), rounding: rounding,
            tries: found.tries)
    }
}
