import Datasets
import Tensors

/// What is said of a network with boxes.
extension HiddenPlanting {
    /// The centres of all boxes, column `center`, as .npz.
    package func centers() throws -> [UInt8] {
        let shape = try Shape([boxes.boxes.count] + network.shape)
        let centers = try Tensor(shape, boxes.boxes.flatMap(\.center))
        return try Dataset([.init("center", centers)]).npz()
    }

    /// Of each box that class 1 wins all over it; model.onnx and boxes.npz are in the same folder.
    package var spec: String {
        let sizes = network.shape.map { "\($0)" }.joined(separator: ", ")
        return """
            // Class 1 wins all over each box. In some of them it does not.
            let radius: Real = \(boxes.radius)

            model net : (x: Tensor[\(sizes)]) -> (scores: Tensor[2]) from "model.onnx"
            data boxes : { center: Tensor[\(sizes)] } from "boxes.npz"

            property robust "class 1 wins all over the box" {
              for { center } in boxes
              forall change: Tensor[\(sizes)] in [-radius, radius]
              let scores = net(center + change)
              check scores[0] <= scores[1]
            }

            """
    }
}
