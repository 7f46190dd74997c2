import Checker
import Diagnostics
import Tensors
import VNNLIB

/// A property as a VNN-LIB query that is satisfied exactly by its counterexamples.
///
/// Each model call becomes a network; calls of one model after the first are declared equal to it. Every quantified number
/// has to be an element of some call's input, and every call's input is made of such numbers and constants: VNN-LIB has no
/// other variables, and no word for the rounding of a computed input. Comparisons with NaN are VNN-LIB's, not Say's.
///
/// `signatures` are those of `spec.models`, in order. Throws, located, what the version has no words for.
package func export(
    _ property: CheckedProperty, of spec: CheckedSpec, signatures: [Signature], to version: Query.Version
) throws(Diagnostic) -> WrittenQuery {
    let exporter = QueryExporter(property, spec, signatures)
    return try exporter.query(version)
}

private final class QueryExporter {
    private let property: CheckedProperty
    private let spec: CheckedSpec
    private let signatures: [Signature]
    private let reader: TermReader
    /// Every quantified number, in order.
    private var coordinates: [Coordinate] = []

    private struct Coordinate {
        let lower: Double
        let upper: Double
        let isWhole: Bool
        let name: String
        let span: Span
    }

    /// An element of a call's input.
    private struct Place {
        let call: Int
        let input: Int
        let element: Int
    }

    init(_ property: CheckedProperty, _ spec: CheckedSpec, _ signatures: [Signature]) {
        (self.property, self.spec, self.signatures) = (property, spec, signatures)
        reader = TermReader(spec)
    }

    func query(_ version: Query.Version) throws(Diagnostic) -> WrittenQuery {
        for variable in property.variables {
            if variable.isDrawn { throw .inexpressible("what is drawn", at: variable.span) }
            reader.bind(variable.id, to: try meaning(of: variable.domain, variable.name, variable.span))
        }
        let conditions = try conditions()
        guard !reader.calls.isEmpty else {
            throw .inexpressible("a property that calls no model", at: property.span)
        }
        if version == .one { try requireOneNetwork() }
        try requirePlainInputs()
        let homes = try homes()
        let networks = try networks()
        let starts = starts(networks)
        func home(_ coordinate: Int) -> VNNLIB.Variable? {
            homes[coordinate].map { .init(side: .input, index: starts[$0.call][$0.input] + $0.element) }
        }
        for (index, coordinate) in coordinates.enumerated() where home(index) == nil {
            throw .inexpressible(
                "`\(coordinate.name)`, which is no element of a model's input", at: coordinate.span,
                hint: "VNN-LIB's only variables are the inputs and the answers of networks")
        }
        var assertions: [Formula] = []
        for (index, coordinate) in coordinates.enumerated() {
            guard let variable = home(index) else { continue }
            assertions += Self.bounds(variable, coordinate.lower, coordinate.upper)
        }
        assertions += try copies(homes, starts, version, home)
        assertions += conditions.map { formula in
            formula.renamed { $0.side == .input ? home($0.index) ?? $0 : $0 }
        }
        return try checked(WrittenQuery(networks: networks, assertions: assertions))
    }

    /// What makes a counterexample: the restrictions, the assumptions, and not all of the checks.
    private func conditions() throws(Diagnostic) -> [Formula] {
        var formulas: [Formula] = []
        for clause in property.restrictions + property.assumptions { formulas.append(try reader.truth(clause.term)) }
        var violations: [Formula] = []
        for clause in property.checks { violations.append(try reader.truth(clause.term).negated) }
        return formulas + [.disjunction(violations)]
    }

    // MARK: - Variables

    private func meaning(of domain: Domain, _ name: String, _ span: Span) throws(Diagnostic) -> Meaning {
        switch domain {
        case .real(let low, let high): return .numbers(declare([low], [high], 1, isWhole: false, name, span))
        case .integer(let low, let high):
            return .numbers(declare([Double(low)], [Double(high)], 1, isWhole: true, name, span))
        case .tensor(let tensor, let low, let high):
            let count = tensor.dimensions.reduce(1) { $0 * $1.size }
            switch tensor.element {
            case .real: return .numbers(declare(low, high, count, isWhole: false, name, span))
            case .int: return .numbers(declare(low, high, count, isWhole: true, name, span))
            case .bool, .enumeration: break
            }
        case .record(let record, let domains):
            var fields: [Meaning] = []
            for (field, domain) in zip(record.fields, domains) {
                fields.append(try meaning(of: domain, "\(name).\(field.name)", span))
            }
            return .record(fields)
        case .bool, .enumeration, .set, .text, .row: break
        }
        throw .inexpressible("the domain of `\(name)`", at: span, hint: "numbers and tensors of numbers can be said")
    }

