import Diagnostics

extension Query {
    /// What stands for a network in a Say file: its file as written after `from`, and the names of its ports in it.
    package struct NetworkFile: Sendable {
        package let path: String
        /// Of the model's inputs and outputs, in order; none where the model is not at hand.
        package let inputs: [String]
        package let outputs: [String]

        package init(path: String, inputs: [String] = [], outputs: [String] = []) {
            (self.path, self.inputs, self.outputs) = (path, inputs, outputs)
        }
    }

    /// A VNN-LIB 2.0 query as a Say file: each property says that the violation does not happen in one box.
    ///
    /// `files` has an entry for each network, in order; networks that are equal are calls of one model. Throws where a tensor is
    /// of several whole numbers, which Say does not have, or where there are more than sixteen boxes.
    package func networkSayText(_ files: [NetworkFile], title: String) throws(Diagnostic) -> String {
        try requireBoundedInput()
        guard boxCount <= Self.separateBoxLimit else { throw .tooManyBoxes(boxCount, inputCount, at: end) }
        for tensor in networks.flatMap({ $0.inputs + $0.answers }) where tensor.element.kind.isWhole && tensor.count > 1
        {
            throw .wholeTensor(tensor)
        }
        let writer = NetworkSayWriter(networks, files)
        var text = "// Written from \(title.filter { !$0.isNewline }).\n\n" + writer.models
        let base = Self.identifier(title)
        let boxes = cases.flatMap { item in item.boxes.map { ($0, item.violation) } }
        for (index, (box, violation)) in boxes.enumerated() {
            text += writer.property(box, violation, name: boxes.count == 1 ? base : "\(base)_box\(index + 1)")
        }
        return text
    }
}

/// Writes networks and properties about them.
private struct NetworkSayWriter {
    private let networks: [Network]
    private let files: [Query.NetworkFile]
    /// Names in Say of networks and tensors, by their names in the query.
    private var names: [String: String] = [:]
    /// For each network, the name of what it answers.
    private var answerNames: [String] = []

    init(_ networks: [Network], _ files: [Query.NetworkFile]) {
        (self.networks, self.files) = (networks, files)
        var taken: Set<String> = []
        func unique(_ name: String) -> String {
            var candidate = Query.identifier(name)
            while !taken.insert(candidate).inserted { candidate += "_" }
            return candidate
        }
        for network in networks {
            names["network " + network.name] = unique(network.name)
            for tensor in network.inputs + network.answers { names[tensor.name] = unique(tensor.name) }
        }
        for network in networks {
            answerNames.append(
                network.outputs.count == 1 ? name(network.outputs[0]) : unique(network.name + "_answer"))
        }
    }

    private func name(_ tensor: DeclaredTensor) -> String { names[tensor.name] ?? tensor.name }
    private func name(_ network: Network) -> String { names["network " + network.name] ?? network.name }

    // MARK: - Models

    var models: String {
        zip(networks, files).map { network, file in
            if case .equal = network.relation { return "" }
            let hidden = hidden(of: network).map { "\(name($0)): \(type($0)) at \(Query.quoted($0.node ?? ""))" }
            return "model \(name(network)) : (\(ports(network.inputs, file.inputs)))"
                + " -> (\(ports(network.outputs, file.outputs)))"
                + (hidden.isEmpty ? "" : " with { \(hidden.joined(separator: ", ")) }")
                + " from \(Query.quoted(file.path))\n"
        }.joined()
    }

    /// Of the network itself, and of those that are equal to it.
    private func hidden(of network: Network) -> [DeclaredTensor] {
        var found: [DeclaredTensor] = []
        for other in networks where owner(of: other).name == network.name {
            for tensor in other.hidden where !found.contains(where: { $0.node == tensor.node }) { found.append(tensor) }
        }
        return found
    }

    private func ports(_ tensors: [DeclaredTensor], _ inFile: [String]) -> String {
        tensors.enumerated().map { index, tensor in
            let place = inFile.count == tensors.count && tensor.node == nil ? inFile[index] : tensor.node
            return "\(name(tensor)): \(type(tensor))\(place.map { " at " + Query.quoted($0) } ?? "")"
        }.joined(separator: ", ")
    }

