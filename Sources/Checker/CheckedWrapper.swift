/// What a wrapper makes of the model that it wraps. Its graph is made of that model's, and of numbers drawn once for a run.
package struct CheckedWrapper: Sendable, Hashable {
    /// Where other inputs are drawn from, number by number.
    package enum Draws: Sendable, Hashable {
        /// Evenly between bounds: one for each number, or one for all.
        case uniform(lower: [Double], upper: [Double])
        /// Around 0.
        case normal(deviation: Double)
    }

    package enum Method: Sendable, Hashable {
        /// The median, entry by entry, of what so many lines through the input extrapolate, on each of which the answers are
        /// taken for those of a polynomial.
        case polynomial(Lines)
        /// The parities of bits that answer for most of the model, learnt from it.
        case parities(Parities)
        /// Votes on classes under Gaussian noise.
        case smoothed(Smoothing)
    }

    /// A line goes from the input (0) to an input that is drawn (1); the model is asked at degree + 1 places between `nearest`
    /// and 1, both among them, all as far from the next.
    package struct Lines: Sendable, Hashable {
        package var degree, samples: Int
        package var nearest: Double
        package var draws: Draws
    }

    /// Each number of the input is one of two, `low` and `high`.
    package struct Parities: Sendable, Hashable {
        /// The least coefficient that is looked for, in root mean squares of the answers.
        package var threshold: Double
        /// Queries for each bit, and for the coefficients.
        package var samples: Int
        package var low, high: [Double]
    }

    package struct Smoothing: Sendable, Hashable {
        package var sigma: Double
        /// The draws that choose the class, and those that tell how often it is answered.
        package var pilot, samples: Int
        package var confidence: Double
    }

    /// Its place among the spec's models, before the wrapper's own.
    package var model: Int
    package var method: Method
}

extension CheckedWrapper {
    /// What `smoothed` gives besides its votes.
    package enum Certificate: String, CaseIterable, Sendable {
        /// The class that the pilot draws chose.
        case `class`
        /// The distance (L2) within which the smoothed classifier keeps it; 0 where it abstains.
        case radius
        case abstains
    }

    /// How many numbers are drawn for an input of so many.
    package func drawnCount(width: Int) -> Int {
        let rows =
            switch method {
            case .polynomial(let it): it.samples
            case .parities(let it): it.samples
            case .smoothed(let it): it.samples.addingReportingOverflow(it.pilot).partialValue
            }
        let product = rows.multipliedReportingOverflow(by: width)
        return product.overflow ? .max : product.partialValue
    }
}
