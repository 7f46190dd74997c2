import Checker
import Diagnostics
import Search
import Tensors

/// The properties of a checked spec, each turned into a trial when it is asked for: a spec may have thousands, and a trial
/// holds all coordinates of its space several times.
package struct Compilation: Sendable {
    private let context: Lowering.Context

    /// `models` are the graphs of `spec.models` and `tables` the columns of `spec.tables`, in their orders.
    package init(_ spec: CheckedSpec, models: [Graph], tables: [[Tensor]]) {
        context = Lowering.Context(spec: spec, models: models.map { CalledModel($0) }, tables: tables)
    }

    /// Of the properties, in order.
    package var names: [String] { context.spec.properties.map(\.name) }

    /// Throws a located diagnostic where the property cannot be tried: an empty domain, an operator that cannot be run.
    package func trial(_ index: Int) throws(Diagnostic) -> Trial {
        try TrialBuilder(context.spec.properties[index], context).build()
    }
}
