import Diagnostics

/// A query as it will be written: networks, and what must hold of their inputs and answers.
///
/// Variables are numbered as a `Query`'s are: by the order of the networks and of their tensors.
package struct WrittenQuery: Sendable {
    /// A network without its place in a file.
    package struct Declaration: Sendable {
        package let name: String
        package let relation: Network.Relation?
        package let inputs: [Port]
        package let hidden: [Port]
        package let outputs: [Port]

        package init(
            name: String, relation: Network.Relation?, inputs: [Port], hidden: [Port], outputs: [Port]
        ) {
            (self.name, self.relation) = (name, relation)
            (self.inputs, self.hidden, self.outputs) = (inputs, hidden, outputs)
        }
    }

    package struct Port: Sendable {
        package let name: String
        package let element: DeclaredElement.Kind
        package let shape: [Int]
        /// Of a hidden tensor: its name in the model.
        package let node: String?

        package init(name: String, element: DeclaredElement.Kind, shape: [Int], node: String? = nil) {
            (self.name, self.element, self.shape, self.node) = (name, element, shape, node)
        }

        package var count: Int { shape.reduce(1, *) }
    }

    package let networks: [Declaration]
    package let assertions: [Formula]

    package init(networks: [Declaration], assertions: [Formula]) {
        (self.networks, self.assertions) = (networks, assertions)
    }

    /// The query as a file of the version. Version 1.0 has room for one network with one input and one output.
    ///
    /// Numbers are written in decimal places without exponents, which is all that the standard's grammar has; they read back
    /// as the same doubles.
    package func text(_ version: Query.Version, title: String) -> String {
        let comment = "; Written from \(title.filter { !$0.isNewline }).\n\n"
        let writer = QueryWriter(self, version)
        return comment + writer.declarations + "\n" + writer.assertions
    }
}

/// Writes a query's parts in one version.
private struct QueryWriter {
    private let query: WrittenQuery
    private let version: Query.Version
    private let inputs: [DeclaredTensor]
    private let answers: [DeclaredTensor]

    init(_ query: WrittenQuery, _ version: Query.Version) {
        (self.query, self.version) = (query, version)
        inputs = Self.tensors(query.networks.flatMap(\.inputs), version, "X")
        answers = Self.tensors(query.networks.flatMap { $0.hidden + $0.outputs }, version, "Y")
    }

    private static func tensors(
        _ ports: [WrittenQuery.Port], _ version: Query.Version, _ flatName: String
    ) -> [DeclaredTensor] {
        var start = 0
        return ports.map { port in
            defer { start += port.count }
            return DeclaredTensor(
                name: version == .one ? flatName : port.name, element: DeclaredElement(port.element),
                shape: version == .one ? nil : port.shape, count: port.count, node: port.node, start: start,
                span: Span(file: SourceFile.ID(0), 0..<0))
        }
    }

    // MARK: - Declarations

    var declarations: String {
        guard version == .two else {
            return (inputs + answers).flatMap { tensor in
                (0..<tensor.count).map { "(declare-const \(tensor.elementName($0)) Real)\n" }
            }.joined()
        }
        return "(vnnlib-version <2.0>)\n" + query.networks.map { declaration($0) }.joined()
    }

    private func declaration(_ network: WrittenQuery.Declaration) -> String {
        var lines = ["\n(declare-network \(network.name)"]
        switch network.relation {
        case .equal(let index): lines.append("    (equal-to \(query.networks[index].name))")
        case .isomorphic(let index): lines.append("    (isomorphic-to \(query.networks[index].name))")
        case nil: break
        }
        for (word, ports) in [
            ("declare-input", network.inputs), ("declare-hidden", network.hidden), ("declare-output", network.outputs),
        ] {
            for port in ports {
                let shape = port.shape.map(String.init).joined(separator: ",")
                let node = port.node.map { " \"\($0)\"" } ?? ""
                lines.append("    (\(word) \(port.name) \(port.element.rawValue) [\(shape)]\(node))")
            }
        }
        return lines.joined(separator: "\n") + ")\n"
    }

    // MARK: - Assertions

    var assertions: String {
        query.assertions.flatMap { formula in
            if case .all(let parts) = formula { parts } else { [formula] }
        }.map { "(assert \(text($0)))\n" }.joined()
    }

    private func text(_ formula: Formula) -> String {
        switch formula {
        case .holds(let inequality): text(inequality)
        case .all(let parts): joined(parts, "and", empty: "<=")
        case .any(let parts): joined(parts, "or", empty: "<")
        }
    }

    /// Version 2.0 has no word for what is always true, or never.
    private func joined(_ parts: [Formula], _ word: String, empty: String) -> String {
        let first = name(Variable(side: .input, index: 0))
        if parts.isEmpty { return "(\(empty) \(first) \(first))" }
        return "(\(word) \(parts.map { text($0) }.joined(separator: " ")))"
    }

