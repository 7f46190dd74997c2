/// Where a generator gets its choices from: a random stream, or the script of a case that is run again.
///
/// A generator is a closure `(inout Source) throws -> Value` that decides everything by asking its source; the source
/// writes down what it answered. Whatever a shrinker makes of that recording is still something the generator can
/// make. A script that asks for a value outside a range gets the nearest one inside; one of the wrong kind, the simplest.
package struct Source {
    /// Why no value came of a run.
    package enum Refusal: Error, Hashable {
        /// The script ended before the generator did.
        case exhausted
        /// The script asked for a span where the generator wanted a choice.
        case misaligned
        /// A filter accepted none of the values it was offered.
        case rejected
        /// The generator wanted more choices than allowed.
        case tooLong
    }

    package private(set) var recording = Recording()
    private var random: Random?
    private var script: [Step]
    private var cursor = 0
    private var open: [Int] = []
    /// While this many spans are open, choices are the simplest.
    private var simplestDepth: Int?
    private let limit: Int

    /// Chooses at random; the same seed chooses the same. At most `limit` choices.
    package init(random: Random, limit: Int = 8192) {
        self.random = random
        script = []
        self.limit = limit
    }

    /// Chooses as told.
    package init(replaying script: [Step], limit: Int = 8192) {
        self.script = script
        self.limit = limit
    }

    /// Whether everything that was told has been used.
    package var isSpent: Bool { cursor == script.count }
}

// MARK: - What a generator may ask for

extension Source {
    /// A whole number of the range, small ones more often; it shrinks towards `towards`, or the number of the range nearest to it.
    package mutating func integer(in range: ClosedRange<Int>, towards: Int = 0) throws -> Int {
        let aim = min(max(towards, range.lowerBound), range.upperBound)
        let earlier = recording.choices.suffix(random == nil ? 0 : 64).compactMap(\.integer)
        let choice = try draw(simplest: .integer(aim, in: range, towards: aim)) { random in
            .integer(random.integer(in: range, towards: aim, earlier: earlier), in: range, towards: aim)
        } told: { told in
            guard case .integer(let value, _, _) = told else { return nil }
            return .integer(min(max(value, range.lowerBound), range.upperBound), in: range, towards: aim)
        }
        guard case .integer(let value, _, _) = choice else { return aim }
        return value
    }

    package mutating func boolean(probability: Double = 0.5) throws -> Bool {
        let choice = try draw(simplest: .boolean(false)) { random in
            .boolean(random.chance(probability))
        } told: { told in
            if case .boolean = told { told } else { nil }
        }
        return choice == .boolean(true)
    }

    /// One of `count` things, the first being the simplest.
    package mutating func category(_ count: Int) throws -> Int {
        try category(weights: Array(repeating: 1, count: count))
    }

    /// One of several things, each as likely as its weight says; the first is the simplest.
    package mutating func category(weights: [Int]) throws -> Int {
        let count = weights.count
        let choice = try draw(simplest: .category(0, of: count)) { random in
            var left = random.below(weights.reduce(0, +))
            let picked = weights.firstIndex { weight in
                left -= weight
                return left < 0
            }
            return .category(picked ?? 0, of: count)
        } told: { told in
            guard case .category(let value, _) = told, value < count else { return nil }
            return .category(value, of: count)
        }
        guard case .category(let value, _) = choice else { return 0 }
        return value
    }

    /// A number of a finite range; the bounds and the simplest value come more often.
    package mutating func real(in range: ClosedRange<Double>, towards: Double = 0) throws -> Double {
        let aim = min(max(towards, range.lowerBound), range.upperBound)
        let choice = try draw(simplest: .real(aim, in: range, towards: aim)) { random in
            let corners = [range.lowerBound, aim, range.upperBound]
            let value =
                random.chance(0.1)
                ? corners[random.below(3)]
                : range.lowerBound + (range.upperBound - range.lowerBound) * random.unit()
            return .real(min(max(value, range.lowerBound), range.upperBound), in: range, towards: aim)
        } told: { told in
            guard case .real(let value, _, _) = told else { return nil }
            return .real(min(max(value, range.lowerBound), range.upperBound), in: range, towards: aim)
        }
        guard case .real(let value, _, _) = choice else { return aim }
        return value
    }

    /// A tensor as changes of a reference; each site is changed with the given probability.
    package mutating func tensor(on sites: Sites, changing probability: Double = 0.5) throws -> [Double] {
        let choice = try draw(simplest: .tensor(Edits(), on: sites)) { random in
            .tensor(random.edits(on: sites, probability: probability), on: sites)
        } told: { told in
            guard case .tensor(let edits, _) = told else { return nil }
            return .tensor(edits.fitted(to: sites), on: sites)
        }
        guard case .tensor(let edits, _) = choice else { return sites.reference }
        return edits.applied(to: sites.reference)
    }

    /// A part of the value under a name of the generator's; parts of one name may be put in each other's place.
    package mutating func span<Value>(_ name: String, _ body: (inout Source) throws -> Value) throws -> Value {
        try span(.named(name), body)
    }

