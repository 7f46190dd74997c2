import Tensors

/// Nodes applied in order, to what the scope holds; what they make is put there.
extension Importer {
    /// Nodes applied at most, bodies of functions and loops counted each time.
    private static let applicationLimit = 1 << 20
    private static let depthLimit = 64

    func apply(_ nodes: [NodeProto], _ scope: Scope, _ caller: Caller) throws(ModelError) {
        for node in nodes {
            do throws(ModelError) {
                try apply(node, scope, caller)
            } catch {
                throw error.inside(node.title)
            }
        }
    }

    private func apply(_ node: NodeProto, _ scope: Scope, _ caller: Caller) throws(ModelError) {
        applications += 1
        guard applications <= Self.applicationLimit else {
            throw ModelError("more than \(Self.applicationLimit) nodes, functions and loops counted each time")
        }
        let (items, attributes) = try (
            inputs(of: node, scope, caller), node.attributes.map { $0.resolved(caller.attributes) }
        )
        let results = try ModelError.only { try self.results(of: node, items, attributes, scope, caller) }
        try publish(results, of: node, in: scope)
    }

    private func inputs(of node: NodeProto, _ scope: Scope, _ caller: Caller) throws(ModelError) -> [Item?] {
        var items: [Item?] = []
        for name in node.inputs {
            let item = name.isEmpty ? nil : scope[name]
            guard item != nil || name.isEmpty || caller.absent.contains(name) else { throw .unknownInput(name) }
            if case .unavailable(let reason) = item { throw ModelError("its input `\(name)` cannot be had: \(reason)") }
            items.append(item)
        }
        return items
    }

    private func results(
        of node: NodeProto, _ items: [Item?], _ attributes: [AttributeProto], _ scope: Scope, _ caller: Caller
    ) throws -> [Item?] {
        if let function = functions[FunctionKey(domain: node.domain, name: node.operatorName)] {
            return try call(function, items, attributes)
        }
        guard let version = caller.version(of: node.domain) else { throw ModelError.undeclaredDomain(node) }
        let application = Application(
            node, items: items, attributes: attributes, version: Int(clamping: version), importer: self,
            body: { graph in try self.body(graph, scope, caller) })
        if let rule = OperatorRules.structure(for: node, items) { return try rule(application) }
        guard let rule = OperatorRules.rule(for: node) else { throw ModelError.unsupported(node, version) }
        for (name, item) in zip(node.inputs, items) { _ = try item?.value(named: name) }
        let values = try rule(application)
        return try values.enumerated().map { index, value in
            try value.map { try formatted($0, index, application) }
        }
    }

    /// What a node does not make here is only missed where it is asked for.
    private func publish(_ results: [Item?], of node: NodeProto, in scope: Scope) throws(ModelError) {
        for (index, name) in node.outputs.enumerated() where !name.isEmpty {
            guard index < results.count, let item = results[index] else {
                try scope.set(name, .unavailable("output \(index) of \(node.title) is not supported"))
                continue
            }
            try scope.set(name, item)
            guard let value = item.tensor else { continue }
            if graph.constant(of: value) == nil, makers[value] == nil { makers[value] = node.title }
            guard depth == 0 else { continue }
            graph.name(value, name)
            if index == 0, !node.name.isEmpty, node.name != name { graph.name(value, node.name) }
        }
    }

    // MARK: - Graphs inside nodes

    private func call(
        _ function: FunctionProto, _ inputs: [Item?], _ attributes: [AttributeProto]
    ) throws(ModelError) -> [Item?] {
        let scope = Scope()
        for (name, item) in zip(function.inputs, inputs) { if let item { try scope.set(name, item) } }
        let given = Set(attributes.map(\.name))
        let defaults = function.defaults.filter { !given.contains($0.name) }
        let caller = Caller(
            function.operatorSets.isEmpty ? operatorSets : function.operatorSets, attributes: attributes + defaults,
            absent: Set(function.inputs.filter { scope[$0] == nil }))
        try nested { () throws(ModelError) in try apply(function.nodes, scope, caller) }
        return function.outputs.map { scope[$0] }
    }

    /// A graph inside a node, which sees the values around it. Its constants are read once.
    private func body(_ graph: GraphProto, _ outer: Scope, _ caller: Caller) throws(ModelError) -> Body {
        let constants = try constants(of: graph, in: outer)
        let given = Set(graph.initializers.map(\.name))
        let names = graph.inputs.map(\.name).filter { !given.contains($0) }
        return Body(inputCount: names.count, outputCount: graph.outputs.count) { items in
            guard items.count == names.count else {
                throw ModelError("its graph takes \(names.count) inputs, not \(items.count)")
            }
            let scope = Scope(inside: constants)
            for (name, item) in zip(names, items) { try scope.set(name, item) }
            try self.nested { () throws(ModelError) in try self.apply(graph.nodes, scope, caller) }
            return try graph.outputs.map { output in
                guard let item = scope[output.name] else {
                    throw ModelError("no node of its graph makes `\(output.name)`")
                }
                return item
            }
        }
    }

    private func nested(_ body: () throws(ModelError) -> Void) throws(ModelError) {
        guard depth < Self.depthLimit else { throw ModelError("functions call each other too deep") }
        depth += 1
        defer { depth -= 1 }
        try body()
    }
}

extension Item {
    /// The tensor; throws where it is something else.
    func value(named name: String = "") throws(ModelError) -> Value {
        let what = name.isEmpty ? "it" : "its input `\(name)`"
        switch self {
        case .tensor(let value, _): return value
        case .texts, .tokens: throw ModelError("\(what) holds texts, not numbers")
        case .map: throw ModelError("\(what) is a map, not a tensor")
        case .sequence: throw ModelError("\(what) is a sequence, not a tensor")
        case .nothing: throw ModelError("\(what) is an optional that holds nothing")
        case .unavailable(let reason): throw ModelError("\(what) cannot be had: \(reason)")
        }
    }
}

extension AttributeProto {
    /// In the body of a function: with the value that the call gives it.
    fileprivate func resolved(_ given: [AttributeProto]) -> AttributeProto {
        guard !reference.isEmpty else { return self }
        return AttributeProto(name: name, value: given.first { $0.name == reference }?.value)
    }
}

extension ModelError {
    fileprivate static func unknownInput(_ name: String) -> ModelError {
        ModelError(
            "its input `\(name)` is made by no node before it",
            hint: "the nodes are out of order, form a cycle, or the file is damaged")
    }

    fileprivate static func undeclaredDomain(_ node: NodeProto) -> ModelError {
        ModelError("operator `\(node.operatorName)` of `\(node.domain)`, which the file does not import")
    }

    fileprivate static func unsupported(_ node: NodeProto, _ version: Int64) -> ModelError {
        let domain = node.domain.isEmpty ? "ai.onnx" : node.domain
        return ModelError("operator `\(node.operatorName)` (\(domain) \(version)) is not supported")
    }
}
