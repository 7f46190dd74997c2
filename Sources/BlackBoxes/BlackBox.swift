import Glibc
import Synchronization
import Tensors

/// A model of which nothing is known but its answers: remembers them, asks a server for those that it has not, and asks
/// again where that fails.
///
/// Questions are asked in the order in which they come, each once, in batches; so a box that answers alike is asked alike. The
/// first question is asked again in the 2nd, the 8th, the 64th request, and so on, to see whether the answer is the same.
package final class BlackBox: OpaqueFunction {
    /// Attempts in a row before a server is given up.
    private static let attempts = 6
    /// Seconds before the second attempt; twice as long before each later one.
    private static let firstPause = 0.05
    /// Bytes of questions and answers that are remembered, about.
    private static let memory = 1 << 28

    private struct State {
        let server: any Server
        var answers: [[UInt64]: [Double]] = [:]
        var order: [[UInt64]] = []
        var forgotten = 0
        var requests = 0
        var first: [Double]?
        /// Answers of a round of asking again.
        var again: [[UInt64]: [Double]] = [:]
        var round = 0
        var refusals = 0
        /// Whether it was given up, and has not answered since: it has one attempt then.
        var isDoubtful = false
    }

    package let name: String
    package let signature: Signature
    private let ledger: QueryLedger
    private let archive: (any AnswerArchive)?
    private let isCancelled: @Sendable () -> Bool
    private let tell: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// `isCancelled` ends its waiting; `tell` is told of every attempt that fails.
    package init(
        _ name: String, _ server: sending any Server, _ signature: Signature, _ ledger: QueryLedger,
        archive: (any AnswerArchive)? = nil, isCancelled: @escaping @Sendable () -> Bool = { false },
        tell: @escaping @Sendable (String) -> Void
    ) {
        (self.name, self.signature, self.ledger, self.archive) = (name, signature, ledger, archive)
        (self.isCancelled, self.tell) = (isCancelled, tell)
        state = Mutex(State(server: server))
    }

    package var refusals: Int { state.withLock(\.refusals) }
    package var isOver: Bool { ledger.isOver }

    package func answer(_ questions: [[Double]]) -> [[Double]]? {
        let keys = questions.map { $0.map(\.bitPattern) }
        return state.withLock { state in
            let answers =
                if let round = ledger.roundOfAskingAgain {
                    again(questions, keys, round: round, &state)
                } else { answers(questions, keys, &state) }
            if answers == nil { state.refusals += 1 }
            return answers
        }
    }

    /// Ends the server.
    package func stop() { state.withLock { $0.server.stop() } }

    private func answers(_ questions: [[Double]], _ keys: [[UInt64]], _ state: inout State) -> [[Double]]? {
        var (fresh, seen) = ([Int](), Set<[UInt64]>())
        for (index, key) in keys.enumerated() where seen.insert(key).inserted && state.answers[key] == nil {
            fresh.append(index)
        }
        if let archive, !fresh.isEmpty {
            let kept = archive.answers(to: fresh.map { questions[$0] })
            for case (let index, let answer?) in zip(fresh, kept) { remember(answer, keys[index], &state) }
            fresh = zip(fresh, kept).filter { $1 == nil }.map(\.0)
        }
        ledger.note(remembered: seen.count - fresh.count)
        // What is remembered now may be forgotten for what is new.
        var known: [[UInt64]: [Double]] = [:]
        for key in seen { known[key] = state.answers[key] }
        guard !fresh.isEmpty else { return keys.compactMap { known[$0] } }
        guard ledger.allows(fresh.count), let found = ask(fresh.map { questions[$0] }, &state) else { return nil }
        archive?.keep(found, to: fresh.map { questions[$0] })
        for (index, answer) in zip(fresh, found) {
            known[keys[index]] = answer
            remember(answer, keys[index], &state)
        }
        return keys.compactMap { known[$0] }
    }

    /// The answers to questions that were answered before, once more; from memory where there is no more of them.
    private func again(
        _ questions: [[Double]], _ keys: [[UInt64]], round: Int, _ state: inout State
    ) -> [[Double]]? {
        if round != state.round { (state.again, state.round) = ([:], round) }
        let fresh = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            .filter { state.again[$0.key] == nil }.values.sorted()
        if !fresh.isEmpty {
            let isAllowed = ledger.allows(fresh.count)
            if isAllowed, let found = ask(fresh.map { questions[$0] }, &state) {
                for (index, answer) in zip(fresh, found) {
                    state.again[keys[index]] = answer
                    if let known = state.answers[keys[index]] { compare(answer, known) }
                }
            } else {
                ledger.note(unasked: fresh.count)
            }
        }
        let answers = keys.compactMap { state.again[$0] ?? state.answers[$0] }
        return answers.count == keys.count ? answers : nil
    }

    private func remember(_ answer: [Double], _ key: [UInt64], _ state: inout State) {
        state.answers[key] = answer
        state.order.append(key)
        let size = 8 * (key.count + answer.count) + 128
        while (state.order.count - state.forgotten) * size > Self.memory, state.forgotten < state.order.count - 1 {
            state.answers[state.order[state.forgotten]] = nil
            state.order[state.forgotten] = []
            state.forgotten += 1
        }
    }

    private func compare(_ answer: [Double], _ known: [Double]) {
        guard zip(answer, known).contains(where: { $0.bitPattern != $1.bitPattern && !($0.isNaN && $1.isNaN) }) else {
            return
        }
        let change = zip(answer, known).reduce(0) { most, pair in
            let difference = abs(pair.0 - pair.1)
            return difference.isNaN ? (pair.0.isNaN && pair.1.isNaN ? most : .infinity) : max(most, difference)
        }
        ledger.note(change: change)
    }

    // MARK: - Asking

    /// In as many requests as the server needs. nil where it does not answer.
    private func ask(_ questions: [[Double]], _ state: inout State) -> [[Double]]? {
        var answers: [[Double]] = []
        let rows = state.server.rows(of: signature)
        for start in stride(from: 0, to: questions.count, by: rows) {
            let batch = Array(questions[start..<min(start + rows, questions.count)])
            do throws(BoxError) { answers += try request(batch, &state) } catch {
                if error.kind != .cancelled {
                    ledger.note(failure: "black box `\(name)`, \(state.server.description): \(error)")
                }
                return nil
            }
        }
        return answers
    }

    private func request(_ batch: [[Double]], _ state: inout State) throws(BoxError) -> [[Double]] {
        state.requests += 1
        guard isProbe(state.requests), let first = state.first, !batch.contains(first),
            ledger.hasRoom(for: batch.count + 1)
        else {
            state.first = state.first ?? batch[0]
            return try attempt(batch, &state)
        }
        var answers = try attempt(batch + [first], &state)
        let last = answers.removeLast()
        if let known = state.answers[first.map(\.bitPattern)] { compare(last, known) }
        return answers
    }

    /// 2, 8, 64, 512, ...
    private func isProbe(_ request: Int) -> Bool {
        request == 2 || request >= 8 && request & (request - 1) == 0 && request.trailingZeroBitCount % 3 == 0
    }

    private func attempt(_ batch: [[Double]], _ state: inout State) throws(BoxError) -> [[Double]] {
        var pause = Self.firstPause
        for attempt in 1... {
            do throws(BoxError) {
                let answers = try state.server.ask(batch, signature)
                ledger.note(asked: batch.count)
                state.isDoubtful = false
                return answers
            } catch {
                switch error.kind {
                case .cancelled, .unfit: throw error
                case .refused:
                    guard batch.count > 1 else { throw Self.refusal(error, of: batch[0]) }
                    // Which of them it is.
                    var answers: [[Double]] = []
                    for question in batch { answers += try self.attempt([question], &state) }
                    return answers
                case .failed:
                    guard attempt < (state.isDoubtful ? 1 : Self.attempts) else {
                        state.isDoubtful = true
                        let count = attempt == 1 ? "an attempt" : "\(attempt) attempts in a row"
                        throw BoxError(.failed, "\(count) failed; in the last one \(error)")
                    }
                    ledger.note(retries: 1)
                    tell("black box `\(name)`: \(error)\n    asked again")
                    BlackBoxes.pause(error.wait ?? pause, unless: isCancelled)
                    pause *= 2
                }
            }
        }
        return []
    }

    private static func refusal(_ error: BoxError, of question: [Double]) -> BoxError {
        let shown = question.prefix(16).map { "\($0)" }.joined(separator: ", ")
        return BoxError(
            .refused, "\(error)\n    asked for [\(shown)\(question.count > 16 ? ", ..." : "")]")
    }
}
