import Kernels
import Tensors

/// Rows of one input of a graph, and how they become a tile.
enum Column: Sendable {
    case floats([Float], width: Int)
    case doubles([Double], width: Int)

    /// As the input's type stores numbers: float32 as `Float`, all others as `Double`.
    init(_ tensor: Tensor, for type: TensorType) throws(TrainingError) {
        let rows = tensor.shape.dimensions.first ?? 0
        let width = type.shape.count
        guard rows > 0, tensor.count == rows * width else {
            throw TrainingError("rows of \(tensor.shape) do not fit an input of \(type.shape)")
        }
        self =
            type.element == .float32
            ? .floats(tensor.floats, width: width) : .doubles(tensor.doubles, width: width)
    }

    var bytes: Int {
        switch self {
        case .floats(_, let width): width * MemoryLayout<Float>.stride
        case .doubles(_, let width): width * MemoryLayout<Double>.stride
        }
    }

    /// Writes rows as lanes; the last row fills what is left.
    func load(_ rows: ArraySlice<Int>, lanes: Int, staging: UnsafeMutableRawPointer, to tile: UnsafeMutableRawPointer) {
        switch self {
        case .floats(let numbers, let width):
            let stage = staging.assumingMemoryBound(to: Float.self)
            Self.stage(numbers, width, rows, lanes, stage)
            gs_transpose_f32(lanes, width, stage, width, tile.assumingMemoryBound(to: Float.self), lanes)
        case .doubles(let numbers, let width):
            let stage = staging.assumingMemoryBound(to: Double.self)
            Self.stage(numbers, width, rows, lanes, stage)
            gs_transpose_f64(lanes, width, stage, width, tile.assumingMemoryBound(to: Double.self), lanes)
        }
    }

    private static func stage<Number>(
        _ numbers: [Number], _ width: Int, _ rows: ArraySlice<Int>, _ lanes: Int, _ target: UnsafeMutablePointer<Number>
    ) {
        numbers.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            for lane in 0..<lanes {
                let row = rows[rows.startIndex + min(lane, rows.count - 1)]
                (target + lane * width).update(from: base + row * width, count: width)
            }
        }
    }
}

extension Examples.Target {
    /// Writes the targets of rows as lanes: indicators of classes, all 0 where none is asked, or numbers.
    func load(_ rows: ArraySlice<Int>, lanes: Int, to tile: UnsafeMutablePointer<Float>) {
        tile.update(repeating: 0, count: width * lanes)
        for lane in 0..<lanes {
            let row = rows[rows.startIndex + min(lane, rows.count - 1)]
            switch self {
            case .classes(let classes, _): tile[Int(classes[row]) * lanes + lane] = 1
            case .numbers(let numbers, let width):
                for index in 0..<width { tile[index * lanes + lane] = numbers[row * width + index] }
            case .sequences(let classes, let positions, let count):
                for position in 0..<positions {
                    let wanted = classes[row * positions + position]
                    if wanted >= 0 { tile[(position * count + Int(wanted)) * lanes + lane] = 1 }
                }
            }
        }
    }
}
