import Testing

@testable import BlackBoxes

/// When a search that asks black boxes has had enough.
@Suite struct QueryLedgerTests {
    /// Else it would never end where an input's questions were all asked before: nothing is spent then.
    @Test func aMillionQuestionsThatWereKnownEndALimitedSearch() {
        let ledger = QueryLedger()
        ledger.begin(limit: 10, reserve: 0)
        ledger.note(asked: 1)
        ledger.note(remembered: 1_000_000)
        #expect(!ledger.isOver)
        ledger.note(asked: 1)
        ledger.note(remembered: 1_000_000)
        #expect(!ledger.isOver)
        ledger.note(remembered: 1)
        #expect(ledger.isOver && ledger.account.isStale && !ledger.account.isSpent)
        ledger.begin(limit: 10, reserve: 0)
        #expect(!ledger.isOver)
    }

    @Test func withoutALimitTimeAloneEndsIt() {
        let ledger = QueryLedger()
        ledger.begin(limit: nil, reserve: 0)
        ledger.note(remembered: 5_000_000)
        #expect(!ledger.isOver)
    }
}
