import Diagnostics
import Statistics
import Tensors
import Texts

/// A typed expression; immutable, shared where the spec shares it.
///
/// Arithmetic is Float64. Where one operand is a scalar and the other a tensor, the scalar meets every element; two
/// tensors broadcast as in NumPy, decided here: `type` is the result.
package final class Term: Sendable {
    package let kind: Kind
    package let type: SayType
    package let span: Span
    /// Terms inside one another, names included; the checker lets none be higher than `Bounds.height`.
    package let height: Int

    /// Of a quotient of sums that is the rate or the mean of several variables together: what it is of.
    private let quotient: Drawn?

    package init(_ kind: Kind, _ type: SayType, at span: Span, averaging quotient: Drawn? = nil) {
        self.kind = kind
        self.type = type
        self.span = span
        self.quotient = quotient
        height = kind.height + 1
    }

    /// A rate or a mean that is computed from all values: what would estimate it, were they drawn evenly; nil of other terms.
    package var average: Drawn? {
        guard case .aggregate(let it) = kind, it.kind == .rate || it.kind == .mean else { return quotient }
        return Drawn(
            measure: it.kind == .rate ? .rate : .mean, variables: [it.binder], filter: it.filter, body: it.body)
    }

    package indirect enum Kind: Sendable {
        /// A quantified variable, or the binder of an enclosing aggregate.
        case variable(id: Int)
        /// A `let` of the property, of an inlined function, or of a block.
        case binding(Binding)
        /// The row of this number of a table: `train[0]`.
        case row(table: Int, Term)
        /// The number of the row that an enclosing aggregate is at, an Int.
        case place(of: Int)
        /// Row-major values: one for a scalar. A Bool is 0 or 1, an enum case its index.
        case constant([Double])
        case field(Term, index: Int)
        /// A record; also what `with { ... }` makes.
        case record([Term])
        /// Model `model` of `CheckedSpec.models` on `inputs`; terms with equal `site` are one call.
        /// Inputs and result have the shapes of the file's ports; what the declaration says otherwise is made around it.
        case call(model: Int, site: Int, inputs: [Term], port: Port)
        case arithmetic(Arithmetic, Term, Term)
        /// Element by element; two scalars give a Bool. Operands are numbers, or of one enum, or Bool (`equal`, `notEqual`).
        case compare(Comparison, Term, Term)
        case and([Term])
        case or([Term])
        case implies(Term, Term)
        case not(Term)
        /// Element by element: the first where the Bool condition holds, else the second.
        case select(Term, Term, Term)
        case apply(Function, [Term])
        /// Of texts and numbers: a text, a number, numbers, or a condition.
        case text(TextFunction, [Term])
        /// `x[i, 1..3]`: an entry per leading dimension.
        case index(Term, [IndexEntry])
        case reshape(Term)
        /// Along an existing dimension.
        case concat([Term], axis: Int)
        /// `[a, b, c]`: a new leading dimension.
        case stack([Term])
        case aggregate(Aggregate)
        /// An aggregate over few values, written out.
        case listed(Listed)
        /// `iterate`, `trace`, `fold`: the body again and again.
        case loop(Loop)
        /// `forall y: Real in [0, 1] : ...`; none is left in a checked property: see Prenex.swift.
        case quantified(Quantified)
        /// A number that is estimated from what is drawn.
        case drawn(Drawn)
    }

    package enum Port: Sendable, Hashable {
        case output(Int)
        case inner(Int)
    }

    package enum Arithmetic: String, Sendable { case add, subtract, multiply, divide, power, remainder }

    package enum Comparison: String, Sendable { case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual }

    package enum IndexEntry: Sendable {
        /// Drops the dimension. An Int or enum term, constant or not; a value outside means the nearest entry.
        case at(Term)
        /// Keeps the dimension.
        case slice(Range<Int>)
    }

    /// Functions of the language that are not arithmetic. A norm and a reduction read a whole tensor unless `axis` says one.
    package enum Function: Sendable, Hashable {
        case negate, abs, exp, log, sqrt, sin, cos, tan, tanh, sigmoid, relu, sign, floor, ceil, round
        /// (x, low, high)
        case clamp
        /// Element by element, of two or more.
        case min, max
        case sum(axis: Int?)
        case mean(axis: Int?)
        case least(axis: Int?)
        case greatest(axis: Int?)
        case l0, l1, l2, linf
        /// Whether all, or any, entries of a Bool tensor hold.
        case every, some
        /// Ties go to the lowest index.
        case argmax, argmin
        case softmax(axis: Int)
        /// The logarithm of softmax, computed stably.
        case logSoftmax(axis: Int)
        /// Along one dimension, NaN last: the entries in order, or the places where they stood.
        case sort(SortOrder, axis: Int)
        case argsort(axis: Int)
        /// Below it lies a share of the entries: see `Quantile`.
        case quantile(Double, axis: Int?)
        case transpose([Int])
        case matmul
        /// To a Real 0 or 1 from a Bool; to a Real or Int from the other.
        case convert
    }

    /// `rate(row in test where f : body)`, over a table's rows or over every value of a finite domain. What is `stacked` is
    /// kept, an entry for each along a new first dimension, and has no filter.
    package struct Aggregate: Sendable {
        package enum Kind: String, Sendable { case rate, mean, sum, all, any, least, greatest, stacked }
        package var kind: Kind
        package var binder: QuantifiedVariable
        package var filter: Term?
        package var body: Term

        package init(kind: Kind, binder: QuantifiedVariable, filter: Term?, body: Term) {
            (self.kind, self.binder, self.filter, self.body) = (kind, binder, filter, body)
        }
    }

    /// What an aggregate comes to when its body is written out for each value, in the order of the domain.
    package struct Listed: Sendable {
        package struct Entry: Sendable {
            /// The entry counts where this holds; nil where it always does.
            package var condition: Term?
            package var value: Term
        }
        package var kind: Aggregate.Kind
        package var entries: [Entry]
    }

    /// A Bool for all, or for some, values of variables that have infinitely many.
    package struct Quantified: Sendable {
        package var quantifier: Quantifier
        package var variables: [QuantifiedVariable]
        /// What `where` and open bounds say; the values that do not meet it do not count.
        package var conditions: [Term]
        package var body: Term
    }

    /// `rate(row in test, noise: Tensor[3] ~ normal(0, 0.1) : body)`: a number of the distribution of a body's values. The
    /// variables are drawn together and independently; draws that the filter does not let through do not count.
    package struct Drawn: Sendable {
        package var measure: Measure
        package var variables: [QuantifiedVariable]
        package var filter: Term?
        package var body: Term

        package init(measure: Measure, variables: [QuantifiedVariable], filter: Term?, body: Term) {
            (self.measure, self.variables, self.filter, self.body) = (measure, variables, filter, body)
        }
    }

    /// A body that is run a fixed number of times, each time on the state that it gave the time before.
    package struct Loop: Sendable {
        /// An input that the body has besides the state: entry k of `over` in step k.
        package struct Scan: Sendable {
            package var id: Int
            package var type: SayType
            package var over: Term
        }

        package enum Result: Sendable, Hashable {
            /// The state after the last step.
            case last
            /// All states, the first among them.
            case trace
        }

        /// The state before a step, as the body names it.
        package var state: Int
        package var body: Term
        package var from: Term
        package var times: Int
        package var scan: Scan?
        package var result: Result
    }
}
