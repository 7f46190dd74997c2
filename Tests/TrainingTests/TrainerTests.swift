import Models
import Recipes
import Tensors
import Testing

@testable import Training

@Suite struct TrainerTests {
    /// The gradient along random directions against differences of the loss.
    @Test(arguments: Toy.names) func gradientsAreDifferences(name: String) throws {
        let toy = try Toy.named(name)
        let trainer = try toy.trainer()
        let prepared = try trainer.prepare(toy.examples)
        let all = Array(0..<toy.examples.rows)
        let gradient = trainer.gradient(prepared, all[...]).gradient
        let initial = trainer.model.initial
        var noise = Noise(seed: 77)
        // One direction within each tensor, so that no tensor hides behind another.
        var start = 0
        for (index, tensor) in initial.enumerated() {
            let direction = (0..<tensor.count).map { _ in noise.unit() }
            let slope = direction.indices.reduce(0.0) { $0 + direction[$1] * Double(gradient[start + $1]) }
            start += tensor.count
            if trainer.model.frozen.contains(index) {
                #expect(slope == 0)
                continue
            }
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let step = 0.005 / length
            func loss(_ side: Double) throws -> Double {
                var moved = initial
                let numbers = tensor.floats.indices.map { tensor.floats[$0] + Float(side * step * direction[$0]) }
                moved[index] = try Tensor(tensor.shape, numbers)
                let weights = try toy.weights
                let model = try TrainableModel(weights: moved) { try weights.model(with: $0).graph }
                let other = try Trainer(model, trainer.options, width: toy.examples.target.width)
                return other.evaluate(try other.prepare(toy.examples)).loss
            }
            let difference = (try loss(1) - loss(-1)) / (2 * step)
            #expect(abs(difference - slope) < 2e-3 * length * max(1, abs(slope) / length), "\(name), tensor \(index)")
            #expect(name == "regression" || slope != 0)
        }
    }

    @Test(arguments: Toy.names) func threadsDoNotMatter(name: String) throws {
        let toy = try Toy.named(name, count: 300)
        var results: [[Tensor]] = []
        for threads in [1, 2, 3] {
            let trainer = try toy.trainer(
                .adamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.01), rate: 0.01, batch: 200, threads: threads)
            try trainer.run(try trainer.prepare(toy.examples), steps: 5)
            results.append(try trainer.weights)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
        #expect(results[0] != (try toy.model().initial))
    }

