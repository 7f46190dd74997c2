import Kernels

/// A number type that kernels exist for, so that one test serves both.
protocol Number: BinaryFloatingPoint {
    static var exactBits: (Self) -> UInt64 { get }
    static func pack(_ rows: Int, _ columns: Int, _ m: [Self], _ rowStride: Int, _ columnStride: Int) -> [Self]
    static func dense(
        _ rows: Int, _ columns: Int, _ lanes: Int, _ packed: [Self], _ bias: [Self]?, _ x: UnsafePointer<Self>,
        _ offsets: [Int32]?, _ y: UnsafeMutablePointer<Self>, _ stride: Int, _ store: gs_store, _ act: gs_activation)
    static func sparse(
        _ rows: Int, _ columns: Int, _ lanes: Int, _ packed: [Self], _ bias: [Self]?, _ x: UnsafePointer<Self>,
        _ wanted: [Self]?, _ y: UnsafeMutablePointer<Self>, _ store: gs_store, _ act: gs_activation)
    static func matmul(
        _ rows: Int, _ inner: Int, _ columns: Int, _ lanes: Int, _ a: UnsafePointer<Self>, _ aStrides: (Int, Int),
        _ b: UnsafePointer<Self>, _ bStrides: (Int, Int), _ out: UnsafeMutablePointer<Self>, _ stride: Int,
        _ store: gs_store)
    static func unary(_ op: gs_unary, _ a: Double, _ b: Double, _ x: [Self]) -> [Self]
    static func unaryGradient(
        _ op: gs_unary, _ a: Double, _ b: Double, _ x: [Self], _ y: [Self], _ gy: [Self]
    ) -> [Self]
    static func binary(_ op: gs_binary, _ count: Int, _ lanes: Int, _ a: Operand<Self>, _ b: Operand<Self>) -> [Self]
    static func binaryGradient(
        _ op: gs_binary, _ count: Int, _ lanes: Int, _ a: Operand<Self>, _ b: Operand<Self>, _ gout: [Self]
    ) -> ([Self], [Self])
    static func compare(
        _ op: gs_comparison, _ count: Int, _ lanes: Int, _ a: Operand<Self>, _ b: Operand<Self>
    ) -> [Double]
    static func reduce(
        _ kind: gs_reduction, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ table: [Int32]?, _ x: [Self]
    ) -> [Self]
    static func reduceGradient(
        _ kind: gs_reduction, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ table: [Int32]?, _ x: [Self],
        _ y: [Self], _ gout: [Self]
    ) -> [Self]
    static func arg(
        _ extremum: gs_extremum, _ tie: gs_tie, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ x: [Self]
    ) -> [Double]
    static func softmax(
        _ kind: gs_softmax, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ x: [Self]
    ) -> [Self]
    static func softmaxGradient(
        _ kind: gs_softmax, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ y: [Self], _ gout: [Self]
    ) -> [Self]
    static func pool(_ kind: gs_pool, _ w: Windows, _ planes: Int, _ lanes: Int, _ x: [Self]) -> [Self]
    static func poolGradient(
        _ kind: gs_pool, _ w: Windows, _ planes: Int, _ lanes: Int, _ x: [Self], _ y: [Self], _ gout: [Self],
        _ store: gs_store
    ) -> [Self]
}

/// An operand of a binary kernel: its numbers, table and spread.
struct Operand<T> {
    var data: [T]
    var table: [Int32]?
    var spread = GS_SPREAD_LANED
    var run = 0
    var step = 1
}

struct Windows {
    var inRows: Int, outRows: Int, size: Int
    var table: [Int32]
    var divisors: [Int32]?

    func with<R>(_ body: (gs_windows) -> R) -> R {
        table.withUnsafeBufferPointer { table in
            withOptional(divisors) { divisors in
                body(
                    gs_windows(
                        in_rows: inRows, out_rows: outRows, size: size, table: table.baseAddress, divisors: divisors))
            }
        }
    }
}

/// A pointer to the elements, or nil.
func withOptional<T, R>(_ array: [T]?, _ body: (UnsafePointer<T>?) -> R) -> R {
    guard let array else { return body(nil) }
    return array.withUnsafeBufferPointer { body($0.baseAddress) }
}

/// Bit for bit the same; any NaN is every other NaN.
func same<T: Number>(_ a: T, _ b: T) -> Bool { T.exactBits(a) == T.exactBits(b) || (a.isNaN && b.isNaN) }
func same<T: Number>(_ a: [T], _ b: [T]) -> Bool { a.count == b.count && zip(a, b).allSatisfy { same($0, $1) } }

/// The same numbers on every run (SplitMix64).
struct Noise {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Uniform in -1 ... 1.
    mutating func unit() -> Double { Double(next() >> 11) / 4_503_599_627_370_496 - 1 }

    mutating func numbers<T: Number>(_ count: Int, scale: Double = 2, as _: T.Type = T.self) -> [T] {
        (0..<count).map { _ in T(unit() * scale) }
    }

    mutating func table(_ count: Int, below limit: Int) -> [Int32] {
        (0..<count).map { _ in Int32(next() % UInt64(limit)) }
    }
}

/// The numbers where mistakes are made.
func special<T: Number>(_: T.Type) -> [T] {
    let positive: [T] = [
        0, .leastNonzeroMagnitude, .leastNormalMagnitude, 0.5, 1, 1.5, 2, 2.5, 3, 88, 89, 104, 1e4, 33_554_432,
        .greatestFiniteMagnitude, .infinity,
    ]
    return positive + positive.map { -$0 } + [.nan]
}
