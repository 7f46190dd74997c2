import Foundation
import Mutations
import Tensors
import Testing

@testable import Models

/// No operator crashes, whatever it is applied to: inputs of any number, shape and type, attributes of any value.
@Suite struct MutatedOperatorTests {
    private static let only = ProcessInfo.processInfo.environment["GAINSAY_MUTATED_OPERATOR"]

    @Test func nothingThatAnOperatorIsAppliedToCrashesIt() {
        let own = Model.operators.map { ($0, "") }
        let contributed = Contributed.rules.keys.sorted().map { ($0, "com.microsoft") }
        let operators = (own + contributed).filter { Self.only == nil || Self.only == $0.0 }
        var random = SplitMix(seed: 5)
        var accepted = 0
        for (name, domain) in operators {
            for _ in 0..<max(1, Mutations.count(ordinary: 6000) / operators.count) {
                let bytes = AnyNode(name, domain, &random).bytes
                guard let model = try? Model(onnx: bytes, .init(memory: 1 << 20)) else { continue }
                accepted += 1
                // Before it may crash.
                if Self.only != nil { print(name, model.signature.inputs, model.signature.outputs) }
                try? model.runOnZeros()
            }
        }
        print("\(accepted) nodes were accepted")
        #expect(accepted > 0)
    }
}

/// A file with one node, drawn at random.
private struct AnyNode {
    let bytes: [UInt8]

    init(_ name: String, _ domain: String, _ random: inout SplitMix) {
        let version = [1, 6, 7, 9, 10, 11, 13, 14, 17, 18, 19, 21, 23, 25, 28].randomElement(using: &random) ?? 13
        var model = ModelWriter(operatorSet: version, domains: ["com.microsoft"])
        var names: [String] = []
        // Often of one shape, so that operators get further than to their first check.
        let shape = Self.shape(&random)
        let element = Self.element(&random)
        for index in 0..<Int.random(in: 0...7, using: &random) {
            guard Int.random(in: 0..<10, using: &random) > 0 else {
                names.append("")
                continue
            }
            let own = Int.random(in: 0..<3, using: &random) == 0 ? shape : Self.shape(&random)
            let type = Bool.random(using: &random) ? element : Self.element(&random)
            names.append("i\(index)")
            if Bool.random(using: &random) {
                model.input("i\(index)", type, own.map { .size($0) })
            } else {
                model.initializer("i\(index)", Self.tensor(type, own, &random))
            }
        }
        let outputs = (0..<Int.random(in: 1...3, using: &random)).map { "o\($0)" }
        model.node(name, names, outputs, Self.attributes(&random), domain: domain)
        for output in outputs { model.output(output, .float32, []) }
        bytes = model.bytes()
    }

    private static func shape(_ random: inout SplitMix) -> [Int] {
        (0..<Int.random(in: 0...5, using: &random)).map { _ in
            [0, 1, 1, 2, 2, 3, 4, 4].randomElement(using: &random) ?? 1
        }
    }

    private static func element(_ random: inout SplitMix) -> ElementType {
        [.float32, .float32, .float32, .int64, .int64, .float64, .bool].randomElement(using: &random) ?? .float32
    }

    private static func tensor(_ element: ElementType, _ shape: [Int], _ random: inout SplitMix) -> Tensor {
        let extremes: [Double] = [0, 0, 1, 1, 1, 2, 2, 3, -1, -2, 4, 5, 0.5, 1e18, -9.3e18, 1e30, .infinity, .nan]
        let count = shape.reduce(1, *)
        let isTame = Int.random(in: 0..<3, using: &random) > 0
        let numbers = (0..<count).map { _ in extremes.prefix(isTame ? 13 : 18).randomElement(using: &random) ?? 0 }
        do {
            return try Tensor(
                TensorType(element, Shape(shape)), rounding: numbers.map { element.isReal ? $0 : whole($0) })
        } catch { return .scalar(Float(0)) }
    }

    private static func whole(_ number: Double) -> Double { number.isNaN ? 0 : min(max(number, -9e18), 9e18) }

