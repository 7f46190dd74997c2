import Testing

@testable import Statistics

@Suite struct RidgeTests {
    /// In one dimension by hand: sum of products over sum of squares and penalty.
    @Test func oneFeature() throws {
        let fit = try RidgeFit(FeatureRows([1, 2], width: 1), targets: [2, 4], outputs: 1, penalty: 0.2)
        #expect(abs(fit.matrix[0] - 10 / (5 + 0.2 * 5)) < 1e-12)
    }

    /// With hardly any penalty a linear map is found again.
    @Test func aMapIsFoundAgain() throws {
        let map: [Double] = [1, -2, 0.5, 3, 0, -1]
        let rows: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [2, -1, 0.5]]
        let targets = rows.flatMap { row in
            (0..<2).map { output in (0..<3).reduce(0.0) { $0 + map[output * 3 + $1] * row[$1] } }
        }
        let fit = try RidgeFit(FeatureRows(rows.flatMap { $0 }, width: 3), targets: targets, outputs: 2, penalty: 1e-9)
        #expect(zip(fit.matrix, map).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    /// Fewer rows than features are fitted another way: a row of nothing more, which adds nothing to either sum, forces this one.
    @Test func fewRowsAreFittedAlike() throws {
        let (rows, targets): ([Double], [Double]) = ([1, 2, -1, 0.5, 3, 1, 0, -2], [1, -1, 2, 0.5])
        let few = try RidgeFit(FeatureRows(rows, width: 4), targets: targets, outputs: 2, penalty: 0.3)
        let nothing = [Double](repeating: 0, count: 8)
        let many = try RidgeFit(
            FeatureRows(rows + nothing, width: 4), targets: targets + [0, 0, 0, 0], outputs: 2, penalty: 0.3)
        #expect(zip(few.matrix, many.matrix).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func rowsOfNothingAreRefused() {
        #expect(throws: FitFailure.self) {
            try RidgeFit(FeatureRows([0, 0], width: 2), targets: [1], outputs: 1, penalty: 0.1)
        }
    }
}
