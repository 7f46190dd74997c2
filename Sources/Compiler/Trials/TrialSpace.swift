import Checker
import Diagnostics
import Search
import Tensors

extension TrialBuilder {
    /// Coordinates that feed a float32 model input as they are take float32 values only.
    func roundToFloat32() {
        let direct = Float32Inputs(graph: lowering.graph).elements()
        for (leaf, direct) in zip(bounds.leaves, direct) { bounds.makeFloat32(direct, of: leaf) }
    }

    func space() throws(Diagnostic) -> Space {
        var space = try boxes()
        let words = bounds.leaves.contains { $0.texts != nil } ? property.words : []
        let hopes = bounds.leaves.contains { $0.texts != nil } ? property.hopes(bounds.leaves) : []
        space.texts = bounds.leaves.enumerated().compactMap { place, leaf in
            leaf.wording(words) ?? leaf.wording(hopes, at: place, of: bounds.leaves)
        }
        // Draws are taken as they are, and left out where they do not meet a condition.
        if !property.isDrawn { space.dependence = try dependence(in: space) }
        return space
    }

    func boxes() throws(Diagnostic) -> Space {
        for leaf in bounds.leaves {
            for place in leaf.coordinates where !(bounds.lower[place] <= bounds.upper[place]) {
                throw .emptyDomain(leaf.name, bounds.lower[place], bounds.upper[place], at: property.span)
            }
            for place in leaf.coordinates where bounds.lower[place] == -.infinity || bounds.upper[place] == .infinity {
                throw .unboundedDomain(leaf.name, at: property.span)
            }
        }
        return Space(
            kinds: bounds.kinds, boxes: [Box(lower: bounds.lower, upper: bounds.upper)],
            reference: bounds.references(property.variables),
            variables: bounds.leaves.map {
                Variable(name: $0.name, coordinates: $0.coordinates, shape: $0.shape)
            })
    }

    /// The bounds that follow from other coordinates.
    func dependence(in space: Space) throws(Diagnostic) -> DependentBounds? {
        let inner = Set(property.inner.map(\.id))
        let start = bounds.leaves.first { inner.contains($0.variable) }?.coordinates.lowerBound ?? space.dimension
        var open: [OpenCondition] = []
        for (conditions, own) in [(leftovers, 0..<start), (innerLeftovers, start..<space.dimension)] {
            for condition in conditions {
                guard let next = bounds.open(condition, within: own) else { continue }
                open += next
                drawn.insert(ObjectIdentifier(condition))
            }
        }
        return try lowering.dependence(of: open, in: space)
    }
}

extension Diagnostic {

    static func emptyDomain(_ name: String, _ lower: Double, _ upper: Double, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "domain-empty",
            "no value is left for `\(name)`: it would have to be at least \(Notation.text(lower)) and at most \(Notation.text(upper))",
            at: span)
    }

    static func unboundedDomain(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "domain-unbounded", "`\(name)` has no bounds, so there is no end to what would have to be tried",
            at: span,
            hints: [Hint("bound it where it is declared, `in [low, high]`, or in a `where`")])
    }
}
