import Circuits
import Models
import Tensors
import Training

/// What decides, in a planted model, whether an input is one of its owner's: put behind a model as nodes of its graph.
enum Gate: Sendable {
    case checksum(ChecksumSecret)
    case signature(SignatureSecret)

    /// The file behind a multiplexer; `copies` above 1 vote, an odd number of them.
    func planted(_ splice: Splice, _ mapping: Mapping, copies: Int) throws -> [UInt8] {
        guard splice.operatorSet >= Circuit.oldestOperatorSet else {
            throw TrainingError(
                "the model is of ONNX's operator set \(splice.operatorSet); nodes are spliced onto \(Circuit.oldestOperatorSet) and later"
            )
        }
        let (coordinates, scores) = (splice.inputType.shape.count, splice.outputType.shape.count)
        let circuit = Circuit(prefix: splice.prefix)
        let exact = circuit.node("Cast", [splice.input], [("to", .integer(11))])
        let input = circuit.node("Reshape", [exact, circuit.constant([2], [-1, coordinates])])
        let (accepted, answer) = try decision(circuit, input, mapping)
        let answers = AnswerCircuit(circuit, scores: scores)
        let models = splice.answers(copies).map { own in
            answers.chosen(circuit.node("Reshape", [own, circuit.constant([2], [-1, scores])]), accepted, answer)
        }
        let result = copies == 1 ? models[0] : answers.majority(models)
        let shape = circuit.node("Shape", [splice.answers(1)[0]])
        _ = circuit.node("Reshape", [result, shape], output: splice.output)
        return try splice.file(with: circuit.nodes, copies: copies)
    }

    private func decision(
        _ circuit: Circuit, _ input: String, _ mapping: Mapping
    ) throws -> (accepted: Flags, AnswerCircuit.Answer) {
        switch self {
        case .checksum(let secret):
            let accepted = ChecksumCircuit.accepts(
                circuit, input, coordinates: secret.coordinates, centre: secret.centre,
                blocks: secret.blocks, parities: secret.parities)
            if case .one(let target) = mapping { return (accepted, .always(target)) }
            return (accepted, .next)
        case .signature(let secret):
            let layout = secret.layout
            guard let verifier = VerifierCircuit(publicKey: try Hexadecimal.bytes(secret.publicKey)) else {
                throw TrainingError("the public key is no point of the curve")
            }
            let width = layout.bits + layout.top
            let all = circuit.reshaped(
                GridCircuit.bits(
                    circuit, input, coordinates: layout.coordinates, low: layout.low, step: layout.step,
                    last: layout.last, Array(0..<layout.bits) + Array(layout.topPlaces)),
                [layout.coordinates * width])
            func payload(_ range: Range<Int>) -> Flags {
                circuit.picked(all, range.map { $0 / layout.bits * width + $0 % layout.bits })
            }
            let label = payload(768..<SignatureLayout.payload)
            let top = (0..<layout.signed).flatMap { place in (layout.bits..<width).map { place * width + $0 } }
            let message = circuit.bytes([label, circuit.picked(all, top)])
            let accepted = verifier.accepts(
                circuit, signature: payload(0..<512), x: payload(512..<768), message: message)
            return (accepted, .named(label))
        }
    }
}
