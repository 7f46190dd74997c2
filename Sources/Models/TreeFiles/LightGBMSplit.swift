import Tensors

/// A test in a tree of LightGBM, in float64.
struct LightGBMSplit {
    /// What counts as missing, and goes the default way. Where nothing does, or zeros do, NaN counts as 0.
    enum Missing: String {
        case none = "None"
        case zero = "Zero"
        case nan = "NaN"
    }

    enum Test {
        case atMost(Double, missing: Missing, isDefaultLeft: Bool)
        /// Left where the number, its fraction cut off, is one of these.
        case oneOf([Int])
    }

    let feature: Int
    let test: Test

    /// Numbers that are this near to 0 are 0: the library reads rows so, before any tree sees them.
    private static let zero = Double(Float(1e-35))

    func add(to nodes: inout TreeNodes, _ node: Int, features: Int, left: Int, right: Int) throws(ModelError) {
        guard (0..<features).contains(feature) else { throw ModelError("it tests feature \(feature) of \(features)") }
        switch test {
        case .oneOf(let categories):
            guard categories.allSatisfy((0..<Int(Int32.max)).contains) else {
                throw ModelError("it has a category beyond 32 bits")
            }
            // -0.5 without its fraction is 0.
            nodes.categories(node, feature: feature, categories, zeroAbove: -1, yes: left, no: right, missing: right)
        case .atMost(let threshold, let missing, let isDefaultLeft):
            guard !threshold.isNaN else { throw ModelError("its threshold is not a number") }
            let standard = isDefaultLeft ? left : right
            func child(_ number: Double) -> Int {
                guard number.magnitude <= Self.zero else { return number <= threshold ? left : right }
                return missing == .zero ? standard : 0 <= threshold ? left : right
            }
            let bounds = [threshold, (-Self.zero).nextDown, Self.zero]
            nodes.pieces(
                node, feature: feature, (Set(bounds).sorted() + [.infinity]).map { ($0, child($0)) },
                missing: missing == .nan ? standard : child(0))
        }
    }
}
