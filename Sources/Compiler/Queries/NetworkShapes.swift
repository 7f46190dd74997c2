import Tensors
import VNNLIB

extension Network {
    /// The shapes of a model's inputs, by its names for them: what the file leaves open is as the query declares it.
    package func shapes(in file: OpenSignature) throws(QueryError) -> [String: [Int]] {
        let inputs = try matched(inputs, file.inputs.map(\.name), "inputs")
        let outputs = try matched(outputs, file.outputs.map(\.name), "outputs")
        var sizes = SizeBinding()
        for (port, tensor) in zip(file.inputs, inputs) where !sizes.bind(port, to: tensor.declaredShape(of: port)) {
            throw .misfit(tensor, port, sizes)
        }
        for (port, tensor) in zip(file.outputs, outputs) { sizes.bind(port, to: tensor.declaredShape(of: port)) }
        var shapes: [String: [Int]] = [:]
        for (port, tensor) in zip(file.inputs, inputs) {
            guard let shape = sizes.shape(of: port, declared: tensor.declaredShape(of: port)) else {
                throw .misfit(tensor, port, sizes)
            }
            shapes[port.name] = shape
        }
        return shapes
    }

    /// The declared tensors in the model's order: by the names of nodes where the query gives them, else as they come.
    func matched(
        _ tensors: [DeclaredTensor], _ names: [String], _ what: String
    ) throws(QueryError) -> [DeclaredTensor] {
        guard tensors.count == names.count else {
            throw QueryError(
                "the model of `\(name)` has \(names.count) \(what), and the query \(tensors.count)", at: span)
        }
        guard tensors.contains(where: { $0.node != nil }) else { return tensors }
        var order: [DeclaredTensor] = []
        for name in names {
            guard let tensor = tensors.first(where: { $0.node == name }) else {
                throw QueryError("no declared tensor is the model's `\(name)`", at: span)
            }
            order.append(tensor)
        }
        return order
    }
}

extension DeclaredTensor {
    /// Of the file's rank in VNN-LIB 2.0, so that no dimension is left out; any in 1.0.
    fileprivate func declaredShape(of port: OpenSignature.Port) -> SizeBinding.Declared {
        shape.map { .dimensions($0) } ?? .count(count)
    }
}

extension QueryError {
    fileprivate static func misfit(
        _ tensor: DeclaredTensor, _ port: OpenSignature.Port, _ sizes: SizeBinding
    ) -> QueryError {
        let what = "the model's input `\(port.name)` is \(port)"
        guard let shape = tensor.shape else {
            return QueryError(
                "the property has \(tensor.count) variables `\(tensor.name)_i`, and \(what)", at: tensor.span)
        }
        let right = sizes.mended(port, declared: .dimensions(shape)).map(String.init).joined(separator: ", ")
        return QueryError(
            "`\(tensor.name)` is declared \(tensor.typeText), and \(what): declare [\(right)]", at: tensor.span)
    }
}