    private func declare(
        _ low: [Double], _ high: [Double], _ count: Int, isWhole: Bool, _ name: String, _ span: Span
    ) -> [Quantity] {
        let start = coordinates.count
        for place in 0..<count {
            coordinates.append(
                Coordinate(
                    lower: low.entry(place), upper: high.entry(place), isWhole: isWhole,
                    name: count == 1 ? name : "\(name)[\(place)]", span: span))
        }
        return (start..<(start + count)).map { Quantity(VNNLIB.Variable(side: .input, index: $0)) }
    }

    private static func bounds(_ variable: VNNLIB.Variable, _ low: Double, _ high: Double) -> [Formula] {
        let value = Polynomial(variable)
        var formulas: [Formula] = []
        if low.isFinite { formulas.append(Polynomial(low).compared(.atMost, value)) }
        if high.isFinite { formulas.append(value.compared(.atMost, Polynomial(high))) }
        return formulas
    }

    // MARK: - Networks

    private func requireOneNetwork() throws(Diagnostic) {
        let call = reader.calls[0]
        if reader.calls.count > 1 {
            throw .inexpressible(
                "a second model call in version 1.0", at: reader.calls[1].span, hint: "version 2.0 can")
        }
        let signature = signatures[call.model]
        guard signature.inputs.count == 1, signature.outputs.count == 1, call.inner.isEmpty else {
            throw .inexpressible(
                "a model with several inputs, outputs or named inner tensors in version 1.0", at: call.span,
                hint: "version 2.0 can")
        }
    }

    private func requirePlainInputs() throws(Diagnostic) {
        for call in reader.calls {
            for quantity in call.inputs.flatMap(\.self) where quantity.constant == nil && quantity.coordinate == nil {
                throw .inexpressible(
                    "a model's input that is computed", at: call.span,
                    hint: "inputs are made of quantified numbers and constants as they are")
            }
        }
    }

    /// The first place at which each quantified number is an element of a model's input as it is.
    private func homes() throws(Diagnostic) -> [Int: Place] {
        var homes: [Int: Place] = [:]
        for (call, site) in reader.calls.enumerated() {
            for (input, elements) in site.inputs.enumerated() {
                for (element, quantity) in elements.enumerated() {
                    guard let coordinate = quantity.coordinate, homes[coordinate] == nil else { continue }
                    let isWhole = signatures[site.model].inputs[input].type.element == .int64
                    guard coordinates[coordinate].isWhole == isWhole else {
                        throw .inexpressible(
                            "the whole numbers of `\(coordinates[coordinate].name)`, which a model takes as real ones",
                            at: site.span)
                    }
                    homes[coordinate] = Place(call: call, input: input, element: element)
                }
            }
        }
        return homes
    }

    private func networks() throws(Diagnostic) -> [WrittenQuery.Declaration] {
        var names = UniqueNames()
        var first: [Int: Int] = [:]
        var networks: [WrittenQuery.Declaration] = []
        for (index, call) in reader.calls.enumerated() {
            let (model, signature) = (spec.models[call.model], signatures[call.model])
            let relation = first[call.model].map { Network.Relation.equal(to: $0) }
            first[call.model] = first[call.model] ?? index
            let name = names.unique(model.name)
            var hidden: [WrittenQuery.Port] = []
            for port in model.inner {
                let tensor = port.tensor ?? port.name
                guard let type = signature.inner(named: tensor)?.type else { continue }
                hidden.append(try names.port(port.name, type, node: tensor, at: call.span))
            }
            networks.append(
                WrittenQuery.Declaration(
                    name: name, relation: relation, inputs: try names.ports(signature.inputs, at: call.span),
                    hidden: hidden, outputs: try names.ports(signature.outputs, at: call.span)))
        }
        return networks
    }

    /// For each network and each of its inputs, the index of its first variable.
    private func starts(_ networks: [WrittenQuery.Declaration]) -> [[Int]] {
        var start = 0
        return networks.map { network in
            network.inputs.map { port in
                defer { start += port.count }
                return start
            }
        }
    }

