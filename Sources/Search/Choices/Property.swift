/// What a property said of one value.
package struct Judgement: Sendable, Hashable {
    package var fails: Bool
    /// Negative where the property fails; how far is up to the property.
    package var margin: Double
    /// What the spec wants small, first things first; before anything else in the order.
    package var keys: [Double]

    package init(fails: Bool, margin: Double? = nil, keys: [Double] = []) {
        self.fails = fails
        self.margin = margin ?? (fails ? -1 : 1)
        self.keys = keys
    }
}

/// A generator and what must hold of everything it makes.
package struct Property<Value> {
    package let generate: (inout Source) throws -> Value
    /// Judges several values at once; `width` is how many it likes to be given.
    package let judge: ([Value]) -> [Judgement]
    package let width: Int

    package init(
        width: Int = 1, generate: @escaping (inout Source) throws -> Value, judge: @escaping ([Value]) -> [Judgement]
    ) {
        self.generate = generate
        self.judge = judge
        self.width = max(width, 1)
    }

    /// A property of one value at a time; a value of which nothing is claimed holds.
    package init(
        generate: @escaping (inout Source) throws -> Value, holds: @escaping (Value) -> Bool
    ) {
        self.init(generate: generate) { values in values.map { Judgement(fails: !holds($0)) } }
    }
}

/// A case as it was made: what was chosen, what came of it, what the property said.
package struct Made<Value> {
    package var recording: Recording
    package var value: Value
    package var verdict: Judgement
}

extension Property {
    /// Runs the generator on a script; nil where it refuses.
    package func replay(_ script: [Step]) -> (recording: Recording, value: Value)? {
        var source = Source(replaying: script)
        guard let value = try? generate(&source) else { return nil }
        return (source.recording, value)
    }

    /// The first of at most `tries` random cases that fails, nil where none does, and how many were judged.
    package func firstFailure(seed: UInt64, tries: Int = 100_000) -> (case: Made<Value>?, judged: Int) {
        var judged = 0
        for number in 0..<tries {
            var source = Source(random: Random(seed: seed, stream: number))
            guard let value = try? generate(&source), let verdict = judge([value]).first else { continue }
            judged += 1
            if verdict.fails {
                return (Made(recording: source.recording, value: value, verdict: verdict), judged)
            }
        }
        return (nil, judged)
    }
}
