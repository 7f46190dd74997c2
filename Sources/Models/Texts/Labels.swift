import Tensors

/// A list of keys or of values of an operator: texts or numbers.
enum Labels {
    case texts([String])
    case numbers(Tensor)

    var count: Int {
        switch self {
        case .texts(let texts): texts.count
        case .numbers(let numbers): numbers.count
        }
    }

    /// With one more at the end.
    func appending(_ last: Labels) throws -> Labels {
        switch (self, last) {
        case (.texts(let texts), .texts(let more)): return .texts(texts + more)
        case (.numbers(let numbers), .numbers(let more)):
            let doubles = numbers.doubles + more.doubles
            let shape = try Shape([numbers.count + more.count])
            if let first = numbers.integers, let second = more.integers {
                return .numbers(try Tensor(shape, first + second))
            }
            return .numbers(try Tensor(TensorType(numbers.element, shape), rounding: doubles))
        default: throw ModelError("its default is of another type than its values")
        }
    }
}

extension Application {
    /// The list that stands in one of the attributes `name_strings`, `name_int64s`, `name_floats`, `name_tensor`.
    func labels(_ name: String) throws -> Labels? {
        if let texts = try texts("\(name)_strings") { return .texts(texts) }
        if let integers = try integers("\(name)_int64s") {
            return .numbers(try Tensor(Shape([integers.count]), integers.map(Int64.init)))
        }
        if let floats = try floats("\(name)_floats") { return .numbers(try Tensor(Shape([floats.count]), floats)) }
        return try labels(tensor: "\(name)_tensor")
    }

    /// The elements of an attribute that is a tensor, in order.
    func labels(tensor name: String) throws -> Labels? {
        guard case .tensor(let proto) = value(name) else { return nil }
        if proto.elementType == ElementKind.string.rawValue { return .texts(try TensorElements.texts(proto).texts) }
        guard let tensor = try tensor(name) else { return nil }
        return .numbers(try tensor.reshaped(Shape([tensor.count])))
    }

    /// What the labels are at places from 0 to below their number.
    func labels(_ labels: Labels, at places: Value) throws -> Item {
        switch labels {
        case .texts(let texts): return try renumbered(places, texts).item
        case .numbers(let numbers): return .tensor(try lookup(places, in: numbers), ElementKind(numbers.element))
        }
    }

    /// For each text the first place that has it, `keys.count` where none does.
    func places(of value: TextValue, among keys: [String]) throws -> Value {
        let places = keys.places
        let table = value.vocabulary.map { Int64(places[ExactText($0)] ?? keys.count) }
        return try lookup(value.indices, in: Tensor(Shape([table.count]), table))
    }

    /// The same of numbers; NaN is equal to NaN since version 4 of LabelEncoder.
    func places(of x: Value, among keys: Tensor) throws -> Value {
        let element = self.element(x)
        let keys =
            try element == .int64 && keys.element == .int64
            ? keys : Tensor(TensorType(element, Shape([keys.count])), rounding: keys.doubles)
        let rank = shape(x).rank
        let column = try add(Rearrange.unsqueeze(shape(x), axes: [rank]), x)
        var isKey = try binary(.equal, column, constant(keys))
        let missing = keys.doubles.map(\.isNaN)
        if element.isReal, version >= 4, missing.contains(true) {
            let isMissing = try compose { try $0.isNaN(column) }
            isKey = try binary(.or, isKey, binary(.and, isMissing, constant(Tensor(Shape([keys.count]), missing))))
        }
        // Behind the keys stands what wins where none of them does.
        let none = try expand(constant(.scalar(Float(0.5))), to: Shape(shape(x).dimensions + [1]))
        let scores = try concatenate([cast(isKey, to: .float32), none], axis: rank)
        return try add(ArgExtremum(.max, axis: rank), scores)
    }
}
