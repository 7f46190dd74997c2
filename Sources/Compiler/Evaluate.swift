import Checker
import Diagnostics
import Tensors

/// The value of a term that depends on no variable, row-major; nil where it cannot be computed.
///
/// `models` and `tables` are those of `spec`, in order.
package func evaluate(_ term: Checker.Term, in spec: CheckedSpec, models: [Graph], tables: [[Tensor]]) -> [Double]? {
    let lowering = Lowering(.init(spec: spec, models: models.map { CalledModel($0) }, tables: tables))
    guard let value = try? lowering.numbers(term) else { return nil }
    return lowering.graph.constant(of: value)?.doubles
}