    private func text(_ inequality: Inequality) -> String {
        let isWhole = inequality.terms.first.map { tensor($0.variable).element.kind.isWhole } ?? false
        let strict = inequality.relation == .less
        let limit = inequality.limit
        if inequality.products.isEmpty, inequality.terms.count <= 2 {
            let (up, down) = (
                inequality.terms.filter { $0.coefficient == 1 }, inequality.terms.filter { $0.coefficient == -1 }
            )
            switch (inequality.terms.count, up.count, down.count) {
            case (1, 1, 0): return "(\(strict ? "<" : "<=") \(name(up[0].variable)) \(number(limit, isWhole)))"
            case (1, 0, 1): return "(\(strict ? ">" : ">=") \(name(down[0].variable)) \(number(0 - limit, isWhole)))"
            case (2, 1, 1) where limit == 0:
                return "(\(strict ? "<" : "<=") \(name(up[0].variable)) \(name(down[0].variable)))"
            default: break
            }
        }
        let sum = Polynomial(terms: inequality.terms, products: inequality.products)
        return "(\(strict ? "<" : "<=") \(text(sum, isWhole)) \(number(limit, isWhole)))"
    }

    private func text(_ sum: Polynomial, _ isWhole: Bool) -> String {
        var parts = sum.terms.map { term in
            term.coefficient == 1
                ? name(term.variable) : "(* \(number(term.coefficient, isWhole)) \(name(term.variable)))"
        }
        for product in sum.products {
            let coefficient = product.coefficient == 1 ? [] : [number(product.coefficient, isWhole)]
            let factors = product.factors.map { text($0, isWhole) }
            parts.append("(* \((coefficient + factors).joined(separator: " ")))")
        }
        if sum.constant != 0 { parts.append(number(sum.constant, isWhole)) }
        return parts.count == 1 ? parts[0] : "(+ \(parts.joined(separator: " ")))"
    }

    private func name(_ variable: Variable) -> String {
        let tensor = tensor(variable)
        return tensor.elementName(variable.index - tensor.start)
    }

    private func tensor(_ variable: Variable) -> DeclaredTensor {
        let tensors = variable.side == .input ? inputs : answers
        // The last that begins at or before the variable.
        var (low, high) = (0, tensors.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if tensors[middle].start <= variable.index { low = middle } else { high = middle }
        }
        return tensors[low]
    }

    private func number(_ value: Double, _ isWhole: Bool) -> String {
        if isWhole, let number = Int(exactly: value) { return "\(number)" }
        return value.decimal
    }
}

extension Double {
    /// Digits, a point and digits, that read back as the same value.
    fileprivate var decimal: String {
        let text = "\(self)"
        guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]) else {
            return text
        }
        let mantissa = text[..<mark]
        let sign = mantissa.hasPrefix("-") ? "-" : ""
        let parts = mantissa.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let (whole, fraction) = (parts[0], parts.count > 1 && parts[1] != "0" ? parts[1] : "")
        let digits = whole + fraction
        let point = whole.count + exponent
        if point <= 0 { return "\(sign)0.\(String(repeating: "0", count: -point))\(digits)" }
        if point >= digits.count { return "\(sign)\(digits)\(String(repeating: "0", count: point - digits.count)).0" }
        return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
    }
}

extension Formula {
    /// The same about other variables.
    package func renamed(_ name: (Variable) -> Variable) -> Formula {
        switch self {
        case .holds(let inequality):
            let sum = Polynomial(terms: inequality.terms, products: inequality.products).renamed(name)
            let sorted = sum.terms.sorted { $0.variable < $1.variable }
            return .holds(
                Inequality(
                    terms: sorted, products: sum.products, relation: inequality.relation, limit: inequality.limit))
        case .all(let parts): return .all(parts.map { $0.renamed(name) })
        case .any(let parts): return .any(parts.map { $0.renamed(name) })
        }
    }

    /// What holds exactly where this does not, NaN aside.
    package var negated: Formula {
        switch self {
        case .holds(let inequality):
            let sum = Polynomial(terms: inequality.terms, products: inequality.products).scaled(by: -1)
            return .holds(
                Inequality(
                    terms: sum.terms, products: sum.products,
                    relation: inequality.relation == .less ? .atMost : .less, limit: 0 - inequality.limit))
        case .all(let parts): return .disjunction(parts.map(\.negated))
        case .any(let parts): return .conjunction(parts.map(\.negated))
        }
    }
}

extension Polynomial {
    package func renamed(_ name: (Variable) -> Variable) -> Polynomial {
        Polynomial(
            terms: terms.map { Term(variable: name($0.variable), coefficient: $0.coefficient) },
            products: products.map { product in
                Product(coefficient: product.coefficient, factors: product.factors.map { $0.renamed(name) })
            }, constant: constant)
    }

    /// Every variable, in the order in which they stand.
    package var variables: [Variable] {
        terms.map(\.variable) + products.flatMap { $0.factors.flatMap(\.variables) }
    }
}
