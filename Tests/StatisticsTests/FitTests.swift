import Testing

@testable import Statistics

/// Against the numbers of scikit-learn 1.9, which `Tests/Conformance/fits.py` prints.
@Suite("Fits") struct FitTests {
    static let shrinkage12x3: [Double] = [0.163624756918]
    static let covariance12x3: [Double] = [4.36942682485, -0.00278791747694, 0.0414702724695]
    static let distances12x3: [Double] = [
        1.79991649555, 1.96077699316, 1.20791926955, 1.43675808171, 1.51389461875, 0.622120822273, 1.55259797372,
        1.41038587838, 2.1392761434, 1.67205613661, 2.03709103113, 1.18028634892,
    ]
    static let quantiles12x3: [Double] = [1.18304964098, 2.02945962733]
    static let shrinkage5x8: [Double] = [0.207934479689]
    static let covariance5x8: [Double] = [
        13.9321652652, -0.164749628225, -1.82967135192, 0.823748141123, 5.108822606, 11.0255520427, -12.5748322005,
        -7.84461691316,
    ]
    static let distances5x8: [Double] = [0.973728146794, 1.95752010474, 1.92473787366, 1.83878682867, 1.83712398288]
    static let quantiles5x8: [Double] = [1.31908648123, 1.94440721231]
    static let margins1: [Double] = [
        0.948843913613, -1.63702265964, 0.598176715128, 0.49970894788, 0.222404308865, -0.553560320286, -1.00332912237,
        -1.63193479623, -0.0993374911394, -0.900407328067, 0.114561705791, -1.36400499304,
    ]
    static let margins001: [Double] = [
        1.58345617438, -3.34847296342, 1.35069952466, 0.748855089927, 0.392856500754, -0.668776690379, -1.86305869041,
        -2.81149484488, 0.702802512612, -1.08391705272, 0.0566388537737, -2.18986946795,
    ]
    static let centroids: [Double] = [0.75, 6.9, 6.525, 4.45, 8.55, 8.325, 2.85, 3.75, 6.675]

    private static func rows(_ count: Int, _ width: Int) -> FeatureRows {
        FeatureRows(
            (0..<count).flatMap { i in
                (0..<width).map { (j: Int) -> Double in
                    let place: Int = (i * 37 + j * 101 + i * i * j * 17) % 53
                    return Double(place) / 10 * Double(1 + j)
                }
            }, width: width)
    }

    private func expect(_ found: [Double], _ wanted: [Double]) {
        #expect(found.count == wanted.count)
        for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) <= 1e-6 * max(1, abs(wanted))) }
    }

    @Test func gaussiansAreThoseOfScikitLearn() throws {
        for (count, width, shrinkage, covariance, distances, quantiles) in [
            (12, 3, Self.shrinkage12x3, Self.covariance12x3, Self.distances12x3, Self.quantiles12x3),
            (5, 8, Self.shrinkage5x8, Self.covariance5x8, Self.distances5x8, Self.quantiles5x8),
        ] {
            let rows = Self.rows(count, width)
            let fit = try GaussianFit(rows)
            expect([fit.shrinkage], shrinkage)
            expect(Array(fit.covariance.prefix(width)), covariance)
            let found = fit.distances(of: rows)
            expect(found, distances)
            expect([0.1, 0.9].map { quantile(ofSorted: found.sorted(), $0) }, quantiles)
        }
    }

    @Test func probesAreThoseOfScikitLearn() throws {
        let rows = Self.rows(12, 3)
        let marked = (0..<12).map { $0 * 7 % 5 < 2 }
        for (penalty, margins) in [(1, Self.margins1), (0.01, Self.margins001)] {
            let fit = try LogisticFit(rows, marked: marked, penalty: penalty)
            expect(
                (0..<12).map { row in
                    (0..<3).reduce(fit.bias) { $0 + fit.weights[$1] * rows.values[row * 3 + $1] }
                }, margins)
        }
    }

    @Test func centroidsAreThoseOfScikitLearn() throws {
        let fit = try CentroidFit(Self.rows(12, 3), classes: (0..<12).map { $0 % 3 })
        expect(fit.means.flatMap { $0 }, Self.centroids)
        #expect(fit.classes == [0, 1, 2] && fit.counts == [4, 4, 4])
    }

    /// Units and features that do not vary change nothing, and rows that a plane parts are no trouble.
    @Test func probesKeepTheirHead() throws {
        let rows = FeatureRows((0..<40).flatMap { [Double($0), 3] }, width: 2)
        let scaled = FeatureRows((0..<40).flatMap { [1e6 * Double($0), 3] }, width: 2)
        let marked = (0..<40).map { $0 >= 20 }
        let (fit, other) = (try LogisticFit(rows, marked: marked), try LogisticFit(scaled, marked: marked))
        #expect(abs(fit.weights[0] - 1e6 * other.weights[0]) < 1e-9 && fit.weights[1] == 0)
        #expect(abs(fit.bias - other.bias) < 1e-9 && abs(fit.weights[0] * 19.5 + fit.bias) < 1e-9)
        let sure = try LogisticFit(rows, marked: marked, penalty: 1e-6)
        #expect(sure.weights[0] > 2 * fit.weights[0] && sure.weights[0].isFinite)
    }

    @Test func whatCannotBeFittedSaysWhy() {
        let equal = FeatureRows([1, 2, 1, 2, 1, 2], width: 2)
        #expect(throws: FitFailure.singular) { try GaussianFit(equal) }
        #expect(throws: FitFailure.singular) { try GaussianFit(FeatureRows([1, 2, 3, 5], width: 2)) }
        #expect(throws: FitFailure.tooFewRows(2)) { try GaussianFit(FeatureRows([1, 2], width: 2)) }
        #expect(throws: FitFailure.oneClass) { try LogisticFit(equal, marked: [true, true, true]) }
        #expect(throws: FitFailure.oneClass) { try CentroidFit(equal, classes: [4, 4, 4]) }
        #expect(FeatureRows([1, 2, 3, .nan, 5, .infinity], width: 2).firstNotFinite == 1)
    }
}