    /// What says that an element of an input is a constant, or a number whose home is elsewhere.
    private func copies(
        _ homes: [Int: Place], _ starts: [[Int]], _ version: Query.Version, _ home: (Int) -> VNNLIB.Variable?
    ) throws(Diagnostic) -> [Formula] {
        var formulas: [Formula] = []
        for (call, site) in reader.calls.enumerated() {
            for (input, elements) in site.inputs.enumerated() {
                let type = signatures[site.model].inputs[input].type.element
                for (element, quantity) in elements.enumerated() {
                    let variable = VNNLIB.Variable(side: .input, index: starts[call][input] + element)
                    if let value = quantity.constant {
                        let rounded = type == .float32 ? Double(Float(value)) : value
                        formulas += Self.bounds(variable, rounded, rounded)
                    } else if let coordinate = quantity.coordinate, let original = home(coordinate),
                        original != variable
                    {
                        if version == .one { throw .inexpressible("two equal inputs in version 1.0", at: site.span) }
                        formulas.append(Quantity(variable).compared(.equal, Quantity(original)))
                    }
                }
            }
        }
        return formulas
    }

    /// Throws where a comparison has variables of two element types, which VNN-LIB does not convert.
    private func checked(_ query: WrittenQuery) throws(Diagnostic) -> WrittenQuery {
        let inputs = query.networks.flatMap(\.inputs).flatMap {
            [DeclaredElement.Kind](repeating: $0.element, count: $0.count)
        }
        let answers = query.networks.flatMap { $0.hidden + $0.outputs }
            .flatMap { [DeclaredElement.Kind](repeating: $0.element, count: $0.count) }
        for inequality in query.assertions.flatMap(\.inequalities) {
            let kinds = Polynomial(terms: inequality.terms, products: inequality.products).variables
                .map { $0.side == .input ? inputs[$0.index] : answers[$0.index] }
            guard let first = kinds.first else { continue }
            if let other = kinds.first(where: { $0 != first }) {
                throw .inexpressible(
                    "a comparison of \(first.rawValue) with \(other.rawValue)",
                    at: property.checks.first?.span ?? property.span)
            }
            if first.isWhole, !inequality.isWhole {
                throw .inexpressible(
                    "a comparison of whole numbers with others", at: property.checks.first?.span ?? property.span)
            }
        }
        return query
    }
}

extension Quantity {
    /// The quantified number that this is, as it is.
    fileprivate var coordinate: Int? {
        guard let polynomial, polynomial.products.isEmpty, polynomial.constant == 0, polynomial.terms.count == 1,
            polynomial.terms[0].coefficient == 1, polynomial.terms[0].variable.side == .input
        else { return nil }
        return polynomial.terms[0].variable.index
    }
}

extension Formula {
    fileprivate var inequalities: [Inequality] {
        switch self {
        case .holds(let inequality): [inequality]
        case .all(let parts), .any(let parts): parts.flatMap(\.inequalities)
        }
    }
}

extension Inequality {
    fileprivate var isWhole: Bool {
        limit == limit.rounded() && Polynomial(terms: terms, products: products).isWhole
    }
}

extension Polynomial {
    fileprivate var isWhole: Bool {
        constant == constant.rounded() && terms.allSatisfy { $0.coefficient == $0.coefficient.rounded() }
            && products.allSatisfy { $0.coefficient == $0.coefficient.rounded() && $0.factors.allSatisfy(\.isWhole) }
    }
}

/// Names of VNN-LIB made of others: letters, digits and `_`, no two the same.
private struct UniqueNames {
    private var taken: Set<String> = []

    mutating func unique(_ name: String) -> String {
        let plain = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        let base = plain.first.map(\.isLetter) ?? false ? plain : "t" + plain
        var (candidate, number) = (base, 2)
        while !taken.insert(candidate).inserted {
            candidate = "\(base)_\(number)"
            number += 1
        }
        return candidate
    }

    mutating func ports(_ ports: [Signature.Port], at span: Span) throws(Diagnostic) -> [WrittenQuery.Port] {
        var result: [WrittenQuery.Port] = []
        for port in ports { result.append(try self.port(port.name, port.type, node: nil, at: span)) }
        return result
    }

    mutating func port(
        _ name: String, _ type: TensorType, node: String?, at span: Span
    ) throws(Diagnostic) -> WrittenQuery.Port {
        if let node, node.contains("\"") || node.contains(where: \.isNewline) {
            throw .inexpressible("a tensor named `\(node)`", at: span)
        }
        let element: DeclaredElement.Kind =
            switch type.element {
            case .float32: .float32
            case .float64: .float64
            case .int64: .int64
            case .bool: .bool
            }
        return WrittenQuery.Port(
            name: unique(name), element: element, shape: type.shape.dimensions, node: node)
    }
}
