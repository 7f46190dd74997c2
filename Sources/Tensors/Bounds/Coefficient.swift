import Kernels

/// Lower and upper numbers per element and lane; see `gs_band_f32`.
struct Band<Number> {
    var lower, upper: UnsafePointer<Number>
    var lowerRow, lowerStep, upperRow, upperStep: Int
}

/// A format of linear coefficients, with the kernels that work on it.
protocol Coefficient: BinaryFloatingPoint {
    static func least(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Self>, _ band: Band<Self>,
        _ sum: UnsafeMutablePointer<Double>, _ size: UnsafeMutablePointer<Double>)
    static func linesBackward(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Self>, _ slopes: Band<Self>, _ out: UnsafeMutablePointer<Self>)
    static func linesForward(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Self>, _ slopes: Band<Self>, _ offsets: Band<Self>,
        _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
    static func reluLines(
        _ count: Int, _ lanes: Int, _ lower: UnsafePointer<Double>, _ upper: UnsafePointer<Double>,
        _ slopes: (UnsafeMutablePointer<Self>, UnsafeMutablePointer<Self>),
        _ offsets: (UnsafeMutablePointer<Self>, UnsafeMutablePointer<Self>))
    static func slopesAscend(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Self>, _ x: UnsafePointer<Self>, _ slopes: Band<Self>,
        _ free: UnsafeMutablePointer<Self>, _ moments: (UnsafeMutablePointer<Self>, UnsafeMutablePointer<Self>),
        _ rate: Double, _ correction: Double)
    static func multipliersApply(
        _ count: Int, _ lanes: Int, _ sign: UnsafePointer<Self>, _ multiplier: UnsafePointer<Self>,
        _ out: UnsafeMutablePointer<Self>)
    static func multipliersAscend(
        _ count: Int, _ lanes: Int, _ sign: UnsafePointer<Self>, _ x: UnsafePointer<Self>,
        _ multiplier: UnsafeMutablePointer<Self>,
        _ moments: (UnsafeMutablePointer<Self>, UnsafeMutablePointer<Self>), _ rate: Double, _ correction: Double)
    static func add(_ count: Int, _ lanes: Int, _ term: UnsafePointer<Self>, _ sum: UnsafeMutablePointer<Self>)

    static var roundoff: Double { get }
    /// The greatest number of the format that is not above.
    static func roundedDown(_ value: Double) -> Self
    /// The least number of the format that is not below.
    static func roundedUp(_ value: Double) -> Self
}

extension Float: Coefficient {
    static func least(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Float>, _ band: Band<Float>,
        _ sum: UnsafeMutablePointer<Double>, _ size: UnsafeMutablePointer<Double>
    ) { gs_least_f32(count, lanes, a, band.kernel, sum, size) }
    static func linesBackward(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Float>, _ slopes: Band<Float>,
        _ out: UnsafeMutablePointer<Float>
    ) { gs_lines_backward_f32(count, lanes, a, slopes.kernel, out) }
    static func linesForward(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Float>, _ slopes: Band<Float>, _ offsets: Band<Float>,
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
    ) { gs_lines_forward_f32(count, lanes, a, slopes.kernel, offsets.kernel, x, y) }
    static func reluLines(
        _ count: Int, _ lanes: Int, _ lower: UnsafePointer<Double>, _ upper: UnsafePointer<Double>,
        _ slopes: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>),
        _ offsets: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    ) { gs_relu_lines_f32(count, lanes, lower, upper, slopes.0, slopes.1, offsets.0, offsets.1) }
    static func slopesAscend(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ slopes: Band<Float>,
        _ free: UnsafeMutablePointer<Float>, _ moments: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>),
        _ rate: Double, _ correction: Double
    ) {
        gs_slopes_ascend_f32(
            count, lanes, a, x, slopes.kernel, free, moments.0, moments.1, Float(rate), Float(correction))
    }
    static func multipliersApply(
        _ count: Int, _ lanes: Int, _ sign: UnsafePointer<Float>, _ multiplier: UnsafePointer<Float>,
        _ out: UnsafeMutablePointer<Float>
    ) { gs_multipliers_apply_f32(count, lanes, sign, multiplier, out) }
    static func multipliersAscend(
        _ count: Int, _ lanes: Int, _ sign: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
        _ multiplier: UnsafeMutablePointer<Float>,
        _ moments: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>), _ rate: Double, _ correction: Double
    ) {
        gs_multipliers_ascend_f32(
            count, lanes, sign, x, multiplier, moments.0, moments.1, Float(rate), Float(correction))
    }
    static func add(_ count: Int, _ lanes: Int, _ term: UnsafePointer<Float>, _ sum: UnsafeMutablePointer<Float>) {
        gs_scatter_add_f32(count, lanes, nil, term, sum)
    }

    static var roundoff: Double { 0x1p-24 }
    static func roundedDown(_ value: Double) -> Float {
        let nearest = Float(value)
        return Double(nearest) > value ? nearest.nextDown : nearest
    }
    static func roundedUp(_ value: Double) -> Float {
        let nearest = Float(value)
        return Double(nearest) < value ? nearest.nextUp : nearest
    }
}

