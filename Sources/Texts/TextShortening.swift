/// Plainer texts than one, by single steps; whether they are of a type is for its generator to say.
package enum TextShortening {
    /// Without some turns of what is repeated: many before few, outer ones before those inside them.
    package static func turns(_ generator: TextGenerator, _ choices: [Int]) -> [[UInt32]] {
        let tape = generator.recording(of: choices)
        let own = tape.choices.map(\.value)
        var texts: [[UInt32]] = []
        for (counter, turns) in Dictionary(grouping: tape.turns, by: \.counter).sorted(by: { $0.key < $1.key }) {
            let ordered = turns.sorted { $0.choices.lowerBound < $1.choices.lowerBound }
            var size = min(own[counter], ordered.count)
            while size > 0 {
                for start in stride(from: ordered.count - size, through: 0, by: -size) {
                    var next = own
                    next.removeSubrange(
                        ordered[start].choices.lowerBound..<ordered[start + size - 1].choices.upperBound)
                    next[counter] -= size
                    texts.append(generator.text(of: next))
                }
                size /= 2
            }
        }
        return texts
    }

    /// With an alternative that comes earlier in the order of plainness, what it is made of kept or as plain as it can be.
    package static func alternatives(_ generator: TextGenerator, _ choices: [Int]) -> [[UInt32]] {
        let tape = generator.recording(of: choices)
        let own = tape.choices.map(\.value)
        var texts: [[UInt32]] = []
        for (place, choice) in tape.choices.enumerated() where choice.kind != .sign && texts.count < 400 {
            for value in 0..<min(choice.bound, 16) where value != choice.value {
                var next = own
                next[place] = value
                texts.append(generator.text(of: next))
                texts.append(generator.text(of: Array(next[...place])))
                texts += balanced(generator, next, tape, to: own)
                if place + 1 < next.count {
                    next.remove(at: place + 1)
                    texts.append(generator.text(of: next))
                }
            }
        }
        return texts.sorted(by: Plainness.isPlainer)
    }

    /// Where an alternative has made a text shorter or longer, the text as long as before by turns more or fewer elsewhere.
    private static func balanced(
        _ generator: TextGenerator, _ choices: [Int], _ tape: Tape, to own: [Int]
    ) -> [[UInt32]] {
        let lack = generator.text(of: own).count - generator.text(of: choices).count
        guard lack != 0, abs(lack) <= 4 else { return [] }
        let counters = tape.choices.indices.filter { tape.choices[$0].kind == .count && choices[$0] == own[$0] }
        return counters.prefix(8).compactMap { counter in
            var next = choices
            next[counter] += lack
            if lack > 0 {
                next.insert(contentsOf: repeatElement(0, count: lack), at: counter + 1)
            } else {
                let turns = tape.turns.filter { $0.counter == counter }.suffix(-lack)
                guard next[counter] >= 0, turns.count == -lack, let first = turns.first, let last = turns.last else {
                    return nil
                }
                next.removeSubrange(first.choices.lowerBound..<last.choices.upperBound)
            }
            return generator.text(of: next)
        }
    }

    /// Without a part: long ones before short ones, from the end.
    package static func parts(_ text: [UInt32]) -> [[UInt32]] {
        var texts: [[UInt32]] = []
        var size = text.count
        while size > 0 {
            for start in stride(from: text.count - size, through: 0, by: -max(size / 2, 1)) {
                texts.append(Array(text[..<start] + text[(start + size)...]))
            }
            size = size <= 4 ? size - 1 : size / 2
        }
        return texts
    }

    /// All letters, or all that are the same, by one that is plainer.
    package static func alike(_ text: [UInt32]) -> [[UInt32]] {
        var texts: [[UInt32]] = []
        for sign in alphabet.prefix(2) { texts.append(Array(repeating: sign, count: text.count)) }
        for letter in Set(text).sorted() where text.count(where: { $0 == letter }) > 1 {
            for sign in alphabet where Plainness.rank(sign) < Plainness.rank(letter) {
                texts.append(text.map { $0 == letter ? sign : $0 })
            }
        }
        return texts
    }

    /// A sign, or all that were chosen alike, nearer to the plainest of its set: all the way, half of it, a quarter and so on.
    ///
    /// For sets too large to try all that is plainer; others are left to `letters`.
    package static func signs(_ generator: TextGenerator, _ choices: [Int]) -> [[UInt32]] {
        let tape = generator.recording(of: choices)
        let own = tape.choices.map(\.value)
        let large = tape.choices.indices.filter { tape.choices[$0].kind == .sign && own[$0] >= alphabet.count / 2 }
        var groups = Dictionary(grouping: large) { own[$0] }.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        groups += large.prefix(256).map { [$0] }
        return groups.flatMap { places in
            nearer(own[places[0]]).map { value in
                var next = own
                for place in places { next[place] = value }
                return generator.text(of: next)
            }
        }
    }

    /// 0, half of a number, three quarters and so on, up to one less.
    private static func nearer(_ number: Int) -> [Int] {
        var (step, found) = (number, [Int]())
        while step > 0 {
            found.append(number - step)
            step /= 2
        }
        return found
    }

    /// One letter by a plainer one, the first letters first.
    package static func letters(_ text: [UInt32]) -> [[UInt32]] {
        var texts: [[UInt32]] = []
        for (place, letter) in text.enumerated() {
            for sign in alphabet where Plainness.rank(sign) < Plainness.rank(letter) {
                var next = text
                next[place] = sign
                texts.append(next)
            }
        }
        return texts
    }

    /// Two letters exchanged, a letter earlier, or all in order.
    package static func orders(_ text: [UInt32]) -> [[UInt32]] {
        var texts = [text.sorted { Plainness.rank($0) < Plainness.rank($1) }]
        for first in text.indices.prefix(64) {
            for second in text.indices.prefix(64)
            where second > first && Plainness.rank(text[second]) < Plainness.rank(text[first]) {
                var next = text
                next.swapAt(first, second)
                texts.append(next)
            }
        }
        return texts
    }

    /// Printable ASCII, plainest first.
    private static let alphabet = (32...126).map { UInt32($0) }.sorted { Plainness.rank($0) < Plainness.rank($1) }
}
