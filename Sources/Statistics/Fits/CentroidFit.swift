/// The mean row of each class.
package struct CentroidFit: Sendable {
    /// The classes that occur, ascending.
    package let classes: [Int]
    /// Of each class.
    package let means: [[Double]]
    package let counts: [Int]

    package init(_ rows: FeatureRows, classes labels: [Int]) throws(FitFailure) {
        let width = rows.width
        var sums: [Int: (sum: [Double], count: Int)] = [:]
        for (row, label) in labels.enumerated() {
            var entry = sums.removeValue(forKey: label) ?? ([Double](repeating: 0, count: width), 0)
            for column in 0..<width { entry.sum[column] += rows.values[row * width + column] }
            entry.count += 1
            sums[label] = entry
        }
        guard sums.count >= 2 else { throw .oneClass }
        let sorted = sums.sorted { $0.key < $1.key }
        classes = sorted.map(\.key)
        counts = sorted.map(\.value.count)
        means = sorted.map { entry in entry.value.sum.map { $0 / Double(entry.value.count) } }
    }
}
