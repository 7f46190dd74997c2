import Checker
import Diagnostics
import Tensors

/// Every value of a finite domain, as the rows of tables: one table for each leaf of the domain's type.
enum FiniteDomain {
    static func values(of variable: QuantifiedVariable, at span: Span) throws(Diagnostic) -> [Tensor] {
        guard let leaves = leaves(of: variable.domain) else { throw .infiniteDomain(variable.name, at: span) }
        let places = leaves.flatMap(\.places)
        let count = try size(places, of: variable, at: span)
        do {
            var tables: [Tensor] = []
            var inner = count
            for leaf in leaves {
                tables.append(try table(of: leaf, rows: count, inner: &inner))
            }
            return tables
        } catch { throw .shape(error, at: span) }
    }

    private struct Leaf {
        let shape: [Int]
        let places: [ClosedRange<Int>]
        /// The values of a set, of which a place is one.
        var values: [Double]?
    }

    private static func size(
        _ places: [ClosedRange<Int>], of variable: QuantifiedVariable, at span: Span
    ) throws(Diagnostic) -> Int {
        var count = 1
        for place in places {
            let (product, overflow) = count.multipliedReportingOverflow(by: place.count)
            guard !overflow, product <= Bounds.finiteDomain else { throw .largeDomain(variable.name, at: span) }
            count = product
        }
        return count
    }

    /// Row number `r` in mixed radix: the last place changes fastest. `inner` is how many rows share one value of what
    /// came before.
    private static func table(of leaf: Leaf, rows: Int, inner: inout Int) throws(ShapeError) -> Tensor {
        var steps: [Int] = []
        for place in leaf.places {
            inner /= place.count
            steps.append(inner)
        }
        var elements: [Int64] = []
        elements.reserveCapacity(rows * leaf.places.count)
        for row in 0..<rows {
            for (place, step) in zip(leaf.places, steps) {
                elements.append(Int64(place.lowerBound + row / step % place.count))
            }
        }
        let shape = try Shape([rows] + leaf.shape)
        guard let values = leaf.values else { return try Tensor(shape, elements) }
        return try Tensor(shape, elements.map { values[Int($0)] })
    }

    /// nil where the domain is not known to be finite.
    private static func leaves(of domain: Domain) -> [Leaf]? {
        switch domain {
        case .bool: return [Leaf(shape: [], places: [0...1])]
        case .enumeration(let type):
            return type.cases.isEmpty ? nil : [Leaf(shape: [], places: [0...(type.cases.count - 1)])]
        case .integer(let lower, let upper): return lower <= upper ? [Leaf(shape: [], places: [lower...upper])] : nil
        case .tensor(let type, let lower, let upper) where type.element != .real:
            let places = (0..<type.count).map { place in
                Int(lower.entry(place))...max(Int(lower.entry(place)), Int(upper.entry(place)))
            }
            return [Leaf(shape: type.dimensions.map(\.size), places: places)]
        case .set(_, let values): return [Leaf(shape: [], places: [0...(values.count - 1)], values: values)]
        case .record(_, let fields):
            var all: [Leaf] = []
            for field in fields {
                guard let leaves = leaves(of: field) else { return nil }
                all += leaves
            }
            return all
        case .real, .tensor, .text, .row: return nil
        }
    }
}

extension Diagnostic {
    static func infiniteDomain(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "aggregate-infinite", "`\(name)` does not range over finitely many values", at: span)
    }

    static func largeDomain(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "aggregate-too-large", "`\(name)` ranges over more than \(Bounds.finiteDomain) values", at: span)
    }
}
