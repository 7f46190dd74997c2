import Diagnostics
import Training

/// How each table of a recipe is read.
enum RecipeReading {
    private static let sizes = 1...1 << 20

    private enum Kind: String, CaseIterable { case mlp, cnn, transformer, onnx }
    private enum Function: String, CaseIterable { case relu, tanh, sigmoid }

    static func start(_ given: RecipeFields) throws(Diagnostic) -> Recipe.Start {
        var fields = given
        _ = try fields.required("kind")
        let start: Recipe.Start
        switch try fields.choice("kind", Kind.self) ?? .mlp {
        case .mlp:
            let hidden = try fields.integers("hidden", in: sizes) ?? []
            start = .new(
                .mlp(
                    input: try shape(&fields), hidden: hidden, outputs: try size("outputs", &fields),
                    activation: try activation(&fields)))
        case .cnn:
            let input = try shape(&fields)
            guard (2...4).contains(input.count) else {
                throw .recipeMissing("`input` of a cnn is channels and 1 to 3 sizes: [1, 24, 24]", at: fields.span)
            }
            let channels = try fields.integers("channels", in: sizes) ?? []
            guard !channels.isEmpty, input.dropFirst().allSatisfy({ $0 >> channels.count > 0 }) else {
                throw .recipeMissing(
                    "`channels` of a cnn says how many each layer has; each halves the size of its input",
                    at: fields.span)
            }
            start = .new(
                .cnn(
                    input: input, channels: channels, kernel: try fields.integer("kernel", in: 1...31) ?? 3,
                    hidden: try fields.integers("hidden", in: sizes) ?? [], outputs: try size("outputs", &fields),
                    activation: try activation(&fields)))
        case .transformer:
            let width = try size("width", &fields)
            let headsValue = fields.value("heads")
            let heads = try headsValue?.integer("heads", in: 1...1024) ?? 1
            guard width % heads == 0 else {
                throw .recipeValue("`heads` divides `width`", at: headsValue?.span ?? fields.span)
            }
            start = .new(
                .transformer(
                    .init(
                        try position(&fields), length: try size("length", &fields), width: width,
                        heads: heads, layers: try fields.integer("layers", in: 1...64) ?? 1,
                        hidden: try fields.integer("hidden", in: 0...1 << 20) ?? 0,
                        outputs: try size("outputs", &fields))))
        case .onnx:
            start = .onnx(path: try fields.required("file").text("file"), output: try fields.text("output"))
        }
        try fields.finish()
        return start
    }

    private static func position(
        _ fields: inout RecipeFields
    ) throws(Diagnostic) -> Architecture.Transformer.Position {
        if let count = try fields.integer("features", in: sizes) { return .features(count) }
        return .tokens(try size("tokens", &fields))
    }

    private static func size(_ key: String, _ fields: inout RecipeFields) throws(Diagnostic) -> Int {
        try fields.required(key).integer(key, in: sizes)
    }

    private static func shape(_ fields: inout RecipeFields) throws(Diagnostic) -> [Int] {
        let value = try fields.required("input")
        if case .integer = value.content { return [try value.integer("input", in: sizes)] }
        let sizes = try fields.integers("input", in: sizes) ?? []
        guard (1...4).contains(sizes.count), sizes.reduce(1.0, { $0 * Double($1) }) <= 0x1p24 else {
            throw .recipeValue("`input` is a size, or up to four: [1, 24, 24]", at: value.span)
        }
        return sizes
    }

    private static func activation(_ fields: inout RecipeFields) throws(Diagnostic) -> Architecture.Activation {
        switch try fields.choice("activation", Function.self) ?? .relu {
        case .relu: .relu
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        }
    }

