/// Constant folding: an operation on constants is computed when it is added to a graph.
enum Folding {
    static func value(of operation: any Operator, _ constants: [Tensor], _ type: TensorType) throws(ShapeError)
        -> Tensor?
    {
        nil
    }
}
