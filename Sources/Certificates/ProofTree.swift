import Search

/// Into which regions a domain was cut, and why the claim holds in each: written down while a prover works.
///
/// One root per box of the domain, numbered from 0. A million nodes take 32 MB. Belongs to one thread.
package struct ProofTree: Sendable {
    /// A number inside a model or a spec: an element of a value of the margin graph, by their indices.
    package struct Neuron: Sendable, Hashable {
        package let value: Int
        package let element: Int

        package init(value: Int, element: Int) { (self.value, self.element) = (value, element) }
    }

    /// What bounds at a leaf were made with, besides what the checker would choose by itself.
    package struct Hints: Sendable, Hashable {
        /// The slope of the lower line of the function that takes a neuron.
        package struct Slope: Sendable, Hashable {
            package let neuron: Neuron
            package let slope: Double

            package init(_ neuron: Neuron, _ slope: Double) { (self.neuron, self.slope) = (neuron, slope) }
        }

        /// How much of a neuron whose sign was split on is taken off when a part of the claim is bounded; not negative.
        package struct Multiplier: Sendable, Hashable {
            package let part: Int
            package let neuron: Neuron
            package let multiplier: Double

            package init(part: Int, _ neuron: Neuron, _ multiplier: Double) {
                (self.part, self.neuron, self.multiplier) = (part, neuron, multiplier)
            }
        }

        package var slopes: [Slope] = []
        package var multipliers: [Multiplier] = []

        package init() {}

        var isEmpty: Bool { slopes.isEmpty && multipliers.isEmpty }
    }

    enum Node: Sendable {
        case open
        case cut(coordinate: Int32, below: Double, above: Double, first: Int32)
        case sign(value: Int32, element: Int32, first: Int32)
        case each(count: Int32, first: Int32)
        case leaf(way: Int32)
    }

    private(set) var nodes: [Node]
    let rootCount: Int
    /// Sets of parts of the claim that suffice, each listed once.
    private(set) var ways: [[Int]] = []
    private var numbers: [[Int]: Int32] = [:]
    private(set) var hints: [Int: Hints] = [:]
    private var openCount: Int

    package init(boxes: Int) {
        nodes = Array(repeating: .open, count: boxes)
        (rootCount, openCount) = (boxes, boxes)
    }

    package var count: Int { nodes.count }
    /// How many parts the claim has, as its writer reads it.
    package var partCount = 0
    /// Whether something was shown by other means than linear bounds, which a checker may lack.
    package var isSharp = false
    /// Whether regions are told by signs of inner values, or shown in several trees.
    package var splitsSigns: Bool {
        nodes.contains { node in
            switch node {
            case .sign, .each: true
            case .open, .cut, .leaf: false
            }
        }
    }
    /// Whether every region is cut or settled.
    package var isComplete: Bool { openCount == 0 }

    /// Cuts a region: `below` is the last value of the first half, `above` the first of the second.
    package mutating func cut(
        _ node: Int, coordinate: Int, below: Double, above: Double
    ) -> (first: Int, second: Int) {
        let first = grow(by: 2)
        nodes[node] = .cut(coordinate: Int32(coordinate), below: below, above: above, first: Int32(first))
        return (first, first + 1)
    }

    /// Splits a region in two: where a neuron is not positive, and where it is not negative.
    package mutating func split(_ node: Int, on neuron: Neuron) -> (notPositive: Int, notNegative: Int) {
        let first = grow(by: 2)
        nodes[node] = .sign(value: Int32(neuron.value), element: Int32(neuron.element), first: Int32(first))
        return (first, first + 1)
    }

    /// Shows a region's claim in so many trees, each of which starts from the whole region and shows some parts.
    package mutating func divide(_ node: Int, into count: Int) -> Range<Int> {
        let first = grow(by: count)
        nodes[node] = .each(count: Int32(count), first: Int32(first))
        return first..<(first + count)
    }

    /// These parts of the claim hold in a region, numbered in the order in which the claim is read. They suffice for the
    /// claim, unless the region was divided: then what its trees show together does.
    package mutating func settle(_ node: Int, parts: [Int], hints: Hints = Hints()) {
        let way = numbers[parts] ?? Int32(ways.count)
        if Int(way) == ways.count {
            ways.append(parts)
            numbers[parts] = way
        }
        nodes[node] = .leaf(way: way)
        if !hints.isEmpty { self.hints[node] = hints }
        openCount -= 1
    }

    private mutating func grow(by count: Int) -> Int {
        nodes += Array(repeating: .open, count: count)
        openCount += count - 1
        return nodes.count - count
    }
}
