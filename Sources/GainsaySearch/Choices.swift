import Search

/// Where a generator takes its choices from, so that what it made can be made again, and smaller.
///
/// A generator decides everything by asking for choices; what it answers may depend on them in any way. A choice shrinks
/// towards its simplest value: 0, false, the first of several things, no element.
///
/// ```swift
/// let outcome = try forAll { choices in
///     try choices.list(0...20) { try $0.integer(in: -100...100) }
/// } holds: { numbers in
///     numbers.reduce(0, +) < 150
/// }
/// ```
public struct Choices {
    private var source: Source

    init(_ source: Source) { self.source = source }

    /// A whole number of the range. It shrinks towards `simplest`, or the number of the range that is nearest to it.
    public mutating func integer(in range: ClosedRange<Int>, simplest: Int = 0) throws -> Int {
        try source.integer(in: range, towards: simplest)
    }

    /// A number of a finite range. It shrinks towards `simplest`, and to few digits.
    public mutating func real(in range: ClosedRange<Double>, simplest: Double = 0) throws -> Double {
        try source.real(in: range, towards: simplest)
    }

    public mutating func boolean(probability: Double = 0.5) throws -> Bool {
        try source.boolean(probability: probability)
    }

    /// One of some values, of which the first is the simplest. There is at least one.
    public mutating func one<Value>(of values: [Value]) throws -> Value {
        precondition(!values.isEmpty, "there is nothing to choose from")
        return values[try source.category(values.count)]
    }

    /// Which of some things, each as likely as its weight says; 0 is the simplest.
    public mutating func index(weights: [Int]) throws -> Int {
        precondition(weights.contains { $0 > 0 }, "at least one weight is above 0")
        return try source.category(weights: weights)
    }

    /// A list; any of its elements may be left out when it shrinks.
    public mutating func list<Element>(
        _ count: ClosedRange<Int>, of element: (inout Choices) throws -> Element
    ) throws -> [Element] {
        try source.list(count) { try $0.choosing(element) }
    }

    /// A part of the value under a name; a part may take the place of one of the same name that it is part of, and parts of
    /// one name that follow one another may be put in order.
    public mutating func part<Value>(_ name: String, _ body: (inout Choices) throws -> Value) throws -> Value {
        try source.span(name) { try $0.choosing(body) }
    }

    /// A value that meets a condition. Throws where ten in a row do not: the case is then passed over.
    public mutating func filtered<Value>(
        _ body: (inout Choices) throws -> Value, where accepts: (Value) -> Bool
    ) throws -> Value {
        try source.filtered({ try $0.choosing(body) }, where: accepts)
    }
}

extension Source {
    /// Lends itself to choices. Moved, not copied: a copy would double what is recorded.
    fileprivate mutating func choosing<Value>(_ body: (inout Choices) throws -> Value) throws -> Value {
        var lent = Source(replaying: [])
        swap(&lent, &self)
        var choices = Choices(lent)
        lent = Source(replaying: [])
        defer { choices.swap(with: &self) }
        return try body(&choices)
    }
}

extension Choices {
    fileprivate mutating func swap(with other: inout Source) { Swift.swap(&source, &other) }
}

extension Property {
    /// A property of what a generator makes of choices.
    init(
        choosing generate: @escaping (inout Choices) throws -> Value, together: Int,
        holds: @escaping (Value) -> Bool
    ) {
        self.init(width: together) { source in
            try source.choosing(generate)
        } judge: { values in
            values.map { Judgement(fails: !holds($0)) }
        }
    }
}
