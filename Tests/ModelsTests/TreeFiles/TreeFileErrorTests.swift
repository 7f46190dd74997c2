import Mutations
import Tensors
import Testing

@testable import Models

/// What is wrong with a file of trees is told with the key, the tree and the node; and nothing in one can crash the reader.
@Suite struct TreeFileErrorTests {
    private typealias Samples = TreeFileSamples

    @Test(arguments: [
        (
            #""left_children": [1, -1, 3, -1, -1]"#, #""left_children": [7, -1, 3, -1, -1]"#,
            "tree 0, node 0: it leads to node 7 of 5"
        ),
        (
            #""left_children": [1, -1, 3, -1, -1]"#, #""left_children": [1, -1, 0, -1, -1]"#,
            "tree 0: a path comes back to node 0"
        ),
        (
            #""left_children": [1, -1, 3, -1, -1]"#, #""left_children": [1, -1, 3]"#,
            "tree 0: `right_children` has 5 entries for 3 nodes"
        ),
        (#""split_indices": [0, 0, 2"#, #""split_indices": [0, 0, 3"#, "tree 0, node 2: it tests feature 3 of 3"),
        (#""split_conditions": [0.5,"#, #""split_conditions": [NaN,"#, "tree 0, node 0: its threshold is not a number"),
        (
            #""categories_sizes": [2]"#, #""categories_sizes": [9]"#,
            "tree 0: node 2 has categories 0 and 9 behind it, of 2"
        ),
        (
            #""categories": [1, 3]"#, #""categories": [1, -3]"#,
            "tree 0, node 2: its categories are missing, or not from 0 to 16777215"
        ),
        (#""tree_info": [0, 0]"#, #""tree_info": [0, 1]"#, "tree 1: it adds to target 1 of 1"),
        (
            #""size_leaf_vector": "1""#, #""size_leaf_vector": "3""#,
            "tree 0: a leaf gives 3 numbers: trees with vectors (`multi_strategy` multi_output_tree) are not supported"
        ),
        (
            #""num_feature": "3""#, #""num_feature": "999999999""#,
            "`num_feature` is 999999999, and has to be from 1 to 16777216"
        ),
        ("[5E-1]", "[1E0]", "`base_score` [1.0] gives no finite margin for objective `binary:logistic`"),
        ("[5E-1]", "[0.5, 0.5]", "`base_score` has 2 entries for 1 targets"),
        (
            "[5E-1]", "half",
            "key `learner.learner_model_param.base_score`: `half` is neither a number nor a list of them"
        ),
        ("binary:logistic", "my:own", "key `learner.objective.name`: objective `my:own` is not supported"),
        (
            #""name": "gbtree""#, #""name": "gblinear""#,
            "key `learner.gradient_booster.name`: booster `gblinear` is not supported (it is a linear model: write it as ONNX)"
        ),
        (#""tree_info""#, #""info""#, "there is no key `learner.gradient_booster.model.tree_info`"),
        (
            #""tree_info": [0, 0]"#, #""tree_info": [0, "b"]"#,
            "key `learner.gradient_booster.model.tree_info[1]`: it is not a whole number"
        ),
    ])
    func xgboost(_ old: String, _ new: String, _ message: String) {
        #expect(Samples.message(Samples.xgboost, old, new) == message)
    }

    @Test(arguments: [
        ("left_child=-1 -2", "left_child=-1 9", "tree 0, node 1: it leads to node 9 of 2"),
        ("left_child=-1 -2", "left_child=-1 -9", "tree 0, node 1: it leads to leaf 8 of 3"),
        ("left_child=-1 -2", "left_child=-1 0", "tree 0: a path comes back to node 0"),
        ("left_child=-1 -2", "left_child=-1", "tree 0: `left_child` has 1 entries for 2 tests"),
        (
            "num_leaves=3", "num_leaves=9000000000000000000",
            "tree 0: `leaf_value` has 3 entries for 9000000000000000000 leaves"
        ),
        ("num_leaves=3", "num_leaves=x", "tree 0: `x`, entry 0 of key `num_leaves`, is not a number of its kind"),
        ("threshold=-1 0", "threshold=nan 0", "tree 0, node 0: its threshold is not a number"),
        ("threshold=-1 0", "threshold=-1 4", "tree 0, node 1: it has set 4.0 of 1 sets of categories"),
        ("decision_type=6 1", "decision_type=14 1", "tree 0, node 0: its `decision_type` is 14, which is unknown"),
        ("cat_boundaries=0 1", "cat_boundaries=0 5", "tree 0, node 1: its categories are words 0 to 5 of 1"),
        (
            "is_linear=0", "is_linear=1",
            "trees with a linear model in each leaf (`linear_tree`) are not supported (train without `linear_tree`)"
        ),
        ("max_feature_idx=1", "max_feature_idx=0", "tree 0, node 1: it tests feature 1 of 1"),
        ("num_tree_per_iteration=1", "num_tree_per_iteration=3", "2 trees are not a multiple of 3"),
        ("max_feature_idx=1\n", "", "there is no key `max_feature_idx`"),
        ("binary sigmoid:2", "binary sigmoid:-1", "key `objective`: `sigmoid:-1` names no positive number"),
        ("binary sigmoid:2", "mine", "key `objective`: objective `mine` is not supported"),
        ("split_feature=0 1", "split_feature=0 1\nsplit_feature=0 1", "tree 0: key `split_feature` stands there twice"),
    ])
    func lightGBMText(_ old: String, _ new: String, _ message: String) {
        #expect(Samples.message(Samples.lightGBMText, old, new) == message)
    }

    @Test(arguments: [
        (
            #""missing_type": "Zero""#, #""missing_type": "Some""#,
            "key `tree_info[0].tree_structure.missing_type`: missing type `Some` is unknown"
        ),
        (
            #""0||2""#, #""0||b""#,
            "key `tree_info[0].tree_structure.right_child.threshold`: `0||b` is no list of categories"
        ),
        (
            #""leaf_value": -3"#, #""leaf_coeff": [1]"#,
            "trees with a linear model in each leaf (`linear_tree`) are not supported (train without `linear_tree`)"
        ),
        (#""split_feature": 1"#, #""split_feature": -1"#, "tree 0, node 2: it tests feature -1 of 2"),
    ])
    func lightGBMJSON(_ old: String, _ new: String, _ message: String) {
        #expect(Samples.message(Samples.lightGBMJSON, old, new) == message)
    }

    @Test(arguments: [
        ("[1, 2, 3, 4]", "[1, 2, 3]", "tree 0: 3 values do not fit the leaves of 2 tests"),
        (
            #""float_feature_index": 1"#, #""float_feature_index": 4"#,
            "tree 0, split 1: it tests feature 4, which there is not"
        ),
        (
            #""split_type": "FloatFeature""#, #""split_type": "OneHotFeature""#,
            "tree 0, split 0: a test of kind `OneHotFeature` is not supported: only numbers are, with a border"
        ),
        (
            #"{"float_features""#, #"{"categorical_features": [{}], "float_features""#,
            "key `features_info`: the model has 1 categorical features: only numbers are supported"
        ),
        ("RMSE", "Mine", "key `model_info.params.loss_function.type`: loss function `Mine` is not supported"),
        ("[2, [0.5]]", "[2, [0.5, 1]]", "`scale_and_bias` has 2 biases for 1 targets"),
        (#""border": 0.5"#, #""border": NaN"#, "tree 0, split 0: its border is not a number"),
        (
            #""flat_feature_index": 1"#, #""flat_feature_index": 99999999"#,
            "`flat_feature_index` is 99999999, and has to be from 0 to 16777215"
        ),
    ])
    func catBoost(_ old: String, _ new: String, _ message: String) {
        #expect(Samples.message(Samples.catBoost, old, new) == message)
    }

    @Test func whatIsNoModelSaysSo() {
        #expect(Samples.message(Array("{}".utf8)).hasPrefix("JSON, but no model of XGBoost, LightGBM or CatBoost"))
        #expect(Samples.message(Array(#"{"learner": 1}"#.utf8)) == "key `learner`: it is not an object")
        #expect(Samples.message(Array(Samples.xgboost.utf8.dropLast(3))).hasPrefix("the JSON is damaged"))
        #expect(Samples.message(Array("tree".utf8)).hasPrefix("there is no key"))
    }

    @Test func whatIsNoTextSaysSo() {
        for byte: UInt8 in [0, 0xFF, 0xC0] {
            #expect(Samples.message(Array("{\"learner".utf8) + [byte]) == "the JSON is damaged: it is not UTF-8")
        }
    }

    @Test func nestingIsBounded() {
        let deep = String(
            repeating:
                #"{"split_feature": 0, "threshold": 1, "decision_type": "<=", "default_left": true, "missing_type": "None", "left_child": {"leaf_value": 1}, "right_child": "#,
            count: 100_000)
        let file = #"{"max_feature_idx": 0, "num_tree_per_iteration": 1, "tree_info": [{"tree_structure": "# + deep
        #expect(Samples.message(Array(file.utf8)).hasPrefix("the JSON is damaged"))
        #expect(Samples.message(Array(String(repeating: "[", count: 100_000).utf8)) != "read")
        let list = Array("{i".utf8) + [1] + Array("a".utf8) + Array(String(repeating: "[", count: 100_000).utf8)
        #expect(Samples.message(list).contains("lists and objects are nested more than 64 deep"))
    }

    @Test func countsAreNoMoreThanThereAreBytes() {
        func message(_ tail: [UInt8]) -> String { Samples.message(Array("{i".utf8) + [1] + Array("a".utf8) + tail) }
        let huge: [UInt8] = Array("L".utf8) + [0x7F, 255, 255, 255, 255, 255, 255, 255]
        #expect(message(Array("[$d#".utf8) + huge) == "byte 17: 9223372036854775807 elements in 0 bytes")
        #expect(message(Array("[#".utf8) + huge).hasSuffix("elements in 0 bytes"))
        #expect(message(Array("S".utf8) + huge).hasSuffix("elements in 0 bytes"))
        #expect(message(Array("[$Z#".utf8) + huge) == "byte 7: a list of elements of type `Z`, which take no bytes")
        #expect(message(Array("?".utf8)) == "byte 5: `?` begins no value that is known")
        #expect(message(Array("l".utf8)) == "byte 5: the file ends too early")
    }

    @Test func noBytesCrashTheReaders() {
        let texts = [
            Samples.xgboost, Samples.lightGBMText, Samples.lightGBMJSON, Samples.catBoost, Samples.catBoostClasses,
        ]
        let seeds = texts.map { Array($0.utf8) } + [Samples.universalBinaryJSON]
        var mutations = Mutations(seed: 12)
        var read = 0
        for index in 0..<Mutations.count(ordinary: 6000) {
            let file = mutations.mutant(of: seeds[index % seeds.count])
            guard let model = try? ModelSource(file).model(.init(memory: 1 << 22)) else { continue }
            read += 1
            try? model.runOnZeros()
        }
        print("\(read) mutants are still read")
        #expect(read > 0)
    }
}
