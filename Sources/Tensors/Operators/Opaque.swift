/// A function that is computed somewhere else: nothing is known of it but its answers. One that asks a black box.
package protocol OpaqueFunction: AnyObject, Sendable {
    /// As listings and errors call it.
    var name: String { get }
    var signature: Signature { get }
    /// How many questions it has left without an answer so far.
    var refusals: Int { get }
    /// Whether it answers nothing new any more.
    var isOver: Bool { get }

    /// The answer to each question: the numbers of all inputs, one input behind the other, row-major; answered by the numbers
    /// of all outputs, laid out alike. nil, and one more refusal, where there is no answer to one of them.
    ///
    /// Called by several threads. Equal questions have equal answers.
    func answer(_ questions: [[Double]]) -> [[Double]]?
}

/// A call of an opaque function: any inputs, and its outputs in one float64 vector. It has no slope, and no bounds.
///
/// All lanes are asked at once. Where there is no answer the vector is NaN, and the function counts a refusal: whoever
/// evaluates looks at that, and makes nothing of the results.
package struct Opaque: Operator {
    package let function: any OpaqueFunction

    package init(_ function: any OpaqueFunction) { self.function = function }

    package var name: String { "black box `\(function.name)`" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        let expected = function.signature.inputs.map(\.type)
        guard inputs == expected else { throw ShapeError("\(name) takes \(expected), not \(inputs)") }
        return TensorType(.float64, try Shape([function.signature.outputs.reduce(0) { $0 + $1.type.shape.count }]))
    }

    package func prepare(_ site: Site) -> any Step {
        OpaqueStep(function: function, inputs: site.inputs, count: site.shape.count)
    }

    package static func == (first: Opaque, second: Opaque) -> Bool { first.function === second.function }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(function)) }
}

private struct OpaqueStep: Step {
    let function: any OpaqueFunction
    let inputs: [TensorType]
    let count: Int

    func forward(_ frame: Frame) {
        let answers = function.answer((0..<frame.lanes).map { question(frame, $0) })
        let output: UnsafeMutablePointer<Double> = frame.output()
        for lane in 0..<frame.lanes {
            for element in 0..<count { output[element * frame.lanes + lane] = answers?[lane][element] ?? .nan }
        }
    }

    private func question(_ frame: Frame, _ lane: Int) -> [Double] {
        var numbers: [Double] = []
        for (index, type) in inputs.enumerated() {
            switch type.storage {
            case .float32:
                let values: UnsafePointer<Float> = frame.input(index)
                for element in 0..<type.shape.count { numbers.append(Double(values[element * frame.lanes + lane])) }
            case .float64:
                let values: UnsafePointer<Double> = frame.input(index)
                for element in 0..<type.shape.count { numbers.append(values[element * frame.lanes + lane]) }
            }
        }
        return numbers
    }
}

extension Graph {
    /// A graph that only calls a function, with inputs and outputs as its signature says.
    package init(calling function: any OpaqueFunction) throws(ShapeError) {
        self.init()
        var arguments: [Value] = []
        for port in function.signature.inputs { arguments.append(try input(port.name, port.type)) }
        let answer = try add(Opaque(function), arguments)
        var start = 0
        for port in function.signature.outputs {
            let (count, all) = (port.type.shape.count, shape(of: answer))
            let part = try add(.slice(all, axis: 0, from: start, count: count), [answer])
            let shaped = try add(.reshape(shape(of: part), to: port.type.shape), [part])
            output(port.name, try add(Cast(to: port.type.element), [shaped]))
            start += count
        }
    }

    private mutating func add(_ rearranging: Rearrange, _ inputs: [Value]) throws(ShapeError) -> Value {
        try add(rearranging as any Operator, inputs)
    }

    /// The opaque functions that the values depend on, each once, and how often one evaluation calls them, regions included.
    package func opaqueCalls(for values: [Value]) -> (functions: [any OpaqueFunction], count: Int) {
        let needed = ancestors(of: values)
        var (functions, count) = ([any OpaqueFunction](), 0)
        for (index, node) in nodes.enumerated() where needed[index] {
            guard case .operation(let operation) = node.source else { continue }
            if let call = operation as? Opaque {
                functions.append(call.function)
                count += 1
            } else if let region = operation as? any Repeating {
                let inside = region.body.opaqueCalls(for: region.body.outputs.map(\.value))
                functions += inside.functions
                let (calls, overflow) = inside.count.multipliedReportingOverflow(by: region.repetitions)
                count = overflow ? .max : min(count, .max - calls) + calls
            }
        }
        var seen: Set<ObjectIdentifier> = []
        return (functions.filter { seen.insert(ObjectIdentifier($0)).inserted }, count)
    }

    /// Whether an answer of an opaque function takes part in an output.
    package var isOpaque: Bool { !opaqueCalls(for: outputs.map(\.value)).functions.isEmpty }
}
