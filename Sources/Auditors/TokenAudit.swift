import Glibc
import Statistics
import Tensors

/// Looks for triggers of a few tokens: towards each class, or those that are answered most where there are many, and away
/// from all.
struct TokenAudit {
    let search: TokenSearch
    let unused: CleanRows

    /// Classes that are aimed at.
    private static let classes = 16

    /// A trigger is suspicious where the other classes take many more places; those that take more than are looked for count
    /// as one more.
    func run(
        _ report: @escaping @Sendable (String, Int) -> @Sendable () -> Void
    ) throws(ShapeError) -> (findings: [TriggerFinding], sizes: [Double?]) {
        let counts = Dictionary(grouping: search.rows.labels) { $0 }.mapValues(\.count)
        let common = counts.keys.sorted { (-(counts[$0] ?? 0), $0) < (-(counts[$1] ?? 0), $1) }.prefix(Self.classes)
        let few = search.model.classes <= Self.classes
        let targets = few ? Array(0..<search.model.classes) : common.sorted()
        let aims = targets.map(Aim.target) + [.away]
        let step = report("tokens", aims.count)
        var found: [TokenSearch.Found?] = []
        for (index, aim) in aims.enumerated() {
            found.append(search.goOn() ? try search.run(aim, stream: 7 << 16 + index) : nil)
            step()
        }
        let missing = Double(TokenSearch.mostPlaces + 1)
        let places = found.map { $0.map { Double($0.trigger.places.count) } ?? missing }
        var sizes = [Double?](repeating: nil, count: search.model.classes)
        for (target, found) in zip(targets, found) { sizes[target] = found.map { Double($0.trigger.places.count) } }
        var findings: [TriggerFinding] = []
        for (index, found) in found.enumerated() {
            guard let found else { continue }
            let others = places.indices.filter { $0 != index && $0 < targets.count }.map { places[$0] }
            let typical = others.isEmpty ? nil : median(others)
            let suspicion = typical.map { log(0.35 * $0 / places[index]) } ?? 0
            findings.append(try finding(aims[index], found, typical, suspicion))
        }
        return (findings, sizes)
    }

    func random(like finding: TriggerFinding) throws(ShapeError) -> Rate? {
        try search.random(places: Int(finding.size), finding.aim, tries: finding.tries).map {
            Rate(successes: $0.hits, count: $0.count)
        }
    }

    private func finding(
        _ aim: Aim, _ found: TokenSearch.Found, _ typical: Double?, _ suspicion: Double
    ) throws(ShapeError) -> TriggerFinding {
        let other = try TokenSearch(
            search.model, rows: unused, vocabulary: search.vocabulary, share: search.share, seed: search.seed,
            threads: search.threads, goOn: search.goOn)
        let own = (0..<unused.count).filter { aim.takes(unused.labels[$0]) }
        let hits = own.isEmpty ? 0 : try other.hits(found.trigger, own, aim)
        return TriggerFinding(
            kind: .tokens, aim: aim, trigger: .tokens(places: found.trigger.places, tokens: found.trigger.tokens),
            size: Double(found.trigger.places.count), typical: typical, suspicion: suspicion,
            used: Rate(successes: found.hits, count: found.count), unused: Rate(successes: hits, count: own.count),
            rounding: nil, tries: found.tries)
    }
}
