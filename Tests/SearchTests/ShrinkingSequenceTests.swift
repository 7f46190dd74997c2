import Search
import Testing

/// What is chosen, recorded, run again and shrunk.
@Suite struct ShrinkingSequenceTests {
    static func shrunk<Value>(
        seed: UInt64 = 1, budget: ShrinkBudget = ShrinkBudget(), generate: @escaping (inout Source) throws -> Value,
        holds: @escaping (Value) -> Bool
    ) throws -> SequenceShrinker<Value> {
        let property = Property(generate: generate, holds: holds)
        let failure = try #require(property.firstFailure(seed: seed).case)
        var shrinker = SequenceShrinker(property, from: failure, budget: budget)
        _ = shrinker.shrink()
        return shrinker
    }

    @Test func aRecordingGivesTheSameValueAgain() throws {
        let property = Property(generate: Self.tree, holds: { _ in false })
        for seed in 0..<50 {
            let failure = try #require(property.firstFailure(seed: UInt64(seed)).case)
            let script = failure.recording.choices.map(Step.choice)
            let again = try #require(property.replay(script))
            #expect(again.recording.choices == failure.recording.choices)
            #expect(String(describing: again.value) == String(describing: failure.value))
        }
    }

    @Test func whatAScriptAsksForIsMovedIntoTheRange() throws {
        var source = Source(replaying: [.choice(.integer(50, in: 0...100, towards: 0)), .choice(.boolean(true))])
        #expect(try source.integer(in: 5...9) == 9)
        #expect(try source.integer(in: 5...9) == 5)
        #expect(throws: Source.Refusal.exhausted) { try source.boolean() }
    }

    @Test func choicesHaveALimit() {
        var source = Source(random: Random(seed: 0), limit: 10)
        #expect(throws: Source.Refusal.tooLong) { try source.list(100...200) { try $0.boolean() } }
    }

    @Test func refusedValuesLeaveNoTrace() throws {
        var source = Source(random: Random(seed: 2))
        let value = try source.filtered {
            try $0.integer(in: 0...9)
        } where: {
            $0 > 4
        }
        #expect(source.recording.choices == [.integer(value, in: 0...9, towards: 0)])
    }

    @Test func manySuccessesTakeFewProposals() throws {
        let shrinker = try Self.shrunk { source in
            try source.list(500...600) { try $0.integer(in: 0...1000) }
                + source.list(0...400) { try $0.integer(in: 0...9) }
        } holds: {
            $0.count < 500
        }
        #expect(shrinker.best.value == Array(repeating: 0, count: 500))
        #expect(shrinker.evaluations < 60)
    }

    @Test func realNumbersEndNearAndRound() throws {
        let shrinker = try Self.shrunk {
            try $0.real(in: -100...100)
        } holds: {
            $0 < 3.14159
        }
        #expect(shrinker.best.value >= 3.14159 && shrinker.best.value <= 3.3)
        #expect(Plainness.digits(shrinker.best.value) <= 2)
    }

    @Test func tensorsAmongTheChoicesAreShrunkAsEdits() throws {
        let sites = Sites(count: 30, kind: .integer, in: 0...9)
        let shrinker = try Self.shrunk { source in
            (scale: try source.integer(in: 1...5), image: try source.tensor(on: sites))
        } holds: {
            $0.image[7] * Double($0.scale) < 12
        }
        #expect(shrinker.best.recording.editCount == 1)
        #expect(shrinker.best.value.image[7] * Double(shrinker.best.value.scale) >= 12)
        #expect(shrinker.best.value.scale == 2)
        #expect(shrinker.best.value.image[7] == 6)
    }

    @Test func keysComeBeforeTheOrder() throws {
        let property = Property<[Int]> { source in
            try source.list(0...50) { try $0.integer(in: 0...9) }
        } judge: { lists in
            lists.map { Judgement(fails: $0.reduce(0, +) >= 12, keys: [Double($0.max() ?? 0)]) }
        }
        let failure = try #require(property.firstFailure(seed: 4).case)
        var shrinker = SequenceShrinker(property, from: failure)
        _ = shrinker.shrink()
        let largest = shrinker.best.value.max() ?? 0
        #expect(largest <= failure.value.max() ?? 0)
        #expect(shrinker.best.value.reduce(0, +) >= 12)
    }

    @Test func aSpentBudgetIsSaid() throws {
        let property = Property<[Int]>(
            generate: { try $0.list(20...50) { try $0.integer(in: 0...1000) } }, holds: { $0.reduce(0, +) < 900 })
        let failure = try #require(property.firstFailure(seed: 0).case)
        var shrinker = SequenceShrinker(property, from: failure, budget: ShrinkBudget(evaluations: 5))
        #expect(shrinker.shrink() == .budgetSpent)
        #expect(shrinker.evaluations <= 5)
        #expect(shrinker.best.verdict.fails)
    }

    /// From the fixed point every smaller list of the domain holds: by exhaustion.
    @Test func nothingSmallerFailsIsTrue() throws {
        let shrinker = try Self.shrunk {
            try $0.list(0...4) { try $0.integer(in: 0...6) }
        } holds: { list in
            list.count < 2 || list.reduce(0, +) != 7
        }
        #expect(shrinker.best.value == [1, 6])
    }
}

extension ShrinkingSequenceTests {
    /// Parts inside one another, choices of every kind in them.
    fileprivate static func tree(_ source: inout Source) throws -> [String] {
        try source.span("tree") { source in
            guard try source.boolean(probability: 0.6) else { return ["\(try source.real(in: -1...1))"] }
            let leaf = try source.integer(in: Int.min...Int.max)
            return ["\(leaf)", "\(try source.category(3))"] + (try source.list(0...3, of: tree)).joined()
        }
    }
}