    private static let integerNames = [
        "axis", "num_heads", "group", "kv_num_heads", "to", "q_num_heads", "p", "output_datatype", "k", "blocksize",
        "block_size", "time_axis", "start", "size", "sampling_ratio", "rotary_embedding_dim", "qk_matmul_output_mode",
        "output_width", "output_height", "output_dtype", "offset_group", "num_scan_inputs", "num_outputs", "num_groups",
        "min_gram_length", "max_skip_count", "max_gram_length", "local_window_size", "layout", "ignore_index", "end",
        "dtype", "bits", "batch_dims", "batch_axis", "activation_axis", "N", "K", "hidden_size", "keepdims", "transA",
        "transB", "reverse", "exclusive", "onesided", "do_rotary", "align_corners", "upper", "sorted", "largest",
        "select_last_index", "noop_with_empty_axes", "new_axis", "linear_before_reset", "channels_last", "is_causal",
        "inverse", "interleaved", "center_point_box", "ceil_mode", "broadcast", "antialias", "allowzero",
        "storage_order",
        "count_include_pad", "exclude_outside", "saturate", "training_mode", "unidirectional", "is_packed_batching",
    ]
    private static let listNames = [
        "axes", "pads", "strides", "kernel_shape", "dilations", "starts", "ends", "split", "shape", "perm",
        "output_shape", "output_padding", "pooled_shape", "qkv_hidden_sizes", "value_ints", "block_shape",
        "scan_input_axes", "scan_output_axes", "ngram_counts", "ngram_indexes", "pool_int64s",
    ]
    private static let numberNames = [
        "alpha", "beta", "epsilon", "scale", "spatial_scale", "softcap", "bias", "lambd", "gamma", "clip",
        "value_float",
        "extrapolation_value", "cubic_coeff_a", "momentum", "min", "max",
    ]
    private static let words = [
        "mode": [
            "linear", "cubic", "nearest", "reflect", "edge", "wrap", "constant", "bilinear", "avg", "max", "CRD", "TF",
        ],
        "reduction": ["none", "sum", "mean", "add", "mul", "max"],
        "direction": ["forward", "reverse", "bidirectional", "LEFT", "RIGHT"],
        "auto_pad": ["SAME_UPPER", "SAME_LOWER", "VALID"],
        "equation": ["ij,jk->ik", "...i,ij", "ii->i", "ij->", "i,,j"],
        "coordinate_transformation_mode": [
            "align_corners", "tf_crop_and_resize", "asymmetric", "half_pixel_symmetric",
        ],
        "keep_aspect_ratio_policy": ["not_larger", "not_smaller"], "padding_mode": ["border", "reflection"],
        "activation": ["Relu", "Tanh", "HardSigmoid"],
    ]

    private static func attributes(_ random: inout SplitMix) -> [(String, ModelWriter.Attribute)] {
        // Mostly few, small ones.
        let share = [2, 6, 15].randomElement(using: &random) ?? 6
        func isDrawn(_ random: inout SplitMix) -> Bool { Int.random(in: 0..<100, using: &random) < share }
        func integer(_ random: inout SplitMix) -> Int {
            if Int.random(in: 0..<12, using: &random) == 0 {
                return [Int.min, Int.max, 1 << 40, -(1 << 40), 1 << 31, 1 << 20, 1000].randomElement(using: &random)
                    ?? 0
            }
            return Int.random(in: -2...5, using: &random)
        }
        var attributes: [(String, ModelWriter.Attribute)] = []
        for name in integerNames where isDrawn(&random) { attributes.append((name, .integer(integer(&random)))) }
        for name in listNames where isDrawn(&random) {
            let count = Int.random(in: 0...6, using: &random)
            attributes.append((name, .integers((0..<count).map { _ in integer(&random) })))
        }
        for name in numberNames where isDrawn(&random) {
            let number = [0, 0.5, 1, -1, 2, 1e30, .infinity, .nan].randomElement(using: &random) ?? Float(0)
            attributes.append((name, .float(number)))
        }
        for (name, texts) in words.sorted(by: { $0.key < $1.key }) where isDrawn(&random) {
            attributes.append((name, .text(texts.randomElement(using: &random) ?? "")))
        }
        return attributes
    }
}
