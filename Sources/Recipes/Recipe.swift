import Diagnostics
import Training

/// What `gainsay train` is told: model, data, loss, optimiser, how long, and where to write. README.md lists the keys.
package struct Recipe: Sendable {
    package enum Start: Sendable {
        case new(Architecture)
        /// A file, and the output that is trained; nil for the first.
        case onnx(path: String, output: String?)
    }

    package enum HeldOut: Sendable, Hashable {
        case none
        case share(Double)
        case file(String)
    }

    package struct Data: Sendable {
        package let file: String
        /// For each input of the model the column, or columns side by side.
        package let inputs: [[String]]
        package let target: [String]
        package let heldOut: HeldOut
        package let span: Span
    }

    package enum Length: Sendable, Hashable {
        case epochs(Int)
        case steps(Int)
    }

    package var seed: UInt64
    package var out: String
    package let start: Start
    package let data: Data
    package let length: Length
    package var options: Trainer.Options
    package let modelSpan: Span

    /// Reads a recipe, and refuses what it does not know.
    package static func read(_ source: SourceFile) throws(Diagnostic) -> Recipe {
        let tables = try TomlReader.read(source)
        let known = ["", "model", "data", "loss", "optimiser", "training", "adversary"]
        for table in tables where !known.contains(table.name) {
            let near = suggest(table.name, among: known).map { [Hint("did you mean `[\($0)]`?")] } ?? []
            throw .recipeKey("there is no table `\(table.name)` in a recipe", at: table.span, hints: near)
        }
        func table(_ name: String) -> TomlTable? { tables.first { $0.name == name } }
        func needed(_ name: String) throws(Diagnostic) -> TomlTable {
            guard let found = table(name) else {
                throw .recipeMissing("the recipe has no table [\(name)]", at: Span(file: source.id, 0..<0))
            }
            return found
        }
        var head = RecipeFields(tables[0])
        let seed = UInt64(try head.integer("seed", in: 0...Int.max) ?? 0)
        let out = try head.required("out").text("out")
        try head.finish()
        let model = try needed("model")
        let start = try RecipeReading.start(RecipeFields(model))
        let data = try RecipeReading.data(RecipeFields(try needed("data")))
        var options = try RecipeReading.options(
            loss: RecipeFields(try needed("loss")), optimiser: RecipeFields(try needed("optimiser")))
        let length = try RecipeReading.length(RecipeFields(try needed("training")), &options)
        if let adversary = table("adversary") {
            options.adversary = try RecipeReading.adversary(RecipeFields(adversary))
        }
        options.seed = seed
        return Recipe(
            seed: seed, out: out, start: start, data: data, length: length, options: options, modelSpan: model.span)
    }
}