    static func data(_ given: RecipeFields) throws(Diagnostic) -> Recipe.Data {
        var fields = given
        let file = try fields.required("file").text("file")
        let inputs = try fields.required("inputs")
        var columns: [[String]] = []
        if case .list(let items) = inputs.content,
            items.contains(where: { if case .list = $0.content { true } else { false } })
        {
            // A list for each input.
            for item in items { columns.append(try item.texts("inputs")) }
        } else {
            columns = [try inputs.texts("inputs")]
        }
        let target = try fields.required("target").texts("target")
        let heldOut: Recipe.HeldOut
        if let value = fields.value("held_out") {
            if case .text(let path) = value.content {
                heldOut = .file(path)
            } else {
                let share = try value.number("held_out", in: 0...0.9)
                heldOut = share > 0 ? .share(share) : .none
            }
        } else {
            heldOut = .none
        }
        try fields.finish()
        return .init(file: file, inputs: columns, target: target, heldOut: heldOut, span: given.span)
    }

    private enum Method: String, CaseIterable { case sgd, adamw }

    static func options(
        loss lossFields: RecipeFields, optimiser given: RecipeFields
    ) throws(Diagnostic) -> Trainer.Options {
        var (loss, fields) = (lossFields, given)
        _ = try loss.required("kind")
        let kind = try loss.choice("kind", Loss.self) ?? .crossEntropy
        try loss.finish()
        _ = try fields.required("kind")
        let rate = try fields.required("rate").number("rate", in: 1e-12...1e6)
        let optimiser: Optimiser
        let decay = Float(try fields.number("decay", in: 0...1e3) ?? 0)
        switch try fields.choice("kind", Method.self) ?? .sgd {
        case .sgd:
            optimiser = .sgd(
                momentum: Float(try fields.number("momentum", in: 0...0.9999) ?? 0),
                nesterov: try fields.truth("nesterov") ?? false, decay: decay)
        case .adamw:
            optimiser = .adamW(
                beta1: Float(try fields.number("beta1", in: 0...0.9999) ?? 0.9),
                beta2: Float(try fields.number("beta2", in: 0...0.99999) ?? 0.999),
                epsilon: Float(try fields.number("epsilon", in: 1e-12...1) ?? 1e-8), decay: decay)
        }
        try fields.finish()
        return Trainer.Options(loss: kind, optimiser: optimiser, rate: rate)
    }

    private enum Shape: String, CaseIterable { case constant, cosine, steps }

    static func length(
        _ given: RecipeFields, _ options: inout Trainer.Options
    ) throws(Diagnostic) -> Recipe.Length {
        var fields = given
        options.batch = try fields.integer("batch", in: 1...1 << 20) ?? 128
        let shape = try fields.choice("schedule", Shape.self) ?? .constant
        let warmUp = try fields.integer("warm_up", in: 0...1 << 30) ?? 0
        switch shape {
        case .constant: options.schedule = Schedule(.constant, warmUp: warmUp)
        case .cosine: options.schedule = Schedule(.cosine, warmUp: warmUp)
        case .steps:
            let places = try fields.required("at")
            _ = places
            options.schedule = Schedule(
                .steps(
                    at: try fields.numbers("at", in: 0...1) ?? [], factor: try fields.number("factor", in: 0...1) ?? 0.1
                ),
                warmUp: warmUp)
        }
        let (epochs, steps) = (
            try fields.integer("epochs", in: 1...1 << 30), try fields.integer("steps", in: 1...1 << 40)
        )
        try fields.finish()
        switch (epochs, steps) {
        case (let epochs?, nil): return .epochs(epochs)
        case (nil, let steps?): return .steps(steps)
        default: throw .recipeMissing("[training] says either `epochs` or `steps`", at: given.span)
        }
    }

    static func adversary(_ given: RecipeFields) throws(Diagnostic) -> Adversary {
        var fields = given
        let radius = try fields.required("radius").number("radius", in: 0...1e6)
        let steps = try fields.integer("steps", in: 1...1000) ?? 10
        let stride = try fields.number("stride", in: 0...1e6) ?? 2.5 * radius / Double(steps)
        let ends = try fields.numbers("range", in: -1e9...1e9) ?? [-1e9, 1e9]
        guard ends.count == 2, ends[0] < ends[1] else {
            throw .recipeMissing("`range` is the least and the greatest number: [0, 1]", at: given.span)
        }
        try fields.finish()
        return Adversary(
            radius: Float(radius), steps: steps, stride: Float(stride), range: Float(ends[0])...Float(ends[1]))
    }
}
