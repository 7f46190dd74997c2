/// The model that a query is about, as a Say file declares it.
package struct QueriedModel: Sendable {
    /// As written after `from`.
    package let file: String
    package let input: (name: String, shape: [Int])
    package let output: (name: String, shape: [Int])

    package init(file: String, input: (name: String, shape: [Int]), output: (name: String, shape: [Int])) {
        self.file = file
        self.input = input
        self.output = output
    }
}

extension Query {
    /// Boxes of a case that are written as properties of their own; more become one property over a table of boxes.
    static let separateBoxLimit = 16

    /// The query as a Say file: each property says that the violation does not happen.
    ///
    /// A case of up to sixteen boxes becomes a property per box. With more boxes, one property chooses a box from two
    /// tables of bounds and a place within it: `x = clamp(lower[k] + t * (upper[k] - lower[k]), lower[k], upper[k])`.
    /// `title` is where the query comes from; names of properties are made of it.
    package func sayText(of model: QueriedModel, title: String) -> String {
        let base = Self.identifier(title)
        var text = "// Written from \(title.filter { !$0.isNewline }).\n\n"
        let (input, output) = (model.input, model.output)
        text += "model net : (\(Self.identifier(input.name)): Tensor\(Self.list(input.shape)))"
        text += " -> (\(Self.identifier(output.name)): Tensor\(Self.list(output.shape)))"
        text += " from \(Self.quoted(model.file))\n"
        text += "\nfunc answer(x: Tensor[\(inputCount)]) -> Tensor[\(outputCount)] =\n"
        text += "  reshape(net(reshape(x, \(Self.list(input.shape)))), [\(outputCount)])\n"
        for (index, item) in cases.enumerated() {
            text += properties(item, name: cases.count == 1 ? base : "\(base)_case\(index + 1)")
        }
        return text
    }

    private func properties(_ item: Case, name: String) -> String {
        guard item.boxes.count > Self.separateBoxLimit else {
            return item.boxes.enumerated().map { index, box in
                property(box, item.violation, name: item.boxes.count == 1 ? name : "\(name)_box\(index + 1)")
            }.joined()
        }
        return table(item, name: name)
    }

    private func property(_ box: InputBox, _ violation: Formula, name: String) -> String {
        """

        property \(name) {
          forall x: Tensor[\(inputCount)] in [
            \(Self.list(box.lower)),
            \(Self.list(box.upper))
          ]
          let y = answer(x)
          check not (\(violation.sayText(Self.flatName)))
        }

        """
    }

    private func table(_ item: Case, name: String) -> String {
        func rows(_ bounds: (InputBox) -> [Double]) -> String {
            item.boxes.map { Self.list(bounds($0)) }.joined(separator: ",\n    ")
        }
        return """

            property \(name) {
              let lowers = [
                \(rows(\.lower))
              ]
              let uppers = [
                \(rows(\.upper))
              ]
              forall box: Int in [0, \(item.boxes.count - 1)]
              forall t: Tensor[\(inputCount)] in [0, 1]
              let x = clamp(lowers[box] + t * (uppers[box] - lowers[box]), lowers[box], uppers[box])
              let y = answer(x)
              check not (\(item.violation.sayText(Self.flatName)))
            }

            """
    }

    private static func flatName(_ variable: Variable) -> String {
        (variable.side == .input ? "x[" : "y[") + "\(variable.index)]"
    }

    static func list(_ values: [some Any]) -> String {
        "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
    }

    static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\" + String(scalar)
            case "\u{0}"..<"\u{20}", "\u{7F}": "\\u{" + String(scalar.value, radix: 16) + "}"
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }

    /// A Say name made of a text: of a file name, what stands between its folder and its first dot.
    static func identifier(_ text: String) -> String {
        let last = text.split(separator: "/").last ?? ""
        let stem = last.split(separator: ".").first ?? ""
        let name = String(stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        let isName = name.first.map { $0.isLetter || $0 == "_" } ?? false
        return isName && !reservedWords.contains(name) ? name : "p_" + name
    }

    private static let reservedWords: Set = [
        "use", "enum", "type", "model", "data", "param", "func", "fit", "property", "forall", "let", "assume", "check",
        "shrink", "from", "where", "with", "as", "matching", "and", "or", "not", "implies", "in", "contains", "if",
        "then", "else", "true", "false", "net", "answer",
    ]
}

extension Formula {
    /// The formula as a Say expression, with variables by these names.
    func sayText(_ name: (Variable) -> String) -> String {
        switch self {
        case .holds(let inequality): inequality.sayText(name)
        case .all(let parts):
            parts.isEmpty ? "true" : parts.map { $0.operandText(name) }.joined(separator: " and ")
        case .any(let parts):
            parts.isEmpty ? "false" : parts.map { $0.operandText(name) }.joined(separator: " or ")
        }
    }

    private func operandText(_ name: (Variable) -> String) -> String {
        if case .holds = self { sayText(name) } else { "(" + sayText(name) + ")" }
    }
}

extension Inequality {
    /// What is added stands on the left, what is subtracted on the right.
    fileprivate func sayText(_ name: (Variable) -> String) -> String {
        let sum = Polynomial(terms: terms, products: products)
        let limit = self.limit == 0 ? [] : ["\(self.limit)"]
        let left = sum.sayParts(name, .plus)
        let right = sum.sayParts(name, .minus) + limit
        return Self.joined(left) + (relation == .less ? " < " : " <= ") + Self.joined(right)
    }

    private static func joined(_ parts: [String]) -> String { parts.isEmpty ? "0" : parts.joined(separator: " + ") }
}

extension Polynomial {
    /// The magnitudes of the terms and products with one sign.
    fileprivate func sayParts(_ name: (Variable) -> String, _ sign: FloatingPointSign) -> [String] {
        func scaled(_ text: String, _ coefficient: Double) -> String {
            coefficient.magnitude == 1 ? text : "\(coefficient.magnitude) * \(text)"
        }
        let linear = terms.filter { $0.coefficient.sign == sign }.map { scaled(name($0.variable), $0.coefficient) }
        let others = products.filter { $0.coefficient.sign == sign }.map { product in
            scaled(product.factors.map { $0.factorText(name) }.joined(separator: " * "), product.coefficient)
        }
        return linear + others
    }

    private func factorText(_ name: (Variable) -> String) -> String {
        if products.isEmpty, constant == 0, terms.count == 1, terms[0].coefficient == 1 {
            return name(terms[0].variable)
        }
        let (left, right) = (sayParts(name, .plus), sayParts(name, .minus))
        let added = constant > 0 ? left + ["\(constant)"] : left
        let taken = constant < 0 ? right + ["\(constant.magnitude)"] : right
        let first = added.isEmpty ? "0" : added.joined(separator: " + ")
        return "(" + ([first] + taken).joined(separator: " - ") + ")"
    }
}
