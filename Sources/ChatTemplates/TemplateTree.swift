/// A template as it is written: what is rendered in order.
indirect enum TemplateNode {
    case words([UInt32])
    case show(TemplateExpression)
    case choice([(condition: TemplateExpression, body: [TemplateNode])], otherwise: [TemplateNode])
    case loop(TemplateLoop)
    case set([TemplateTarget], TemplateExpression)
    /// What the body renders to.
    case capture(TemplateTarget, [TemplateNode])
    case stop
    case skip
}

struct TemplateLoop {
    let targets: [String]
    let over: TemplateExpression
    let condition: TemplateExpression?
    let body: [TemplateNode]
    let otherwise: [TemplateNode]
}

/// A name, or a namespace's member.
struct TemplateTarget {
    let name: String
    let member: String?
}

indirect enum TemplateExpression {
    enum Binary: String {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case floor = "//"
        case remainder = "%"
        case join = "~"
    }

    enum Comparison: String {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case within = "in"
        case notWithin = "not in"
    }

    case constant(TemplateValue)
    case name(String)
    case list([TemplateExpression])
    case mapping([(TemplateExpression, TemplateExpression)])
    case member(TemplateExpression, String)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, from: TemplateExpression?, to: TemplateExpression?, step: TemplateExpression?)
    case call(TemplateExpression, TemplateArguments)
    case filter(TemplateExpression, String, TemplateArguments)
    case test(TemplateExpression, String, TemplateArguments, negated: Bool)
    case negative(TemplateExpression)
    case not(TemplateExpression)
    case and(TemplateExpression, TemplateExpression)
    case or(TemplateExpression, TemplateExpression)
    case binary(Binary, TemplateExpression, TemplateExpression)
    /// a < b < c
    case compare(TemplateExpression, [(Comparison, TemplateExpression)])
    case choice(TemplateExpression, condition: TemplateExpression, otherwise: TemplateExpression?)
}

struct TemplateArguments {
    var plain: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
}
