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
                texts += lengthened(generator, next, tape, to: own)
                if place + 1 < next.count {
                    next.remove(at: place + 1)
                    texts.append(generator.text(of: next))
                }
            }
        }
        return texts.sorted(by: Plainness.isPlainer)
    }

    /// Where an alternative has made a text shorter, the text as long as before by turns elsewhere.
    private static func lengthened(
        _ generator: TextGenerator, _ choices: [Int], _ tape: Tape, to own: [Int]
    ) -> [[UInt32]] {
        let lack = generator.text(of: own).count - generator.text(of: choices).count
        guard lack > 0, lack <= 4 else { return [] }
        return tape.choices.indices.filter { tape.choices[$0].kind == .count && choices[$0] == own[$0] }.prefix(8).map {
            place in
            var longer = choices
            longer[place] += lack
            longer.insert(contentsOf: repeatElement(0, count: lack), at: place + 1)
            return generator.text(of: longer)
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

    /// One letter by a plainer one, the first letters first.
    package static func letters(_ text: [UInt32]) -> [[UInt32]] {
        var texts: [[UInt32]] = []
        for (place, letter) in text.enumerated() {
            for sign in alphabet + [letter > 128 ? letter - 1 : letter]
            where Plainness.rank(sign) < Plainness.rank(letter) {
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
