import Search
import Tensors

/// Makes up triggers for inputs of whole numbers: a few places that take one token each, whatever stood there.
///
/// Greedy, with a beam: the best triggers of some places are continued by one more. Where there are more continuations than
/// are tried, half of those that are come from inputs of the class aimed at, and half from chance.
struct TokenSearch: Sendable {
    /// Tokens at places, in the order in which they were found.
    struct Trigger: Sendable, Hashable {
        var places: [Int] = []
        var tokens: [Int64] = []
    }

    struct Found: Sendable {
        let trigger: Trigger
        let hits, count, tries: Int
    }

    let model: AuditedModel
    let rows: CleanRows
    let vocabulary: ClosedRange<Int64>
    let share: Double
    let seed: UInt64
    let threads: Int
    let goOn: @Sendable () -> Bool
    private let evaluator: Evaluator
    private let counter = Counter()

    /// How many inputs were run so far.
    var tries: Int { counter.count }

    /// The most places of a trigger.
    static let mostPlaces = 6
    private static let beam = 4
    /// Continuations that are tried of the whole beam.
    private static let candidates = 1024
    /// Continuations between two looks at the clock.
    private static let together = 4
    /// Inputs on which a continuation is tried first.
    private static let few = 16

    init(
        _ model: AuditedModel, rows: CleanRows, vocabulary: ClosedRange<Int64>, share: Double, seed: UInt64,
        threads: Int, goOn: @escaping @Sendable () -> Bool
    ) throws(ShapeError) {
        (self.model, self.rows, self.vocabulary, self.share) = (model, rows, vocabulary, share)
        (self.seed, self.threads, self.goOn) = (seed, threads, goOn)
        evaluator = try Evaluator(model.graph, outputs: [model.scores])
    }

    /// The trigger with the fewest places; nil where none with so few works often enough.
    func run(_ aim: Aim, stream: Int) throws(ShapeError) -> Found? {
        let own = (0..<rows.count).filter { aim.takes(rows.labels[$0]) }
        guard !own.isEmpty else { return nil }
        let few = Array(own.prefix(Self.few))
        var (random, tries) = (Random(seed: seed, stream: stream), 0)
        var beam = [Trigger()]
        for _ in 0..<min(Self.mostPlaces, model.layout.count) {
            let continued = continuations(of: beam, aim, &random)
            var scored: [(trigger: Trigger, worth: Double)] = []
            for start in stride(from: 0, to: continued.count, by: Self.together) {
                guard goOn() else { return nil }
                let part = Array(continued[start..<min(start + Self.together, continued.count)])
                let worths = try worths(part, few, aim)
                tries += part.count * few.count
                scored += zip(part, worths).map { ($0, $1) }
            }
            beam = scored.sorted { $0.worth > $1.worth }.prefix(Self.beam).map(\.trigger)
            for trigger in beam {
                let hits = try hits(trigger, own, aim)
                tries += own.count
                if Double(hits) >= share * Double(own.count) {
                    return Found(trigger: trigger, hits: hits, count: own.count, tries: tries)
                }
            }
        }
        return nil
    }

    /// On how many of these inputs a trigger works.
    func hits(_ trigger: Trigger, _ places: [Int], _ aim: Aim) throws(ShapeError) -> Int {
        let answers = try answers([trigger], places)
        return places.enumerated().count { aim.allows(answers.label($0.offset), for: rows.labels[$0.element]) }
    }

    /// The best rate of random triggers of so many places, with so many inputs.
    func random(places: Int, _ aim: Aim, tries: Int) throws(ShapeError) -> (hits: Int, count: Int)? {
        let own = (0..<rows.count).filter { aim.takes(rows.labels[$0]) }
        var (random, most) = (Random(seed: seed, stream: 3 << 16), 0)
        guard !own.isEmpty, tries >= own.count else { return nil }
        for _ in 0..<tries / own.count where goOn() {
            var trigger = Trigger()
            for _ in 0..<places {
                trigger.places.append(random.below(model.layout.count))
                trigger.tokens.append(vocabulary.lowerBound + Int64(random.below(vocabulary.count)))
            }
            most = max(most, try hits(trigger, own, aim))
        }
        return (most, own.count)
    }

    private func continuations(of beam: [Trigger], _ aim: Aim, _ random: inout Random) -> [Trigger] {
        let (length, tokens) = (model.layout.count, vocabulary.count)
        func adding(_ trigger: Trigger, _ place: Int, _ token: Int64) -> Trigger? {
            guard !trigger.places.contains(place) else { return nil }
            return Trigger(places: trigger.places + [place], tokens: trigger.tokens + [token])
        }
        if beam.count * length * tokens <= Self.candidates {
            return beam.flatMap { trigger in
                (0..<length).flatMap { place in vocabulary.compactMap { adding(trigger, place, $0) } }
            }
        }
        let models = (0..<rows.count).filter { rows.labels[$0] == aim.target }
        var found: [Trigger] = []
        for number in 0..<Self.candidates {
            let (trigger, place) = (beam[number % beam.count], random.below(length))
            let token =
                number % 2 == 0 && !models.isEmpty
                ? Int64(rows.numbers[models[random.below(models.count)] * rows.size + place])
                : vocabulary.lowerBound + Int64(random.below(tokens))
            if let next = adding(trigger, place, token) { found.append(next) }
        }
        return found
    }

    /// Of each trigger the mean over inputs of how far the answers aimed at are ahead, each cut at the beginning of success.
    private func worths(_ triggers: [Trigger], _ places: [Int], _ aim: Aim) throws(ShapeError) -> [Double] {
        let answers = try answers(triggers, places)
        return triggers.indices.map { index in
            places.enumerated().reduce(0.0) { sum, place in
                let own = (index * places.count + place.offset) * answers.classes
                let label = rows.labels[place.element]
                var (aimed, other) = (-Float.infinity, -Float.infinity)
                for answer in 0..<answers.classes {
                    let score = answers.scores[own + answer]
                    if aim.allows(answer, for: label) { aimed = max(aimed, score) } else { other = max(other, score) }
                }
                return sum + Double(min(aimed - other, 0.1))
            } / Double(places.count)
        }
    }

    private func answers(_ triggers: [Trigger], _ places: [Int]) throws(ShapeError) -> Answers {
        counter.add(triggers.count * places.count)
        var numbers: [Int64] = []
        numbers.reserveCapacity(triggers.count * places.count * rows.size)
        for trigger in triggers {
            for place in places {
                let start = numbers.count
                numbers += rows[place].map { Int64($0) }
                for (site, token) in zip(trigger.places, trigger.tokens) { numbers[start + site] = token }
            }
        }
        let shape = try Shape([triggers.count * places.count] + model.layout.shape.dimensions)
        let scores = try evaluator.run([try Tensor(shape, numbers)], threads: threads)[0]
        return Answers(scores: scores.floats, classes: model.classes)
    }
}