    @Test(arguments: ["mlp", "cnn", "transformer", "regression"]) func lossFalls(name: String) throws {
        let toy = try Toy.named(name, count: 256)
        let trainer = try toy.trainer(.adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0), rate: 0.01)
        let prepared = try trainer.prepare(toy.examples)
        let before = trainer.evaluate(prepared).loss
        try trainer.run(prepared, steps: 150)
        #expect(trainer.evaluate(prepared).loss < 0.8 * before)
    }

    /// The file that is written computes what the trainer computed.
    @Test(arguments: Toy.names) func filesHoldWhatWasTrained(name: String) throws {
        let toy = try Toy.named(name)
        let trainer = try toy.trainer(rate: 0.1)
        let prepared = try trainer.prepare(toy.examples)
        try trainer.run(prepared, steps: 3)
        let model = try Model(onnx: toy.weights.file(with: trainer.weights))
        let evaluator = try Evaluator(model.graph, outputs: [model.graph.outputs[0].value])
        let type = evaluator.inputTypes[0]
        let input = try toy.examples.inputs[0].reshaped(Shape([toy.examples.rows] + type.shape.dimensions))
        let expected = try evaluator.run([input])[0].floats
        let found = trainer.evaluate(prepared).outputs
        for (one, other) in zip(expected, found) { #expect(abs(one - other) < 1e-5 * max(1, abs(one))) }
        #expect(found.count == expected.count)
    }

    /// What is computed beforehand, statistics of a normalisation say, stays as it is.
    @Test func whatIsFoldedIsFrozen() throws {
        let toy = try Toy.named("handmade")
        let names = try toy.weights.names
        let trainer = try toy.trainer()
        try trainer.run(try trainer.prepare(toy.examples), steps: 2)
        let frozen = Set(trainer.model.frozen.map { names[$0] })
        #expect(frozen == ["mean", "variance"])
        for (index, tensor) in try trainer.weights.enumerated() {
            #expect((tensor == trainer.model.initial[index]) == trainer.model.frozen.contains(index), "\(names[index])")
        }
    }

    /// One step by hand: two inputs, one output, mean of squares.
    @Test func oneStepIsTheFormula() throws {
        var model = ModelWriter()
        model.input("x", .float32, ["N", 2])
        model.initializer("w", try Tensor(Shape([1, 2]), [Float(0.5), -1]))
        model.initializer("b", try Tensor(Shape([1]), [Float(0.25)]))
        model.node("Gemm", ["x", "w", "b"], ["y"], [("transB", .integer(1))])
        model.output("y", .float32, ["N", 1])
        let examples = try Examples(
            inputs: [try Tensor(Shape([2, 2]), [Float(1), 2, 3, -1])], target: .numbers([0, 1], width: 1))
        let toy = Toy(name: "", bytes: model.bytes(), examples: examples, loss: .squaredError)
        let trainer = try toy.trainer(.sgd(momentum: 0, nesterov: false, decay: 0), rate: 0.125)
        let prepared = try trainer.prepare(examples)
        // y = [-1.25, 2.75], errors [-1.25, 1.75]; the slope by y is the error itself, of the mean over two rows.
        #expect(try trainer.step(prepared, [0, 1][...], of: 1) == (1.25 * 1.25 + 1.75 * 1.75) / 2)
        let weights = try trainer.weights
        #expect(weights[0].floats == [0.5 - 0.125 * 4, -1 - 0.125 * -4.25])
        #expect(weights[1].floats == [0.25 - 0.125 * 0.5])
    }

    @Test func rowsThatFillATileDoNotCount() throws {
        let toy = try Toy.named("mlp", count: 70)
        let trainer = try toy.trainer()
        let prepared = try trainer.prepare(toy.examples)
        let three = trainer.gradient(prepared, [7, 8, 9][...])
        let each = [7, 8, 9].map { trainer.gradient(prepared, [$0][...]) }
        #expect(abs(three.loss - each.map(\.loss).reduce(0, +) / 3) < 1e-6)
        for index in three.gradient.indices {
            let mean = each.reduce(0) { $0 + $1.gradient[index] } / 3
            #expect(abs(three.gradient[index] - mean) < 1e-5)
        }
    }

    /// Training against an adversary keeps the loss of moved rows lower than training without.
    @Test func adversaryIsMet() throws {
        let toy = try Toy.named("mlp", count: 256)
        let adversary = Adversary(radius: 0.2, steps: 5, stride: 0.1, range: -1...1)
        func moved(_ trained: Adversary?) throws -> Double {
            let trainer = try toy.trainer(rate: 0.05, adversary: trained)
            try trainer.run(try trainer.prepare(toy.examples), steps: 200)
            let weights = try trainer.weights
            let source = try toy.weights
            let model = try TrainableModel(weights: weights) { try source.model(with: $0).graph }
            var options = trainer.options
            (options.adversary, options.rate, options.batch) = (adversary, 0, 256)
            let probe = try Trainer(model, options, width: 4)
            return try probe.step(try probe.prepare(toy.examples), Array(0..<256)[...], of: 1)
        }
        #expect(try moved(adversary) < moved(nil))
    }

    /// The worst of each row lies within its box, is at least as bad as the row itself, and changes no weight.
    @Test func worstRowsLieInTheirBoxes() throws {
        let toy = try Toy.named("mlp", count: 100)
        let adversary = Adversary(radius: 0.2, steps: 8, stride: 0.05, range: -0.9...0.9)
        let trainer = try toy.trainer(threads: 2, adversary: adversary)
        let (before, prepared) = (try trainer.weights, try trainer.prepare(toy.examples))
        let found = try trainer.worst(prepared, by: adversary, round: 1)
        #expect(try trainer.weights == before)
        for (moved, own) in zip(found.inputs, toy.examples.inputs[0].floats) {
            #expect(abs(moved) <= 0.9 && abs(moved - min(max(own, -0.9), 0.9)) <= 0.2 + 1e-6)
        }
        let width = found.inputs.count / 100
        let there = try Examples(
            inputs: [Tensor(Shape([100, width]), found.inputs)], target: toy.examples.target)
        let mean = trainer.evaluate(try trainer.prepare(there)).loss
        #expect(abs(mean - Double(found.losses.reduce(0, +)) / 100) < 1e-4)
        #expect(mean > trainer.evaluate(prepared).loss)
        #expect(try trainer.worst(prepared, by: adversary, round: 2).inputs != found.inputs)
        #expect(throws: TrainingError.self) {
            try toy.trainer().worst(prepared, by: adversary, round: 1)
        }
    }

    /// Rows that are not to be moved take the step that they would take without an adversary.
    @Test func rowsThatStayTakeTheirOwnStep() throws {
        let toy = try Toy.named("mlp")
        let adversary = Adversary(radius: 0.2, steps: 3, stride: 0.1, range: -1...1)
        let weights = try [nil, adversary].map { adversary in
            let trainer = try toy.trainer(adversary: adversary)
            var rows = try trainer.prepare(toy.examples)
            rows.isMoved = false
            try trainer.run(rows, steps: 3)
            return try trainer.weights
        }
        #expect(weights[0] == weights[1])
    }

    @Test func schedules() {
        #expect(Schedule(.constant, warmUp: 4).share(0, of: 10) == 0.25)
        #expect(Schedule(.constant, warmUp: 4).share(7, of: 10) == 1)
        #expect(Schedule(.cosine).share(0, of: 10) == 1)
        #expect(abs(Schedule(.cosine).share(5, of: 10) - 0.5) < 1e-12)
        let steps = Schedule(.steps(at: [0.5, 0.75], factor: 0.1))
        #expect(steps.share(4, of: 10) == 1)
        #expect(abs(steps.share(5, of: 10) - 0.1) < 1e-12 && abs(steps.share(8, of: 10) - 0.01) < 1e-12)
    }

    @Test func whatCannotBeTrainedIsSaid() throws {
        let toy = try Toy.named("mlp")
        #expect(throws: TrainingError.self) { try Trainer(toy.model(), toy.trainer().options, width: 5) }
        #expect(throws: TrainingError.self) {
            let toy = try Toy.named("regression")
            let trainer = try toy.trainer(rate: 1e30)
            try trainer.run(try trainer.prepare(toy.examples), steps: 20)
        }
        var bare = ModelWriter()
        bare.input("x", .float32, ["N", 2])
        bare.node("Relu", ["x"], ["y"])
        bare.output("y", .float32, ["N", 2])
        #expect(throws: TrainingError.self) {
            let weights = try ModelWeights(onnx: bare.bytes())
            _ = try TrainableModel(weights: weights.tensors) { try weights.model(with: $0).graph }
        }
    }
}
