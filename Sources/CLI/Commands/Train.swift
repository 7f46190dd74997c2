import ArgumentParser
import Datasets
import Diagnostics
import Glibc
import Loading
import Models
import Recipes
import Tensors
import Terminal
import Training

/// `gainsay train`
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model by a recipe, and write it as ONNX.",
        discussion: """
            The same recipe and seed give the same file, byte for byte, with any number of threads. Ctrl-C writes what was \
            trained so far. Exit codes: 0 trained, 2 bad usage, recipe, model or data, 3 could not be run to the end.
            """)

    @Argument(help: "A recipe (.toml).", completion: .file(extensions: ["toml"]))
    var recipe: String

    @Option(name: .shortAndLong, help: "Write to FILE instead of what the recipe says.")
    var output: String?

    @Option(name: .long, help: "Begin chance here instead of where the recipe says.")
    var seed: UInt64?

    @Option(name: .long, help: "Use so many threads. (default: one for each core)")
    var threads: Int = Machine.cores

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var limits: LimitOptions

    func validate() throws {
        guard (1...Workers.maximum).contains(threads) else {
            throw ValidationError("--threads takes 1 to \(Workers.maximum)")
        }
    }

    func run() throws {
        limits.choose()
        Interrupt.listen()
        let source = SourceFile(path: recipe, bytes: try Files.read(recipe, limit: 1 << 24))
        var plan: Recipe
        do { plan = try Recipe.read(source) } catch {
            throw Failure(rendered: render([error], from: [source], style: .forErrors))
        }
        if let seed { (plan.seed, plan.options.seed) = (seed, seed) }
        plan.out = output ?? Files.path(plan.out, besides: recipe)
        plan.options.threads = threads
        let report: TrainingReport
        do { report = try TrainingSession(plan, recipe: recipe).run() } catch let error as Failure { throw error } catch
        {
            throw Failure("\(recipe): \(error)")
        }
        Console.write(json ? try report.json() : report.text)
        if !report.isComplete { Exit.with(.unfinished) }
    }
}