    /// A list; every element is a choice to have it and the element itself, so that any may be left out.
    package mutating func list<Element>(
        _ count: ClosedRange<Int>, of element: (inout Source) throws -> Element
    ) throws -> [Element] {
        let (least, most) = (Double(count.lowerBound), Double(count.upperBound))
        let usual = min(max(2 * least, least + 5), (least + most) / 2)
        let another = 1 - 1 / (1 + usual - least)
        return try span(.list) { source in
            var result: [Element] = []
            var goesOn = true
            while goesOn, result.count < count.upperBound {
                let isWanted = result.count < count.lowerBound
                if let next = try source.element(isWanted: isWanted, probability: another, element) {
                    result.append(next)
                } else {
                    goesOn = false
                }
            }
            return result
        }
    }

    /// A list of exactly `count` elements.
    package mutating func list<Element>(
        count: Int, of element: (inout Source) throws -> Element
    ) throws -> [Element] {
        try list(count...count, of: element)
    }

    /// A value that `accepts`; ten are tried at random, and what was refused leaves no trace in the recording.
    package mutating func filtered<Value>(
        _ body: (inout Source) throws -> Value, where accepts: (Value) -> Bool
    ) throws -> Value {
        let (choices, spans) = (recording.choices.count, recording.spans.count)
        for _ in 0..<(random == nil ? 1 : 10) {
            let value = try body(&self)
            if accepts(value) { return value }
            recording.choices.removeSubrange(choices...)
            recording.spans.removeSubrange(spans...)
        }
        throw Refusal.rejected
    }
}

// MARK: - How it is answered

extension Source {
    private mutating func draw(
        simplest: Choice, random draw: (inout Random) -> Choice, told: (Choice) -> Choice?
    ) throws -> Choice {
        guard recording.choices.count < limit else { throw Refusal.tooLong }
        let choice = try answer(simplest: simplest, random: draw, told: told)
        recording.choices.append(choice)
        return choice
    }

    private mutating func answer(
        simplest: Choice, random draw: (inout Random) -> Choice, told: (Choice) -> Choice?
    ) throws -> Choice {
        if simplestDepth != nil { return simplest }
        if var stream = random {
            defer { random = stream }
            return draw(&stream)
        }
        guard cursor < script.count else { throw Refusal.exhausted }
        defer { cursor += 1 }
        switch script[cursor] {
        case .choice(let choice): return told(choice) ?? simplest
        case .simplestSpan: throw Refusal.misaligned
        case .simplestRest:
            simplestDepth = open.count
            return simplest
        }
    }

    private mutating func span<Value>(_ role: ChoiceSpan.Role, _ body: (inout Source) throws -> Value) throws -> Value {
        begin(role)
        let value = try body(&self)
        end()
        return value
    }

    private mutating func element<Element>(
        isWanted: Bool, probability: Double, _ body: (inout Source) throws -> Element
    ) throws -> Element? {
        let start = (choices: recording.choices.count, spans: recording.spans.count)
        begin(.element)
        let isThere = try isWanted || boolean(probability: probability)
        if isThere {
            let value = try body(&self)
            end()
            return value
        }
        end()
        recording.spans.removeSubrange(start.spans...)
        return nil
    }

    private mutating func begin(_ role: ChoiceSpan.Role) {
        if simplestDepth == nil, cursor < script.count {
            switch script[cursor] {
            case .choice: break
            case .simplestRest:
                simplestDepth = open.count
                cursor += 1
            case .simplestSpan(let skipping) where skipping > 0:
                script[cursor] = .simplestSpan(skipping: skipping - 1)
            case .simplestSpan:
                simplestDepth = open.count + 1
                cursor += 1
            }
        }
        let start = recording.choices.count
        recording.spans.append(ChoiceSpan(role: role, range: start..<start, parent: open.last))
        open.append(recording.spans.count - 1)
    }

    private mutating func end() {
        if simplestDepth == open.count { simplestDepth = nil }
        guard let index = open.popLast() else { return }
        let start = recording.spans[index].range.lowerBound
        recording.spans[index].range = start..<recording.choices.count
    }
}

extension Random {
    /// Every number of a small range alike; of a large one, few bits as often as many. One in eight repeats an earlier number,
    /// one in sixteen is a bound or next to one.
    fileprivate mutating func integer(in range: ClosedRange<Int>, towards aim: Int, earlier: [Int]) -> Int {
        let kind = below(16)
        let repeatable = kind < 2 ? earlier.filter(range.contains) : []
        if !repeatable.isEmpty { return repeatable[below(repeatable.count)] }
        let width = range.upperBound.distance(from: range.lowerBound)
        if kind == 2 {
            let corner = [range.lowerBound, range.upperBound, aim][below(3)]
            return min(
                max(corner.moved(by: UInt(below(2)), upwards: chance(0.5)) ?? corner, range.lowerBound),
                range.upperBound)
        }
        if width < 4096 { return range.lowerBound + below(Int(width) + 1) }
        let upwards = aim == range.lowerBound || (aim < range.upperBound && chance(0.5))
        let room = upwards ? range.upperBound.distance(from: aim) : aim.distance(from: range.lowerBound)
        let bits = 1 + below(UInt.bitWidth - room.leadingZeroBitCount)
        let distance = UInt(truncatingIfNeeded: next() >> UInt64(UInt.bitWidth - bits))
        return aim.moved(by: min(distance, room), upwards: upwards) ?? aim
    }

    fileprivate mutating func edits(on sites: Sites, probability: Double) -> Edits {
        var edits = Edits()
        for site in sites.indices where chance(probability) {
            let raw = sites.lower[site] + (sites.upper[site] - sites.lower[site]) * unit()
            let value = sites.snapped(raw, at: site)
            if value != sites.reference[site] { edits.append(site: site, value: value) }
        }
        return edits
    }
}
