/// Gradient descent with a step per coordinate from running moments: for ravines and badly scaled margins.
///
/// Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, on coordinates scaled to the box. Each
/// lane has a step size of its own, all decay geometrically over the run.
package struct Adam: Strategy {
    package let name: String
    private let starts: Starts

    package init(from starts: Starts) {
        self.starts = starts
        name = "adam, \(starts) starts"
    }

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard outset.hasGradient, starts != .elites || !outset.elites.isEmpty else { return nil }
        let parents = starts == .elites ? outset.parents(&random) : []
        let frame = starts.frame(outset, parents: parents)
        guard frame.active.contains(where: { outset.space.kinds[$0] != .category }) else { return nil }
        return AdamRun(starts, frame, parents, length: outset.length(from: 16, upTo: 200))
    }
}

private final class AdamRun: Run {
    let frame: Frame
    private let starts: Starts
    private let parents: [Elite]
    private let length: Int
    private let moving: [Int]
    private var iteration = -1
    private let current: Rows
    private let mean: Rows
    private let square: Rows
    private var decays = (mean: 1.0, square: 1.0)

    init(_ starts: Starts, _ frame: Frame, _ parents: [Elite], length: Int) {
        self.starts = starts
        self.frame = frame
        self.parents = parents
        self.length = length
        moving = frame.active.filter { frame.space.kinds[$0] != .category }
        current = Rows(frame.space.dimension, lanes: frame.lanes)
        mean = Rows(frame.space.dimension, lanes: frame.lanes)
        square = Rows(frame.space.dimension, lanes: frame.lanes)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard iteration < length else { return nil }
        if iteration < 0 {
            starts.fill(current.start, frame, parents: parents, &random)
            iteration = 0
        }
        tile.points.update(from: current.start, count: current.count * frame.lanes)
        return .gradient
    }

    func observe(_ tile: Tile) {
        iteration += 1
        decays.mean *= 0.9
        decays.square *= 0.99
        let fall = Double(iteration) / Double(length)
        let rates = (0..<frame.lanes).map { lane in
            Self.rates[lane % Self.rates.count] * Double(sign: .plus, exponent: -Int(fall * 7), significand: 1)
        }
        for row in moving {
            let values = current[row]
            let gradient = tile.gradients + row * frame.lanes
            let first = mean[row]
            let second = square[row]
            for lane in 0..<frame.lanes {
                let span = frame.span(row, lane)
                let slope = gradient[lane].isFinite ? gradient[lane] * span : 0
                first[lane] = 0.9 * first[lane] + 0.1 * slope
                second[lane] = 0.99 * second[lane] + 0.01 * slope * slope
                let size = (second[lane] / (1 - decays.square)).squareRoot()
                let move = size > 0 ? first[lane] / (1 - decays.mean) / size : 0
                values[lane] -= rates[lane] * span * move
            }
            Frame.clamp(values, frame.lower + row * frame.lanes, frame.upper + row * frame.lanes, frame.lanes)
        }
    }

    private static let rates = [0.3, 0.1, 0.03, 0.01]
}
