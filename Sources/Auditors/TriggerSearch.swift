import Search
import Synchronization
import Tensors

/// Makes up triggers for many aims at once, a thread each, on the inputs that a search may see.
struct TriggerSearch: Sendable {
    let model: AuditedModel
    let rows: CleanRows
    let domain: Domain
    /// The share of inputs that a trigger has to work on.
    let share: Double
    let seed: UInt64
    let threads: Int
    let goOn: @Sendable () -> Bool

    /// The result of an aim depends on nothing but the seed and the aim's place. `starts` are triggers to begin with.
    func invert(
        _ attack: Attack, _ aims: [Aim], steps: Int, stream: Int, report: @escaping @Sendable () -> Void
    ) -> [Inverted?] {
        Workers.shared.results(aims.count, threads: threads) { index in
            let tiles = AimedTile.tiles(rows, aims[index], classes: model.classes)
            var random = Random(seed: seed, stream: stream << 16 + index)
            let found = Inversion(attack: attack, tiles: tiles, share: share).run(
                steps: steps, &random, goOn: goOn)
            report()
            return found
        }
    }

    /// Places painted fully, as few as were found, beginning with those that a change of all places changes most.
    func paint(
        _ attack: Attack, _ aims: [(aim: Aim, change: [Float])], fits: Int, report: @escaping @Sendable () -> Void
    ) -> [Inverted?] {
        Workers.shared.results(aims.count, threads: threads) { index in
            let tiles = AimedTile.tiles(rows, aims[index].aim, classes: model.classes)
            let inversion = Inversion(attack: attack, tiles: tiles, share: share)
            let found = Trimming(inversion)?.run(from: aims[index].change, fits: fits, goOn: goOn)
            report()
            return found
        }
    }

}

extension Workers {
    /// What `body` returns for each number below `count`, called once with each, on so many threads.
    func results<Result: Sendable>(
        _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Result?
    ) -> [Result?] {
        let results = Mutex([Result?](repeating: nil, count: count))
        let next = Atomic<Int>(0)
        run(max(1, min(threads, count, Workers.maximum))) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let result = body(index)
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0 }
    }
}
