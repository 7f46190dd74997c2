/// Texts by their generators: drawn anew, or like those of the best points so far.
package struct Wordings: Strategy {
    package let name = "texts"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        outset.space.texts.isEmpty ? nil : WordingsRun(outset, &random)
    }
}

private final class WordingsRun: Run {
    let frame: Frame
    private let parents: [Elite]
    private let mates: [Elite]
    private var remaining: Int

    init(_ outset: Outset, _ random: inout Random) {
        parents = outset.elites.isEmpty ? [] : outset.parents(&random)
        mates = outset.elites.isEmpty ? [] : outset.parents(&random)
        frame = outset.frame(parents.isEmpty ? outset.boxes : parents.map(\.box))
        remaining = outset.length(from: 4, upTo: 16)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        frame.fillUniform(tile.points, &random)
        // With a parent two thirds of the lanes are like it.
        let likes = (0..<frame.lanes).map { _ in !parents.isEmpty && random.below(3) > 0 }
        let isText = textRows
        for lane in 0..<frame.lanes where likes[lane] {
            for row in 0..<frame.space.dimension where isText[row] || random.below(4) > 0 {
                tile.points[row * frame.lanes + lane] = parents[lane].point[row]
            }
        }
        for text in frame.space.texts { fill(text, tile, likes, &random) }
        return .margins
    }

    func observe(_ tile: Tile) {}

    private lazy var textRows: [Bool] = {
        var rows = [Bool](repeating: false, count: frame.space.dimension)
        for text in frame.space.texts { for row in text.coordinates { rows[row] = true } }
        return rows
    }()

    private func fill(_ text: TextVariable, _ tile: Tile, _ likes: [Bool], _ random: inout Random) {
        let drawn = text.wording.drawn(frame.lanes, &random)
        for lane in 0..<frame.lanes {
            var choices = drawn[lane]
            if likes[lane] {
                // One text in four stays, where others may change.
                if frame.space.texts.count > 1, random.below(4) == 0 { continue }
                choices = text.wording.changed(
                    Array(parents[lane].point[text.coordinates]), Array(mates[lane].point[text.coordinates]), &random)
            }
            for (row, choice) in zip(text.coordinates, choices) { tile.points[row * frame.lanes + lane] = choice }
        }
    }
}
