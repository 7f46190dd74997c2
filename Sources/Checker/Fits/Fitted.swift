import Diagnostics
import Statistics
import Syntax

/// A `fit`, as `--verbose` tells of it.
package struct CheckedFit: Sendable {
    package let name: String
    /// What was fitted to how many rows, and what came of it, in a line.
    package let summary: String
}

/// What a `fit` has come to: a model whose functions a property may use.
struct Fitted {
    let name: Name
    let method: FitMethod
    /// Of what was computed for each row, and of what the functions take.
    let features: SayType
    /// Behind `=>`.
    let target: SayType?
    /// nil where no data were loaded: its functions have types then, and no values.
    let model: Model?

    enum Model {
        case gaussian(Gaussian)
        case probe(Probe)
        case centroids(Centroids)
    }

    /// Terms are made once, so that each is one constant of the graph.
    struct Gaussian {
        let mean, covariance, whitening: Term
        /// Of the rows it was fitted to, ascending.
        let distances: [Double]
    }

    struct Probe { let weights, bias: Term }

    struct Centroids {
        let classes: [Int]
        let means: [Term]
    }

    /// How many numbers a row has.
    var width: Int { features.flatCount }
}

/// What a fit of this text gives: `fit flag = probe(...)`. Nothing where its method is none.
package func fitMembers(of declaration: String) -> [String] {
    FitMethod.allCases.first { declaration.contains("\($0.rawValue)(") }?.members ?? []
}

/// What can be fitted.
enum FitMethod: String, CaseIterable {
    case gaussian, probe, centroids

    /// The functions and numbers that it gives.
    var members: [String] {
        switch self {
        case .gaussian: ["distance", "quantile", "mean", "covariance"]
        case .probe: ["probability", "margin"]
        case .centroids: ["distance", "nearest"]
        }
    }

    /// How many matrices of features x features, in float64, fitting and using it holds.
    var matrices: Int {
        switch self {
        case .gaussian: 6
        case .probe: 3
        case .centroids: 0
        }
    }
}
