import Diagnostics
import Glibc
import Statistics
import Syntax

/// Fits to the numbers of the rows, and tells what came of it.
extension Checker {
    func fitted(
        _ fitted: Fitted, to projected: ProjectedRows, _ penalty: Double, _ table: CheckedTable, _ node: FitDeclaration
    ) -> Fitted? {
        guard !projected.rows.isEmpty else {
            report(.fitFailed(.tooFewRows(2), node, table, rows: 0))
            return nil
        }
        let rows = FeatureRows(projected.columns[0], width: fitted.width)
        if let place = rows.firstNotFinite {
            report(.fitNotFinite(node, table, row: projected.rows[place]))
            return nil
        }
        do throws(FitFailure) {
            let (model, words) = try model(fitted, rows, projected.columns.last ?? [], penalty, node)
            fits.append(
                CheckedFit(
                    name: fitted.name.text,
                    summary: "\(fitted.method.rawValue) of \(fitted.width) numbers over \(rows.count) rows of "
                        + "\(table.name): \(words)"))
            return Fitted(
                name: fitted.name, method: fitted.method, features: fitted.features, target: fitted.target,
                model: model)
        } catch {
            report(.fitFailed(error, node, table, rows: rows.count))
            return nil
        }
    }

    private func model(
        _ fitted: Fitted, _ rows: FeatureRows, _ target: [Double], _ penalty: Double, _ node: FitDeclaration
    ) throws(FitFailure) -> (Fitted.Model, String) {
        let (span, width) = (node.name.span, rows.width)
        func constant(_ values: [Double], _ sizes: [Int]) -> Term {
            Term(.constant(values), SayType(.real, sizes.map { .init($0) }), at: span)
        }
        switch fitted.method {
        case .gaussian:
            let fit = try GaussianFit(rows)
            let distances = fit.distances(of: rows).sorted()
            let model = Fitted.Gaussian(
                mean: constant(fit.mean, [width]), covariance: constant(fit.covariance, [width, width]),
                whitening: constant(fit.whitening, [width, width]), distances: distances)
            let (middle, far) = (
                Statistics.quantile(ofSorted: distances, 0.5), Statistics.quantile(ofSorted: distances, 0.99)
            )
            return (
                .gaussian(model),
                "shrinkage \(digits(fit.shrinkage)); distances have the median \(digits(middle)), "
                    + "99% are within \(digits(far))"
            )
        case .probe:
            let marked = target.map { $0 != 0 }
            let fit = try LogisticFit(rows, marked: marked, penalty: penalty)
            let right = (0..<rows.count).count { row in
                var margin = fit.bias
                for column in 0..<width { margin += fit.weights[column] * rows.values[row * width + column] }
                return (margin > 0) == marked[row]
            }
            return (
                .probe(.init(weights: constant(fit.weights, [width]), bias: constant([fit.bias], []))),
                "\(marked.count { $0 }) marked; \(right) on the right side, after \(fit.steps) steps"
            )
        case .centroids:
            let fit = try CentroidFit(rows, classes: target.map { Int($0) })
            let means = fit.means.map { constant($0, [width]) }
            return (
                .centroids(.init(classes: fit.classes, means: means)),
                "\(fit.classes.count) classes of \(fit.counts.min() ?? 0) to \(fit.counts.max() ?? 0) rows"
            )
        }
    }

    private func digits(_ number: Double) -> String {
        guard number != 0, number.isFinite else { return "\(number)" }
        let scale = pow(10, 4 - log10(number.magnitude).rounded(.down))
        return short((number * scale).rounded() / scale)
    }
}

extension Diagnostic {
    fileprivate static func fitNotFinite(_ node: FitDeclaration, _ table: CheckedTable, row: Int) -> Diagnostic {
        Diagnostic(
            .fitNotFinite, "row \(row) of `\(table.name)` gives what is not a finite number", at: node.body.span,
            hints: [Hint("leave such rows out with `where`")])
    }

    fileprivate static func fitFailed(
        _ failure: FitFailure, _ node: FitDeclaration, _ table: CheckedTable, rows: Int
    ) -> Diagnostic {
        let (method, name) = ("`\(node.method.text)`", "`\(table.name)`")
        switch failure {
        case .tooFewRows(let least):
            let left = node.binders.contains { $0.condition != nil } ? "the `where` leaves" : "there are"
            return Diagnostic(
                .fitRows, "\(method) needs at least \(least) rows of \(name), \(left) \(rows)", at: node.method.span)
        case .singular:
            return Diagnostic(
                .fitSingular,
                "\(rows) rows of \(name) vary in fewer directions than they have numbers, and shrinking does not mend it",
                at: node.method.span, hints: [Hint("fit more rows, or rows that differ")])
        case .oneClass:
            return Diagnostic(
                .fitClasses, "all \(rows) rows of \(name) are of one class: there is nothing to tell apart",
                at: node.target?.span ?? node.method.span)
        case .noMinimum:
            return Diagnostic(
                .fitSingular, "\(method) did not come to an end: the penalty is too small for rounding",
                at: node.method.span, hints: [Hint("say a larger one, as in `l2: 1`")])
        }
    }
}
