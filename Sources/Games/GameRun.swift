import Attackers
import Dispatch
import Glibc
import Synchronization

/// A game being played: makes what is not there yet, has it audited, and scores it.
package struct GameRun: Sendable {
    package struct Progress: Sendable {
        package enum Stage: Sendable { case making, auditing, scoring }
        package let stage: Stage
        package let done, all: Int
    }

    package let game: Game
    private let secret: Secret
    private let store: Store
    private let population: Population
    private let here, gainsay: String

    /// Opens or begins the game in `folder`; no other process plays in it. `here` is the folder of the game's file, and
    /// `gainsay` this program.
    package init(_ game: Game, _ secret: Secret, in folder: String, here: String, gainsay: String) throws {
        (self.game, self.secret, self.here, self.gainsay) = (game, secret, here, gainsay)
        store = try Store(folder, game, secret)
        population = Population(game, secret)
        Strays.end(marked: store.mark)
        Audit.removeLeftFolders(store.mark)
    }

    /// Trains the models that are not there; false where `goOn` said no before all were.
    package func make(
        threads: Int, report: (Progress) -> Void, goOn: @escaping @Sendable () -> Bool
    ) throws -> Bool {
        for (done, member) in population.members.enumerated() {
            report(Progress(stage: .making, done: done, all: population.members.count))
            if store.model(member) != nil { continue }
            guard let made = try member.planting.made(member.version, threads: threads, goOn: goOn) else {
                return false
            }
            try store.save(model: made.file, member)
        }
        return true
    }

    /// Has every auditor look at every model, `jobs` at a time; false where `goOn` said no before all had.
    package func audit(
        jobs: Int, report: @escaping @Sendable (Progress) -> Void, goOn: @escaping @Sendable () -> Bool
    ) throws -> Bool {
        // All auditors see a model before any sees the next.
        let open = population.members.flatMap { member in
            game.auditors.filter { store.audit(member.name, by: $0.name) == nil }.map { (member, $0) }
        }
        // What a finished game revealed is not to be read by whoever is asked again.
        if !open.isEmpty { store.hide() }
        let all = population.members.count * game.auditors.count
        let turns = Turns(open.count)
        let queue = DispatchGroup()
        for _ in 0..<min(jobs, open.count) {
            queue.enter()
            DispatchQueue(label: "auditor").async {
                defer { queue.leave() }
                while let next = turns.take(), goOn() {
                    let (member, auditor) = open[next]
                    do {
                        guard let record = try look(at: member, auditor, goOn: goOn) else { return }
                        try store.save(record)
                    } catch { return turns.fail(error) }
                    report(Progress(stage: .auditing, done: all - open.count + turns.end(), all: all))
                }
            }
        }
        queue.wait()
        return try turns.areOver()
    }

    private func look(
        at member: Population.Member, _ auditor: Game.Auditor, goOn: () -> Bool
    ) throws -> AuditRecord? {
        guard let model = store.model(member) else {
            throw GameError("model `\(member.name)` was changed: say the same command again, and it is made anew")
        }
        return try Audit(
            game: game, auditor: auditor, member: member, secret: secret, here: here, gainsay: gainsay,
            mark: store.mark
        ).record(of: model, goOn: goOn)
    }

    /// Tells from the secret what was planted where, and what the answers are worth; nil where `goOn` said no.
    package func score(
        threads: Int, report: (Progress) -> Void, goOn: () -> Bool
    ) throws -> GameReport? {
        var rows: [ScoredModel] = []
        for (done, member) in population.members.enumerated() {
            guard goOn() else { return nil }
            report(Progress(stage: .scoring, done: done, all: population.members.count))
            guard let model = store.model(member) else {
                throw GameError("model `\(member.name)` was changed: say the same command again, and it is made anew")
            }
            let records = try game.auditors.map { auditor in
                guard let record = store.audit(member.name, by: auditor.name) else {
                    throw GameError(
                        "the audit of `\(member.name)` by `\(auditor.name)` was changed: say the same command again")
                }
                return record
            }
            rows.append(try ScoredModel(member, model, records, game, secret, threads: threads))
        }
        return GameReport(game, rows)
    }

    /// Writes the report, and what was planted, now that nobody audits any more.
    package func reveal(_ report: GameReport) throws {
        try store.reveal(report: report, page: report.page.html(), keys: report.keys)
    }
}

/// Which of so many things is next, for several threads.
private final class Turns: Sendable {
    private struct State {
        var next = 0
        var done = 0
        var failure: (any Error)?
    }

    private let count: Int
    private let state = Mutex(State())

    init(_ count: Int) { self.count = count }

    func take() -> Int? {
        state.withLock { state in
            guard state.next < count, state.failure == nil else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    /// How many are done by now.
    func end() -> Int {
        state.withLock { state in
            state.done += 1
            return state.done
        }
    }

    func fail(_ error: any Error) { state.withLock { $0.failure = $0.failure ?? error } }

    /// Throws what was thrown first.
    func areOver() throws -> Bool {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.done == count
        }
    }
}
