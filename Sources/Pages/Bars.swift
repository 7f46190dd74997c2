/// Groups of bars side by side: a group for each label, in it a bar for each series.
package struct Bars: Sendable {
    package struct Series: Sendable {
        package var label: String
        package var values: [Value]

        package init(_ label: String, _ values: [Value]) { (self.label, self.values) = (label, values) }
        package init(_ label: String, _ values: [Double]) { self.init(label, values.map { Value($0) }) }
    }

    package struct Value: Sendable {
        /// What is not finite has no bar.
        package var value: Double
        /// Drawn as a line through the end of the bar.
        package var interval: ClosedRange<Double>?

        package init(_ value: Double, _ interval: ClosedRange<Double>? = nil) {
            (self.value, self.interval) = (value, interval)
        }
    }

    package var caption: String
    /// What the bars are, and of what.
    package var labels: [String]
    package var axis: String
    package var y: Axis
    package var series: [Series]
    /// Lines across all bars: a bound that something has to pass, say.
    package var levels: [Level]

    package struct Level: Sendable {
        package var label: String
        package var value: Double
        package init(_ label: String, _ value: Double) { (self.label, self.value) = (label, value) }
    }

    package init(
        _ caption: String, axis: String, labels: [String], y: Axis, series: [Series], levels: [Level] = []
    ) {
        (self.caption, self.axis, self.labels, self.y) = (caption, axis, labels, y)
        (self.series, self.levels) = (series, levels)
    }

    /// So many labels fit below the bars; of more, every n-th is written.
    private static let room = 24
    private static let widest = 60.0

    var view: View {
        let paper = Paper()
        let ends = series.flatMap {
            $0.values.flatMap { [$0.value, $0.interval?.lowerBound, $0.interval?.upperBound] }
        }
        let up = y.scale(
            over: ends.compactMap { $0 } + levels.map(\.value) + [0], from: paper.bottom, to: paper.top)
        var view = paper.view("bars", caption: caption, x: axis, y: y.label)
        view["up"] = paper.ticks(up: up)
        let zero = min(max(up.place(0), paper.top), paper.bottom)
        view["zero"] = coordinate(zero)
        let group = (paper.right - paper.left) / Double(max(labels.count, 1))
        let every = (labels.count + Self.room - 1) / Self.room
        view["across"] = labels.indices.filter { $0 % max(every, 1) == 0 }.map { index in
            ["place": coordinate(paper.left + (Double(index) + 0.5) * group), "text": labels[index]] as View
        }
        view["bars"] = series.indices.flatMap { number in
            bars(of: number, group: group, zero: zero, up, paper)
        }
        view["levels"] = levels.filter { up.holds($0.value) }.map { level in
            ["place": coordinate(up.place(level.value))] as View
        }
        let keys = series.indices.map { ["label": series[$0].label, "colour": paper.colour($0 + 1), "style": "block"] }
        let guides = levels.map { ["label": $0.label, "colour": "guide", "style": "dashed"] }
        view["keys"] = (keys + guides).map { $0 as View }
        return view
    }

    private func bars(of number: Int, group: Double, zero: Double, _ up: Scale, _ paper: Paper) -> [View] {
        let width = min(group * 0.76 / Double(series.count), Self.widest)
        let margin = (group - width * Double(series.count)) / 2
        return zip(labels.indices, series[number].values).compactMap { index, value in
            guard value.value.isFinite else { return nil }
            let left = paper.left + Double(index) * group + margin + Double(number) * width
            let end = up.place(min(max(value.value, up.low), up.high))
            var bar: View = [
                "colour": paper.colour(number + 1), "x": coordinate(left), "y": coordinate(min(end, zero)),
                "width": coordinate(max(width - 1, 0.5)), "height": coordinate(abs(end - zero)),
                "text": "\(labels[index]), \(series[number].label): \(Scale.text(value.value))",
            ]
            bar["interval"] = value.interval.map { interval in
                let ends = [interval.lowerBound, interval.upperBound].map { min(max($0, up.low), up.high) }
                return [
                    "x": coordinate(left + width / 2), "from": coordinate(up.place(ends[0])),
                    "to": coordinate(up.place(ends[1])),
                ] as View
            }
            return bar
        }
    }
}
