import Compiler
import OrderedCollections
import Reports
import Search
import Tensors

/// What a check of a property would try.
package struct DryRun {
    private let subject: Subject

    package init(_ subject: Subject) { self.subject = subject }

    package func text(_ trial: Trial) -> String {
        let space = trial.space
        var lines = ["\(trial.name)\(trial.title.map { ": \($0)" } ?? "")  \(subject.place(trial))"]
        for leaf in trial.leaves { lines.append("  \(leaf.name)  \(domain(of: leaf, in: space))") }
        if space.boxes.count > 1 { lines.append("  \("\(space.boxes.count)".grouped) boxes") }
        lines.append("  \(space.dimension) dimensions\(size(of: space))")
        lines.append("  operators: \(operators(trial.objective.graph))")
        let gradient =
            trial.objective.hasGradient ? "follows gradients" : "no gradient: mutation, sweeps and evolution only"
        lines.append("  strategies: \(trial.drawer == nil ? gradient : "drawing alone")")
        if let share = Admission(trial).share() {
            let what = trial.drawer == nil ? "uniform inputs meet" : "what is drawn meets"
            lines.append(
                "  \((share * 100).rounded(toSignificant: 3))% of \(what) every `assume` and `where`")
        }
        for rejection in trial.rejections {
            lines.append("  by rejection only: where \(subject.words(rejection))")
        }
        for estimate in trial.estimation?.estimates ?? [] {
            let confidence = Notation.text(trial.estimation?.confidence ?? 0)
            lines.append("  estimates: \(subject.words(estimate.span)), with confidence \(confidence)")
        }
        for rate in trial.rows?.rates ?? [] {
            lines.append(
                "  row by row: \(subject.words(rate.span)), of \("\(rate.tableRows)".grouped) rows; each proved, contradicted or left open"
            )
        }
        for rate in trial.counting?.rates ?? [] {
            let proof = rate.unread.map { "not proved, for \($0)" } ?? "proved, as far as it goes"
            lines.append(
                "  counts: \(subject.words(rate.estimate.span)), \("\(rate.inputs)".grouped) inputs; \(proof)")
        }
        if !trial.shrinkKeys.isEmpty {
            lines.append("  shrinks: \(trial.shrinkKeys.map { subject.words($0.span) }.joined(separator: ", "))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func domain(of leaf: Leaf, in space: Space) -> String {
        if let table = leaf.table {
            return "a row of \(subject.tables[table].name), \("\(subject.tables[table].rowCount)".grouped) rows"
        }
        if case .generated(let generator)? = leaf.texts {
            let length = "\(generator.length.lowerBound) to \(generator.length.upperBound) code points"
            let share =
                generator.confirmed < 1
                ? ", \(Int((generator.confirmed * 100).rounded(.down)))% of the draws match" : ""
            return "Text matching /\(generator.pattern)/, \(length)\(share)"
        }
        if case .tokens(let tokens)? = leaf.texts {
            return
                "Tokens(\(tokens.model.name)), \(tokens.count.lowerBound) to \(tokens.count.upperBound) of \("\(tokens.model.plainTokenCount)".grouped)"
        }
        if leaf.texts != nil { return "one of \(Int(space.boxes[0].upper[leaf.coordinates.lowerBound]) + 1) lines" }
        let shape = leaf.shape.isEmpty ? "" : "Tensor[\(leaf.shape.map(String.init).joined(separator: ", "))] "
        guard let first = leaf.coordinates.first else { return shape + "empty" }
        let kind = space.kinds[first]
        if let cases = leaf.type.cases { return shape + "one of \(cases.count)" }
        let low = space.boxes[0].lower[leaf.coordinates].min() ?? 0
        let high = space.boxes[0].upper[leaf.coordinates].max() ?? 0
        let name =
            switch kind {
            case .real64: "Real"
            case .real32: "Real, float32 values"
            case .integer: "Int"
            case .category: "Bool"
            }
        let (lower, upper) = (Notation.text(low, kind, .real), Notation.text(high, kind, .real))
        let unit = leaf.unit.map { " \($0)" } ?? ""
        return "\(shape)\(name) in [\(lower), \(upper)]\(unit)"
    }

    private func size(of space: Space) -> String {
        space.pointCount.map { ", \("\($0)".grouped) inputs in all" } ?? ""
    }

    /// Each operator's name and how often it stands in the graph, in order of first use.
    private func operators(_ graph: Graph) -> String {
        var counts: OrderedDictionary<String, Int> = [:]
        for node in graph.nodes {
            if case .operation(let operation) = node.source { counts[operation.name, default: 0] += 1 }
        }
        return counts.map { name, count in
            count == 1 ? name : "\(name) x\(count)"
        }.joined(separator: ", ")
    }
}
