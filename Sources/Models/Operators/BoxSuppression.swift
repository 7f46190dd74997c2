import Tensors

/// Boxes chosen by score, of each class in each batch, none of which overlaps a better one by more than a threshold.
struct BoxSuppression {
    private struct Box {
        let low, high: (x: Float, y: Float)

        /// Opposite corners in either order, y first; or centre and size, x first.
        init(_ numbers: ArraySlice<Float>, isCentred: Bool) {
            let n = Array(numbers)
            if isCentred {
                low = (n[0] - n[2] / 2, n[1] - n[3] / 2)
                high = (n[0] + n[2] / 2, n[1] + n[3] / 2)
            } else {
                low = (min(n[1], n[3]), min(n[0], n[2]))
                high = (max(n[1], n[3]), max(n[0], n[2]))
            }
        }

        var area: Float { (high.x - low.x) * (high.y - low.y) }

        func overlaps(_ other: Box, beyond threshold: Float) -> Bool {
            let width = min(high.x, other.high.x) - max(low.x, other.low.x)
            let height = min(high.y, other.high.y) - max(low.y, other.low.y)
            guard width > 0, height > 0, area > 0, other.area > 0 else { return false }
            let common = width * height
            return common / (area + other.area - common) > threshold
        }
    }

    private let boxes, scores: [Float]
    private let batches, classes, count, most: Int
    private let threshold: Float
    private let leastScore: Float?
    private let isCentred: Bool

    init(_ node: Application) throws {
        let (boxes, scores) = (try node.constant(0, "boxes"), try node.constant(1, "scores"))
        guard boxes.shape.rank == 3, scores.shape.rank == 3, boxes.shape[2] == 4, boxes.shape[1] == scores.shape[2],
            boxes.shape[0] == scores.shape[0]
        else { throw ModelError("boxes \(boxes.shape) and scores \(scores.shape)") }
        (self.boxes, self.scores) = (boxes.floats, scores.floats)
        (batches, classes, count) = (scores.shape[0], scores.shape[1], scores.shape[2])
        // Nothing is chosen where it is not said how many.
        most = try node.optional(2) == nil ? 0 : node.whole(2, "max_output_boxes_per_class")
        threshold = try node.optional(3) == nil ? 0 : Float(node.number(3, "iou_threshold"))
        leastScore = try node.optional(4) == nil ? nil : Float(node.number(4, "score_threshold"))
        isCentred = try node.flag("center_point_box")
    }

    /// Batch, class and box of each that is chosen.
    func selected() throws -> Tensor {
        var rows: [Int64] = []
        for batch in 0..<batches {
            for category in 0..<classes {
                for box in chosen(batch, category) { rows += [Int64(batch), Int64(category), Int64(box)] }
            }
        }
        return try Tensor(Shape([rows.count / 3, 3]), rows)
    }

    private func chosen(_ batch: Int, _ category: Int) -> [Int] {
        let start = (batch * classes + category) * count
        let own = Array(scores[start..<start + count])
        var kept: [(place: Int, box: Box)] = []
        for place in SortOrder.descending.places(of: own) where kept.count < most {
            if let leastScore, !(own[place] > leastScore) { continue }
            let first = (batch * count + place) * 4
            let box = Box(boxes[first..<first + 4], isCentred: isCentred)
            if kept.allSatisfy({ !box.overlaps($0.box, beyond: threshold) }) { kept.append((place, box)) }
        }
        return kept.map(\.place)
    }
}
