import Kernels

/// What a row of logits says.
struct Prediction: Sendable {
    /// The most probable token, the first of equals, and how far its logit is above the next.
    let token: Int32
    let margin: Float
    let logPartition: Double
    let largest: Float
}

/// Logits of rows of the stream.
struct Head {
    /// Rows whose logits are in memory at a time.
    static let rowsAbreast = 48

    let model: Transformer
    let products: Products

    /// Calls `body` with each wanted row's index and its logits, in turn.
    func each(_ stream: Rows, wanted: [Int], _ body: (Int, UnsafeMutablePointer<Float>) -> Void) {
        guard let head = model.head else { return }
        let (width, abreast) = (model.configuration.width, min(Head.rowsAbreast, wanted.count))
        let stride = Rows.stride(width)
        let gathered = Floats(abreast * stride)
        let logits = Floats(abreast * head.weight.width)
        let packed = Floats(Products.packedCount(abreast, width))
        let input = Rows(start: gathered.start, width: width, stride: stride)
        let output = Rows(start: logits.start, width: model.configuration.vocabulary, stride: head.weight.width)
        for first in Swift.stride(from: 0, to: wanted.count, by: Head.rowsAbreast) {
            let rows = wanted[first..<min(first + Head.rowsAbreast, wanted.count)]
            for (index, row) in rows.enumerated() { input[index].update(from: stream[row], count: width) }
            products.multiply([(head, output)], input, count: rows.count, packed: packed)
            for index in 0..<rows.count {
                if model.configuration.logitCap > 0 {
                    gs_cap_f32(output.width, model.configuration.logitCap, output[index])
                }
                body(first + index, output[index])
            }
        }
    }

    static func prediction(_ logits: UnsafePointer<Float>, _ count: Int) -> Prediction {
        var summary = gs_logits_summary()
        gs_summarise_f32(count, logits, &summary)
        return Prediction(
            token: Int32(summary.largest), margin: summary.margin, logPartition: summary.log_partition,
            largest: summary.value)
    }
}
