import Checker
import Diagnostics
import Tensors

/// Every value of a finite domain, as the rows of a table.
enum FiniteDomain {
    /// 64^4, four tokens: half a gigabyte of rows.
    static let maximumCount = 1 << 24

    static func values(of variable: QuantifiedVariable, at span: Span) throws(Diagnostic) -> Tensor {
        guard let places = places(of: variable.domain), !places.isEmpty else {
            throw .infiniteDomain(variable.name, at: span)
        }
        var count = 1
        for place in places {
            let (product, overflow) = count.multipliedReportingOverflow(by: place.count)
            guard !overflow, product <= maximumCount else { throw .largeDomain(variable.name, at: span) }
            count = product
        }
        var elements: [Int64] = []
        elements.reserveCapacity(count * places.count)
        for row in 0..<count {
            var rest = row
            var digits: [Int64] = []
            for place in places.reversed() {
                digits.append(Int64(place.lowerBound + rest % place.count))
                rest /= place.count
            }
            elements.append(contentsOf: digits.reversed())
        }
        do {
            return try Tensor(Shape([count] + (variable.type.shape ?? [])), elements)
        } catch { throw .shape(error, at: span) }
    }

    /// How many values the domain has, or nil where that is not known to be finite.
    static func places(of domain: Domain) -> [ClosedRange<Int>]? {
        switch domain {
        case .bool: [0...1]
        case .enumeration(let type): type.cases.isEmpty ? nil : [0...(type.cases.count - 1)]
        case .integer(let lower, let upper): lower <= upper ? [lower...upper] : nil
        case .tensor(let type, let lower, let upper) where type.element != .real:
            (0..<type.count).map { place in
                Int(lower.entry(place))...Swift.max(Int(lower.entry(place)), Int(upper.entry(place)))
            }
        default: nil
        }
    }
}

extension Diagnostic {
    static func infiniteDomain(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "aggregate-infinite", "`\(name)` does not range over finitely many values", at: span)
    }

    static func largeDomain(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "aggregate-too-large",
            "`\(name)` ranges over more than \(FiniteDomain.maximumCount) values", at: span)
    }
}