extension Double: Coefficient {
    static func least(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Double>, _ band: Band<Double>,
        _ sum: UnsafeMutablePointer<Double>, _ size: UnsafeMutablePointer<Double>
    ) { gs_least_f64(count, lanes, a, band.kernel, sum, size) }
    static func linesBackward(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Double>, _ slopes: Band<Double>,
        _ out: UnsafeMutablePointer<Double>
    ) { gs_lines_backward_f64(count, lanes, a, slopes.kernel, out) }
    static func linesForward(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Double>, _ slopes: Band<Double>, _ offsets: Band<Double>,
        _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
    ) { gs_lines_forward_f64(count, lanes, a, slopes.kernel, offsets.kernel, x, y) }
    static func reluLines(
        _ count: Int, _ lanes: Int, _ lower: UnsafePointer<Double>, _ upper: UnsafePointer<Double>,
        _ slopes: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>),
        _ offsets: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
    ) { gs_relu_lines_f64(count, lanes, lower, upper, slopes.0, slopes.1, offsets.0, offsets.1) }
    static func slopesAscend(
        _ count: Int, _ lanes: Int, _ a: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ slopes: Band<Double>,
        _ free: UnsafeMutablePointer<Double>,
        _ moments: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>), _ rate: Double, _ correction: Double
    ) { gs_slopes_ascend_f64(count, lanes, a, x, slopes.kernel, free, moments.0, moments.1, rate, correction) }
    static func multipliersApply(
        _ count: Int, _ lanes: Int, _ sign: UnsafePointer<Double>, _ multiplier: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<Double>
    ) { gs_multipliers_apply_f64(count, lanes, sign, multiplier, out) }
    static func multipliersAscend(
        _ count: Int, _ lanes: Int, _ sign: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
        _ multiplier: UnsafeMutablePointer<Double>,
        _ moments: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>), _ rate: Double, _ correction: Double
    ) { gs_multipliers_ascend_f64(count, lanes, sign, x, multiplier, moments.0, moments.1, rate, correction) }
    static func add(_ count: Int, _ lanes: Int, _ term: UnsafePointer<Double>, _ sum: UnsafeMutablePointer<Double>) {
        gs_scatter_add_f64(count, lanes, nil, term, sum)
    }

    static var roundoff: Double { 0x1p-53 }
    static func roundedDown(_ value: Double) -> Double { value }
    static func roundedUp(_ value: Double) -> Double { value }
}

extension Band<Float> {
    var kernel: gs_band_f32 {
        gs_band_f32(
            lower: lower, upper: upper, lower_row: lowerRow, lower_step: lowerStep, upper_row: upperRow,
            upper_step: upperStep)
    }
}

extension Band<Double> {
    var kernel: gs_band_f64 {
        gs_band_f64(
            lower: lower, upper: upper, lower_row: lowerRow, lower_step: lowerStep, upper_row: upperRow,
            upper_step: upperStep)
    }
}
