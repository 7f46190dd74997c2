/// What kind of point this is: two violations with one signature count as the same.
///
/// The box, the values of all categories, and which outputs are the largest and the smallest. Where the objective tells
/// fewer than two outputs, instead of those the quarter of the box that the point lies in, along each of the first 16
/// coordinates that vary.
package struct Signature: Hashable, Sendable {
    package let box: Int
    package let categories: [Double]
    package let largest: Int
    package let smallest: Int
    package let cell: [Int]

    /// `outputs` are those of lane `lane` of so many.
    init(_ point: [Double], box: Int, space: Space, outputs: UnsafePointer<Double>, count: Int, lanes: Int, lane: Int) {
        self.box = box
        categories = space.kinds.indices.filter { space.kinds[$0] == .category }.map { point[$0] }
        var largest = 0
        var smallest = 0
        for index in 0..<count {
            let value = outputs[index * lanes + lane]
            if value > outputs[largest * lanes + lane] { largest = index }
            if value < outputs[smallest * lanes + lane] { smallest = index }
        }
        self.largest = largest
        self.smallest = smallest
        cell = count < 2 ? Self.cell(point, space.boxes[box]) : []
    }

    private static func cell(_ point: [Double], _ box: Box) -> [Int] {
        let varying = point.indices.lazy.filter { box.lower[$0] < box.upper[$0] }
        return varying.prefix(16).map { index in
            let half = box.upper[index] / 2 - box.lower[index] / 2
            let fraction = (point[index] / 2 - box.lower[index] / 2) / half
            return fraction < 0.25 ? 0 : fraction < 0.5 ? 1 : fraction < 0.75 ? 2 : 3
        }
    }
}
