/// Rows of numbers, as many in each: what something is fitted to.
package struct FeatureRows: Sendable {
    /// Row-major.
    package let values: [Double]
    package let width: Int

    package var count: Int { width == 0 ? 0 : values.count / width }

    /// `values` are whole rows of `width` numbers, at least one.
    package init(_ values: [Double], width: Int) {
        precondition(width > 0 && values.count.isMultiple(of: width), "rows are whole")
        (self.values, self.width) = (values, width)
    }

    /// The first row with what is no finite number.
    package var firstNotFinite: Int? { values.firstIndex { !$0.isFinite }.map { $0 / width } }

    /// Columns as rows.
    var transposed: FeatureRows {
        var turned = [Double](repeating: 0, count: values.count)
        for row in 0..<count {
            for column in 0..<width { turned[column * count + row] = values[row * width + column] }
        }
        return FeatureRows(turned, width: count)
    }

    /// Of each column.
    package var mean: [Double] {
        var sum = [Double](repeating: 0, count: width)
        for row in 0..<count { for column in 0..<width { sum[column] += values[row * width + column] } }
        return sum.map { $0 / Double(count) }
    }

    /// Each column moved by `-shift` and then divided by `scale`.
    package func scaled(shift: [Double], by scale: [Double]? = nil) -> FeatureRows {
        var scaled = values
        for row in 0..<count {
            for column in 0..<width {
                let place = row * width + column
                scaled[place] = (scaled[place] - shift[column]) / (scale?[column] ?? 1)
            }
        }
        return FeatureRows(scaled, width: width)
    }
}

/// Why something cannot be fitted.
package enum FitFailure: Error, Sendable, Hashable {
    /// So many rows are needed at least.
    case tooFewRows(Int)
    /// The rows vary in fewer directions than there are features.
    case singular
    /// All rows are of one class.
    case oneClass
    /// Newton's method did not come to an end.
    case noMinimum
}
