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
    private static let separateBoxLimit = 16

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
          check not (\(violation.sayText))
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
              check not (\(item.violation.sayText))
            }

            """
    }

    private static func list(_ values: [some Any]) -> String {
        "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
    }

    private static func quoted(_ text: String) -> String {
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
    private static func identifier(_ text: String) -> String {
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
    /// The formula over `x` and `y` as a Say expression.
    fileprivate var sayText: String {
        switch self {
        case .holds(let inequality): inequality.sayText
        case .all(let parts): parts.isEmpty ? "true" : parts.map(\.operandText).joined(separator: " and ")
        case .any(let parts): parts.isEmpty ? "false" : parts.map(\.operandText).joined(separator: " or ")
        }
    }

    private var operandText: String {
        if case .holds = self { sayText } else { "(" + sayText + ")" }
    }
}

extension Inequality {
    /// What is added stands on the left, what is subtracted on the right.
    fileprivate var sayText: String {
        func sum(_ terms: [Term], _ constant: Double?) -> String {
            let parts = terms.map(\.sayText) + (constant.map { ["\($0)"] } ?? [])
            return parts.isEmpty ? "0" : parts.joined(separator: " + ")
        }
        let left = terms.filter { $0.coefficient > 0 }
        let right = terms.filter { $0.coefficient < 0 }
        let limit = self.limit == 0 ? nil : self.limit
        return sum(left, nil) + (relation == .less ? " < " : " <= ") + sum(right, limit)
    }
}

extension Term {
    /// The magnitude of the coefficient times the variable.
    fileprivate var sayText: String {
        let name = (variable.side == .input ? "x[" : "y[") + "\(variable.index)]"
        return coefficient.magnitude == 1 ? name : "\(coefficient.magnitude) * \(name)"
    }
}