    private func type(_ tensor: DeclaredTensor) -> String {
        guard let shape = tensor.shape, !tensor.isSingle else { return tensor.element.kind.isWhole ? "Int" : "Real" }
        return "Tensor\(Query.list(shape))"
    }

    private func owner(of network: Network) -> Network {
        if case .equal(let index) = network.relation { networks[index] } else { network }
    }

    // MARK: - Properties

    func property(_ box: InputBox, _ violation: Formula, name: String) -> String {
        var lines = ["", "property \(name) {"]
        for tensor in networks.flatMap(\.inputs) {
            let (lower, upper) = (box.lower[tensor.indices], box.upper[tensor.indices])
            if tensor.isSingle {
                let bounds = [lower.first ?? 0, upper.first ?? 0]
                let texts = tensor.element.kind.isWhole ? Self.whole(bounds) : bounds.map { "\($0)" }
                lines.append("  forall \(self.name(tensor)): \(type(tensor)) in [\(texts.joined(separator: ", "))]")
            } else {
                lines += [
                    "  forall \(self.name(tensor)): \(type(tensor)) in [",
                    "    \(nested(lower, tensor.shape ?? [])),", "    \(nested(upper, tensor.shape ?? []))", "  ]",
                ]
            }
        }
        for (network, answer) in zip(networks, answerNames) {
            let arguments = network.inputs.map { self.name($0) }.joined(separator: ", ")
            lines.append("  let \(answer) = \(self.name(owner(of: network)))(\(arguments))")
        }
        lines += ["  check not (\(violation.sayText { variableName($0) }))", "}", ""]
        return lines.joined(separator: "\n")
    }

    /// The whole numbers between bounds.
    private static func whole(_ bounds: [Double]) -> [String] {
        [bounds[0].rounded(.up), bounds[1].rounded(.down)].map { bound in
            Int(exactly: bound).map(String.init) ?? "\(bound)"
        }
    }

    private func nested(_ values: ArraySlice<Double>, _ shape: [Int]) -> String {
        guard let size = shape.first, shape.count > 1 else { return Query.list(Array(values)) }
        let width = values.count / size
        let parts = (0..<size).map { part in
            let start = values.startIndex + part * width
            return nested(values[start..<(start + width)], Array(shape.dropFirst()))
        }
        return "[" + parts.joined(separator: ", ") + "]"
    }

    private func variableName(_ variable: Variable) -> String {
        for (network, answer) in zip(networks, answerNames) {
            for tensor in variable.side == .input ? network.inputs : network.answers
            where tensor.indices.contains(variable.index) {
                let element = tensor.elementName(variable.index - tensor.start)
                let indices = tensor.isSingle ? "" : element.dropFirst(tensor.name.count)
                return path(to: tensor, of: network, answer) + indices
            }
        }
        return "\(variable)"
    }

    /// An input by its name; an output as the answer, or a part of it.
    private func path(to tensor: DeclaredTensor, of network: Network, _ answer: String) -> String {
        if network.inputs.contains(tensor) { return name(tensor) }
        let owner = owner(of: network)
        if let index = network.outputs.firstIndex(of: tensor) {
            return network.outputs.count == 1 ? answer : "\(answer).\(name(owner.outputs[index]))"
        }
        let field = hidden(of: owner).first { $0.node == tensor.node } ?? tensor
        return "\(answer).\(name(field))"
    }
}

extension DeclaredTensor {
    /// Whether Say has it as a number: a scalar, or the only element of a tensor of whole numbers.
    fileprivate var isSingle: Bool { shape?.isEmpty ?? true || (element.kind.isWhole && count == 1) }
}

extension Diagnostic {
    fileprivate static func wholeTensor(_ tensor: DeclaredTensor) -> Diagnostic {
        Diagnostic(
            code: "import-inexpressible",
            "Say has no tensors of whole numbers: `\(tensor.name)` is \(tensor.typeText)", at: tensor.span)
    }
}
