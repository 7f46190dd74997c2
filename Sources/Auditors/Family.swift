import Search
import Tensors

/// A family of changes that one trigger makes to every input: numbers in a box, and a graph that applies them.
protocol Family: Sendable {
    var name: String { get }
    /// How many numbers a trigger is.
    var count: Int { get }
    /// What the graph takes of it, for every input the same.
    var parameterTypes: [TensorType] { get }

    func start(_ random: inout Random) -> [Float]
    /// A trigger by chance of so conspicuous a size.
    func random(size: Double, _ random: inout Random) -> [Float]
    /// Puts every number back into its range.
    func clamp(_ trigger: inout [Float])
    /// How far an ascent moves a number at first.
    var stride: Float { get }

    func add(to graph: inout Graph, x: Value, parameters: [Value]) throws(ShapeError) -> Value
    func parameters(of trigger: [Float]) -> [[Float]]
    /// The slope by the trigger's numbers of what has these slopes by the parameters.
    func slope(of trigger: [Float], by parameters: [[Float]]) -> [Float]

    /// How conspicuous a trigger is, from 0.
    func size(_ trigger: [Float]) -> Float
    func addSizeSlope(_ trigger: [Float], times factor: Float, to slope: inout [Float])
}

extension Family {
    func parameters(of trigger: [Float]) -> [[Float]] {
        var (parameters, first) = ([[Float]](), 0)
        for type in parameterTypes {
            parameters.append(Array(trigger[first..<first + type.shape.count]))
            first += type.shape.count
        }
        return parameters
    }

    func slope(of trigger: [Float], by parameters: [[Float]]) -> [Float] { parameters.flatMap { $0 } }
}
