import Tensors

@testable import Models

/// Small models of trees, made by hand, in the format of each library.
enum TreeFileSamples {
    /// x0 < 0.5, else whether x2 is category 1 or 3; a second tree of one leaf. The base score is a probability of a half.
    static let xgboost = """
        {"learner": {"attributes": {}, "feature_names": [],
          "gradient_booster": {"model": {"gbtree_model_param": {"num_trees": "2"}, "tree_info": [0, 0], "trees": [
            {"id": 0, "left_children": [1, -1, 3, -1, -1], "right_children": [2, -1, 4, -1, -1],
             "split_indices": [0, 0, 2, 0, 0], "split_conditions": [0.5, 1.0, 0.0, -1.0, 2.0], "default_left": [1, 0, 0, 0, 0],
             "split_type": [0, 0, 1, 0, 0], "categories": [1, 3], "categories_nodes": [2], "categories_segments": [0],
             "categories_sizes": [2], "sum_hessian": [NaN, Infinity, 1, 1, 1], "tree_param": {"size_leaf_vector": "1"}},
            {"id": 1, "left_children": [-1], "right_children": [-1], "split_indices": [0], "split_conditions": [0.25],
             "default_left": [0], "split_type": [0], "categories": [], "categories_nodes": [], "categories_segments": [],
             "categories_sizes": [], "tree_param": {"size_leaf_vector": "1"}}]}, "name": "gbtree"},
          "learner_model_param": {"base_score": "[5E-1]", "num_class": "0", "num_feature": "3", "num_target": "1"},
          "objective": {"name": "binary:logistic"}}, "version": [3, 2, 0]}
        """

    /// x0 <= -1, zeros missing and left; else whether x1 is category 0 or 2.
    static let lightGBMText = """
        tree
        version=v4
        num_class=1
        num_tree_per_iteration=1
        max_feature_idx=1
        objective=binary sigmoid:2
        feature_names=a b
        tree_sizes=1 1

        Tree=0
        num_leaves=3
        num_cat=1
        split_feature=0 1
        threshold=-1 0
        decision_type=6 1
        left_child=-1 -2
        right_child=1 -3
        leaf_value=1 2 -3
        cat_boundaries=0 1
        cat_threshold=5
        is_linear=0
        shrinkage=1

        Tree=1
        num_leaves=1
        num_cat=0
        leaf_value=0.5
        shrinkage=1

        end of trees

        parameters:
        [boosting: gbdt]
        """

    /// The same as JSON.
    static let lightGBMJSON = """
        {"name": "tree", "version": "v4", "num_class": 1, "num_tree_per_iteration": 1, "max_feature_idx": 1,
         "objective": "binary sigmoid:2", "average_output": false, "feature_names": ["a", "b"], "tree_info": [
          {"tree_index": 0, "num_leaves": 3, "tree_structure": {"split_feature": 0, "threshold": -1, "decision_type": "<=",
            "default_left": true, "missing_type": "Zero", "left_child": {"leaf_index": 0, "leaf_value": 1},
            "right_child": {"split_feature": 1, "threshold": "0||2", "decision_type": "==", "default_left": false,
              "missing_type": "None", "left_child": {"leaf_value": 2}, "right_child": {"leaf_value": -3}}}},
          {"tree_index": 1, "num_leaves": 1, "tree_structure": {"leaf_value": 0.5}}]}
        """

    /// One symmetric tree: bit 0 is x0 > 0.5, bit 1 is x1 > 1, where NaN is the greatest number.
    static let catBoost = """
        {"features_info": {"float_features": [
           {"feature_index": 0, "flat_feature_index": 0, "nan_value_treatment": "AsIs", "borders": [0.5]},
           {"feature_index": 1, "flat_feature_index": 1, "nan_value_treatment": "AsTrue", "borders": [1]}]},
         "model_info": {"params": {"loss_function": {"type": "RMSE"}}}, "scale_and_bias": [2, [0.5]],
         "oblivious_trees": [{"leaf_values": [1, 2, 3, 4], "splits": [
           {"border": 0.5, "float_feature_index": 0, "split_type": "FloatFeature"},
           {"border": 1, "float_feature_index": 1, "split_type": "FloatFeature"}]}]}
        """

