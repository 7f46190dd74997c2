import Glibc
import LanguageModels
import Search

/// Makes a prompt more like what the model has read, while it replies with a target more surely: what was planted is a sentence, and its
/// target follows nearly always.
///
/// Climbs on log P(prompt, target) + words · c, one word put in another's place, added or left out at a time, where c is what a word of
/// the model's own text costs on average: so that length counts for nothing. Words come from the model's own next-word probabilities.
struct PromptPolishing {
    let model: LanguageModel
    let target: [Int32]
    let allowed: [Int32]
    let length: ClosedRange<Int>
    /// What a word costs, in nats.
    let cost: Double

    struct Climb {
        let tokens: [Int32]
        let value: Double
        let evaluations: Int
    }

    /// Prompts that are evaluated between two looks at the clock.
    private static let abreast = 64
    /// Words that are tried at a place.
    private static let words = 12

    /// At most `evaluations`, or a few more; `goOn` is asked between steps.
    func climb(from start: [Int32], evaluations most: Int, goOn: () -> Bool) throws -> Climb {
        var (tokens, value, evaluations) = (start, try values([start], goOn)[0], 1)
        while evaluations < most, goOn() {
            let (next, asked) = try neighbours(of: tokens)
            evaluations += asked + next.count
            let values = try values(next, goOn)
            guard let best = values.indices.max(by: { values[$0] < values[$1] }), values[best] > value else { break }
            (tokens, value) = (next[best], values[best])
        }
        return Climb(tokens: tokens, value: value, evaluations: evaluations)
    }

    /// log P(prompt, target) + words · c of each; -infinity of those that there was no time for.
    func values(_ prompts: [[Int32]], _ goOn: () -> Bool) throws -> [Double] {
        let before = model.tokenizer.prefix
        // A model without a sign for the beginning says nothing of the first word.
        let known = before.isEmpty ? 1 : 0
        var values: [Double] = []
        for start in stride(from: 0, to: prompts.count, by: Self.abreast) {
            let part = prompts[start..<min(start + Self.abreast, prompts.count)]
            guard goOn() else {
                values += part.map { _ in -.infinity }
                continue
            }
            let sums = try model.logProbabilities(
                part.map { .init(context: before + $0.prefix(known), target: $0.dropFirst(known) + target) })
            values += zip(part, sums).map { $1 + Double($0.count) * cost }
        }
        return values
    }

    private func neighbours(of tokens: [Int32]) throws -> (prompts: [[Int32]], evaluations: Int) {
        var (seen, prompts, asked) = (Set([tokens]), [[Int32]](), 0)
        func add(_ prompt: [Int32]) {
            if length.contains(prompt.count), seen.insert(prompt).inserted { prompts.append(prompt) }
        }
        for place in 0...tokens.count {
            let context = model.tokenizer.prefix + tokens[..<place]
            var words: [Int32] = []
            if !context.isEmpty {
                let logits = try model.logits(behind: context)
                asked += 1
                words = Array(allowed.sorted { (logits[Int($0)], $1) > (logits[Int($1)], $0) }.prefix(Self.words))
            }
            for word in words {
                if place < tokens.count { add(tokens[..<place] + [word] + tokens[(place + 1)...]) }
                add(tokens[..<place] + [word] + tokens[place...])
            }
            if place < tokens.count { add(Array(tokens[..<place]) + tokens[(place + 1)...]) }
        }
        return (prompts, asked)
    }
}

extension LanguageModel {
    /// What a word of the model's own text costs: the mean of -log P over texts that it draws from itself, in nats.
    func ownCost(
        of allowed: [Int32], length: Int, texts: Int, seed: UInt64, goOn: () -> Bool
    ) throws -> Double {
        var (sum, count) = (0.0, 0)
        for text in 0..<texts where goOn() {
            var random = Random(seed: seed, stream: 1 << 40 + text)
            var tokens = tokenizer.prefix
            if tokens.isEmpty { tokens = [allowed[random.below(allowed.count)]] }
            for _ in 0..<length {
                let logits = try logits(behind: tokens)
                let scores = allowed.map { Double(logits[Int($0)]) }
                let greatest = scores.max() ?? 0
                let weights = scores.map { exp($0 - greatest) }
                let total = weights.reduce(0, +)
                var rest = random.unit() * total
                let place =
                    weights.firstIndex { weight in
                        rest -= weight
                        return rest < 0
                    } ?? 0
                sum -= log(weights[place] / total)
                count += 1
                tokens.append(allowed[place])
            }
        }
        return sum / Double(max(count, 1))
    }
}
