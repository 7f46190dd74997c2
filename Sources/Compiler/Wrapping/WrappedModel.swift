import Checker
import Tensors

/// A wrapper that was made of a model.
package struct WrappedModel: Sendable {
    package let plan: WrapperPlan
    package let graph: Graph
    /// What a call asks of the wrapped model, in a line.
    package let summary: String

    package init(_ wrapper: CheckedWrapper, named name: String, of model: Graph, seed: UInt64) throws {
        plan = try WrapperPlan(wrapper, named: name, of: model, seed: seed)
        graph = try plan.graph(of: model)
        summary = plan.summary(wrapper, width: model.shape(of: model.inputs[0].value).count) + ", seed \(seed)"
    }
}

extension WrapperPlan {
    fileprivate func summary(_ wrapper: CheckedWrapper, width: Int) -> String {
        switch (self, wrapper.method) {
        case (.lines(let plan), .polynomial(let lines)):
            let draws =
                switch lines.draws {
                case .uniform: "drawn evenly from the input's range"
                case .normal(let deviation): "drawn normally, with deviation \(deviation)"
                }
            let count = plan.ends.shape[0]
            return
                "median of \(count) lines to inputs \(draws); \(count * lines.degree) queries a call, \(count) beforehand"
        case (.votes(let plan), .smoothed(let smoothing)):
            return "\(plan.pilot.shape[0]) + \(plan.noise.shape[0]) votes under noise of deviation \(smoothing.sigma)"
        case (.parities(let plan), .parities(let parities)):
            let largest = plan.parities.map(\.nonzeroBitCount).max() ?? 0
            return
                "\(plan.parities.count) parities of up to \(largest) bits, from \((width + 1) * parities.samples) queries beforehand"
        default: return ""
        }
    }
}
