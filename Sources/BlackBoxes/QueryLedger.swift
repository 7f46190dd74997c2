import Synchronization

/// What a property's questions to black boxes cost, and what they may cost: one for all boxes of a spec.
package final class QueryLedger: Sendable {
    /// What there is to tell of a property's queries.
    package struct Account: Sendable, Hashable {
        /// Questions that were asked and answered.
        package var asked = 0
        /// Questions whose answer was known already.
        package var remembered = 0
        /// Attempts that failed and were made again.
        package var retries = 0
        /// Questions that were asked again and had another answer.
        package var changed = 0
        /// By how much an answer's number changed, at most.
        package var change = 0.0
        /// How many there may be; nil without a limit.
        package var limit: Int?
        /// Whether the limit kept something from being asked.
        package var isSpent = false
        /// Whether so many inputs in a row asked nothing new that no more were tried: only where there is a limit.
        package var isStale = false
        /// Why a box answers no more; nil where it does.
        package var failure: String?
    }

    private struct State {
        var account = Account()
        /// Kept back for asking again what was found.
        var reserve = 0
        var isAskingAgain = false
        var rounds = 0
        /// Answers that had to be taken from memory, though they were asked for again.
        var unasked = 0
        /// Answers from memory since something new was asked.
        var repeats = 0

        var isSpent: Bool { account.limit.map { account.asked >= $0 - reserve } ?? false }
    }

    /// A search that asks nothing new for so long has seen what there is, and would never spend its queries.
    private static let mostRepeats = 1_000_000

    private let state = Mutex(State())

    package init() {}

    /// Begins the account of a property. `reserve` of its queries are kept back for asking again what is found.
    package func begin(limit: Int?, reserve: Int) {
        state.withLock {
            let rounds = $0.rounds
            $0 = State()
            $0.rounds = rounds
            $0.account.limit = limit
            $0.reserve = reserve
        }
    }

    package var account: Account {
        state.withLock { state in
            var account = state.account
            account.isSpent = account.isSpent || state.isSpent
            return account
        }
    }

    /// Whether nothing new is answered any more.
    package var isOver: Bool {
        state.withLock { state in
            state.account.failure != nil || state.isSpent || state.account.isStale
        }
    }

    /// Which time it is that everything is asked again; nil where it is not.
    var roundOfAskingAgain: Int? { state.withLock { $0.isAskingAgain ? $0.rounds : nil } }

    /// Evaluates something with every question asked anew, once. How many had to be answered from memory all the same,
    /// for want of queries or of a box that answers.
    package func askingAgain<Result>(_ body: () throws -> Result) rethrows -> (result: Result, unasked: Int) {
        state.withLock {
            $0.isAskingAgain = true
            $0.rounds += 1
            $0.unasked = 0
        }
        defer { state.withLock { $0.isAskingAgain = false } }
        let result = try body()
        return (result, state.withLock(\.unasked))
    }

    /// Whether there is room for so many more questions, to be asked or not.
    func hasRoom(for count: Int) -> Bool {
        state.withLock { state in
            state.account.failure == nil
                && state.account.limit.map { state.account.asked + count <= $0 - state.reserve } ?? true
        }
    }

    /// Whether so many more questions may be asked; that they may not is told in the account.
    func allows(_ count: Int) -> Bool {
        state.withLock { state in
            guard state.account.failure == nil else { return false }
            guard let limit = state.account.limit else { return true }
            let isAllowed = state.account.asked + count <= limit - (state.isAskingAgain ? 0 : state.reserve)
            if !isAllowed, !state.isAskingAgain { state.account.isSpent = true }
            return isAllowed
        }
    }

    func note(asked: Int = 0, remembered: Int = 0, retries: Int = 0, unasked: Int = 0) {
        state.withLock {
            $0.account.asked += asked
            $0.account.remembered += remembered
            $0.repeats = asked > 0 ? 0 : $0.repeats + remembered
            if $0.account.limit != nil, $0.repeats > Self.mostRepeats { $0.account.isStale = true }
            $0.account.retries += retries
            $0.unasked += unasked
        }
    }

    func note(change: Double) {
        state.withLock {
            $0.account.changed += 1
            $0.account.change = max($0.account.change, change)
        }
    }

    func note(failure: String) { state.withLock { $0.account.failure = $0.account.failure ?? failure } }
}