    /// Three classes that are called 7, 3 and 5, in one tree that is not symmetric.
    static let catBoostClasses = """
        {"features_info": {"float_features": [{"feature_index": 0, "flat_feature_index": 1, "nan_value_treatment": "AsFalse"}]},
         "model_info": {"params": {"loss_function": {"type": "MultiClass"}}, "class_params": {"class_names": [7, 3, 5]}},
         "scale_and_bias": [1, [0, 0, 0]], "trees": [{"split": {"border": 0, "float_feature_index": 0, "split_type": "FloatFeature"},
           "left": {"value": [1, 2, 0]}, "right": {"split": {"border": 2, "float_feature_index": 0, "split_type": "FloatFeature"},
             "left": {"value": [2, 1, 2]}, "right": {"value": [0, 1, 4]}}}]}
        """

    /// `{"learner": {..}}` with numbers of every width, a list with a type and one with a count, and what says nothing.
    static let universalBinaryJSON: [UInt8] = {
        func key(_ name: String) -> [UInt8] { [UInt8(ascii: "i"), UInt8(name.utf8.count)] + name.utf8 }
        func string(_ text: String) -> [UInt8] { [UInt8(ascii: "S")] + key(text) }
        func list(_ type: Character, _ bytes: [[UInt8]]) -> [UInt8] {
            Array("[$\(type)#U".utf8) + [UInt8(bytes.count)] + bytes.flatMap { $0 }
        }
        func floats(_ numbers: [Float]) -> [UInt8] {
            list(
                "d",
                numbers.map { number in (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (24 - 8 * $0)) } })
        }
        func int32(_ numbers: [Int32]) -> [UInt8] {
            list("l", numbers.map { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } })
        }
        func object(_ entries: [(String, [UInt8])]) -> [UInt8] {
            Array("{".utf8) + entries.flatMap { key($0.0) + $0.1 } + Array("}".utf8)
        }
        let tree = object([
            ("id", Array("NU".utf8) + [0]), ("left_children", int32([1, -1, -1])),
            ("right_children", int32([2, -1, -1])),
            ("split_indices", int32([1, 0, 0])), ("split_conditions", floats([0.1, -1, 2])),
            ("default_left", list("U", [[1], [0], [0]])),
        ])
        let model = object([
            ("trees", Array("[#U".utf8) + [1] + tree), ("tree_info", Array("[i".utf8) + [0] + Array("]".utf8)),
        ])
        let parameters = object([
            ("base_score", string("5E-1")), ("num_class", string("0")), ("num_feature", string("2")),
        ])
        return object([
            (
                "learner",
                object([
                    ("gradient_booster", object([("name", string("gbtree")), ("model", model)])),
                    ("learner_model_param", parameters), ("objective", object([("name", string("reg:squarederror"))])),
                ])
            ),
            (
                "version",
                Array("[".utf8) + Array("i".utf8) + [1] + Array("I".utf8) + [0, 7] + Array("L".utf8) + [
                    0, 0, 0, 0, 0, 0, 0, 6,
                ] + Array("]".utf8)
            ),
        ])
    }()

    /// What a model answers to rows, by the names of outputs and inner tensors.
    static func answers(_ file: [UInt8], _ rows: [[Double]]) throws -> [String: [Double]] {
        let graph = try ModelSource(file).model().graph
        let type = graph.type(of: graph.inputs[0].value)
        let batch = try Tensor(
            TensorType(type.element, Shape([rows.count] + type.shape.dimensions)), rounding: rows.flatMap { $0 })
        let wanted = graph.outputs + graph.inner
        let results = try Evaluator(graph, outputs: wanted.map(\.value)).run([batch])
        return Dictionary(zip(wanted.map(\.name), results.map(\.doubles)), uniquingKeysWith: { first, _ in first })
    }

    static func answers(_ file: String, _ rows: [[Double]]) throws -> [String: [Double]] {
        try answers(Array(file.utf8), rows)
    }

    /// Why a file is not read, or that it is.
    static func message(_ file: [UInt8]) -> String {
        do {
            _ = try ModelSource(file).model()
            return "read"
        } catch { return error.description }
    }

    /// The same of a sample in which one text stands for another, which has to be there.
    static func message(_ file: String, _ old: String, _ new: String) -> String {
        let parts = file.components(of: old)
        guard parts.count > 1 else { return "`\(old)` is not there" }
        return message(Array((parts[0] + new + parts.dropFirst().joined(separator: old)).utf8))
    }
}

extension String {
    fileprivate func components(of separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
