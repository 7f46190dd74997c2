import Checker
import Search
import Statistics
import Tensors

/// `smoothed(net, sigma: ..., samples: ...)`: randomised smoothing.
///
/// Source: Cohen, Rosenfeld and Kolter, "Certified adversarial robustness via randomized smoothing", 2019 (arXiv 1902.02918):
/// CERTIFY of section 3.2.2, whose radius is that of Theorem 1 with 1 - the lower bound for the second class's share. The
/// noise is drawn once and is the same for all inputs, so what the confidence is of holds for an input that was chosen
/// without a look at it.
package struct VotePlan: Sendable {
    /// Noise: [draws, ...], of the draws that choose the class and of those that count.
    package let pilot, noise: Tensor
    /// By the number of votes for the chosen class: the certified radius, 0 where that is no majority for sure.
    package let radii: [Double]

    init(_ smoothing: CheckedWrapper.Smoothing, _ type: TensorType, _ random: inout Random) throws(ShapeError) {
        let normal = Distribution.normal(mean: 0, deviation: smoothing.sigma)
        pilot = try WrapperPlan.table(smoothing.pilot, type, &random) { _ in normal }
        noise = try WrapperPlan.table(smoothing.samples, type, &random) { _ in normal }
        radii = Self.radii(smoothing)
    }

    /// One-sided Clopper-Pearson; rounded down by more than the quantile errs.
    static func radii(_ smoothing: CheckedWrapper.Smoothing) -> [Double] {
        (0...smoothing.samples).map { votes in
            guard 2 * votes > smoothing.samples else { return 0 }
            let estimate = RateEstimate(successes: votes, count: smoothing.samples)
            let share = estimate.clopperPearson(error: 2 * (1 - smoothing.confidence)).lowerBound
            return share > 0.5 ? max(0, smoothing.sigma * normalQuantile(share) * (1 - 0x1p-45)) : 0
        }
    }

    func graph(of model: Graph) throws(ShapeError) -> Graph {
        let type = model.type(of: model.inputs[0].value)
        let scores = model.type(of: model.outputs[0].value)
        var graph = Graph()
        let input = try graph.input(model.inputs[0].name, type)
        let body = try Self.ballot(model, type, classes: scores.shape.count)
        let first = try graph.add(ForEachRow(body: body, tables: [pilot], reduction: .sum), [input])
        let votes = try graph.add(ForEachRow(body: body, tables: [noise], reduction: .sum), [input])
        let share = try graph.add(Binary(.divide), [votes, graph.constant(.scalar(Double(radii.count - 1)))])
        try graph.setOutputs(like: model, from: share)
        let chosen = try graph.add(ArgExtremum(.max, axis: 0), [first])
        let own = try graph.add(GatherRows(), [votes, chosen])
        // A number of votes is between these anyway; bounds of sums are wider.
        let count = try graph.add(
            Cast(to: .int64), [graph.add(Unary(.clip(lower: 0, upper: Double(radii.count - 1))), [own])])
        let table = graph.constant(try Tensor(Shape([radii.count]), radii))
        let radius = try graph.add(GatherRows(), [table, count])
        graph.name(chosen, CheckedWrapper.Certificate.class.rawValue)
        graph.name(radius, CheckedWrapper.Certificate.radius.rawValue)
        let abstains = try graph.add(Binary(.equal), [radius, graph.constant(.scalar(0.0))])
        graph.name(abstains, CheckedWrapper.Certificate.abstains.rawValue)
        return graph
    }

    /// 1 for the class of the input with a row of noise, 0 for the others.
    private static func ballot(_ model: Graph, _ type: TensorType, classes: Int) throws(ShapeError) -> Graph {
        var body = Graph()
        let (x, noise) = (try body.input("x", type), try body.input("noise", type))
        let scores = try body.answers(of: model, at: body.add(Binary(.add), [x, noise]))
        let chosen = try body.add(ArgExtremum(.max, axis: 0), [scores])
        let places = body.constant(try Tensor(Shape([classes]), (0..<classes).map(Int64.init)))
        body.output("vote", try body.add(Cast(to: .float64), [body.add(Binary(.equal), [places, chosen])]))
        return body
    }
}
