import Checker
import Pages

/// Tensors of the same sizes as curves over the first dimension: a sound, a signal, the states of a loop.
struct Series {
    private let exhibits: [Exhibit]
    private let count, width: Int

    /// nil for what is too short for a curve, or has too many of them.
    init?(_ exhibits: [Exhibit]) {
        guard let sizes = exhibits.first?.sizes else { return nil }
        switch sizes.count {
        case 1 where sizes[0] > 32 || exhibits[0].isSound: (count, width) = (sizes[0], 1)
        case 2 where sizes[0] >= 8 && sizes[1] <= 8: (count, width) = (sizes[0], sizes[1])
        default: return nil
        }
        self.exhibits = Array(exhibits.prefix(6))
    }

    /// A plot of all for one curve each; of several curves one plot for each tensor.
    var blocks: [Block] {
        if width == 1 {
            return [.plot(plot(exhibits.map(\.name).joined(separator: " and "), exhibits.map { ($0.name, $0, 0) }))]
        }
        return exhibits.map { exhibit in
            .plot(plot(exhibit.name, (0..<width).map { ("\(exhibit.name)[.., \($0)]", exhibit, $0) }))
        }
    }

    private func plot(_ caption: String, _ lines: [(name: String, exhibit: Exhibit, column: Int)]) -> Plot {
        Plot(
            "\(caption), entry by entry", x: Axis("entry"), y: Axis("value"),
            lines: lines.map { .init($0.name, points($0.exhibit, $0.column)) })
    }

    /// Of long ones the least and the greatest value of each stretch, which look the same.
    private func points(_ exhibit: Exhibit, _ column: Int) -> [Plot.Point] {
        let values = (0..<count).map { exhibit.values[$0 * width + column] }
        guard count > Self.most else { return values.enumerated().map { .init(Double($0), $1) } }
        let stretch = (count + Self.most / 2 - 1) / (Self.most / 2)
        return stride(from: 0, to: count, by: stretch).flatMap { start -> [Plot.Point] in
            let range = start..<min(start + stretch, count)
            let finite = range.filter { values[$0].isFinite }
            guard let low = finite.min(by: { values[$0] < values[$1] }),
                let high = finite.max(by: { values[$0] < values[$1] })
            else { return [] }
            return [min(low, high), max(low, high)].map { .init(Double($0), values[$0]) }
        }
    }

    private static let most = 1200
}

extension Exhibit {
    fileprivate var isSound: Bool { if case .sound = view { true } else { false } }
}
