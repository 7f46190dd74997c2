/// What a number is made of, as far as its order among others can be told from that. Operands are numbers of expressions.
///
/// Equal expressions are equal numbers: what is computed twice alike is computed to the same bits, and sums and products
/// of two do not depend on their order. Arithmetic is that of float64, each operation rounded once, or of reals: models'
/// float32 sums may be fused, and are opaque.
enum Expression: Sendable, Hashable {
    case constant(Double)
    case opaque(GraphElement)
    case least([Int])
    case greatest([Int])
    case negated(Int)
    case sum(Int, Int)
    case difference(Int, Int)
    case product(Int, Int)
    case quotient(Int, Int)
    /// A function that never falls, neither as it is nor as it is computed: a choice, or rounded once.
    case rising(Rising, Int)
    /// The first where the condition holds, else the second.
    case choice(Int, Int, Int)
    /// A number that is none of these, but neither below their least nor above their greatest.
    case between([Int], GraphElement)
    /// The sum of many, or their mean, in whatever order the operation takes them.
    case total([Int], Reduce.Kind, Shape)

    enum Rising: Sendable, Hashable {
        case curve(Unary.Kind)
        case cast(ElementType)
    }
}

/// That one number is at most another, or below it.
struct Inequality: Sendable, Hashable {
    let lesser, greater: Int
    var isStrict = false

    /// What holds where this does not.
    var denied: Inequality { Inequality(lesser: greater, greater: lesser, isStrict: !isStrict) }
}
