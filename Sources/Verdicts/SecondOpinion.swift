import BlackBoxes
import Compiler
import Loading
import Reports
import Search
import Terminal

/// Asks other servers, in place of a spec's models, whether what was found fails there too: `--confirm`.
package struct SecondOpinion {
    private let subject: Subject
    private let servers: String

    /// `servers` are as the command line says them: a command, or `net=COMMAND`. Starts them.
    package init(_ servers: [String], instead subject: Subject, _ options: Workload.Options) throws(Failure) {
        var options = options
        for text in servers {
            let parts = text.split(separator: "=", maxSplits: 1)
            if parts.count == 2, subject.modelNames.contains(String(parts[0])) {
                options.models[String(parts[0])] = "command \(parts[1])"
            } else if subject.modelNames.count == 1 {
                options.models[subject.modelNames[0]] = "command \(text)"
            } else {
                let names = subject.modelNames.joined(separator: ", ")
                throw Failure(
                    "--confirm \(text): say for which of the models \(names), as in `--confirm \(subject.modelNames.first ?? "net")=COMMAND`"
                )
            }
        }
        self.subject = try Subject(subject.path, options)
        self.servers = servers.joined(separator: ", ")
    }

    /// What they say of a counterexample of `trial`, which is at `point`.
    package func opinion(on witness: Witness, of trial: Trial, at point: [Double]) -> Counterexample.Confirmation {
        do throws(Failure) {
            guard let other = try subject.trial(named: trial.name), let place = witness.point(of: other) else {
                return .init(by: servers, .unasked("it is no input of the model there"))
            }
            subject.ledger?.begin(limit: nil, reserve: 0)
            let here = Self.answers(trial.objective, at: point)
            let there = Self.answers(other.objective, at: place)
            try subject.requireAnswers()
            let differences = zip(here.outputs, there.outputs).map { pair in
                pair.0.bitPattern == pair.1.bitPattern || pair.0.isNaN && pair.1.isNaN ? 0 : abs(pair.0 - pair.1)
            }
            let most = differences.contains(where: \.isNaN) ? .infinity : differences.max() ?? 0
            return .init(by: servers, .asked(fails: there.margin < 0, margin: there.margin, difference: most))
        } catch { return .init(by: servers, .unasked(error.message)) }
    }

    /// The margin at a point, and all that the models answer there.
    private static func answers(_ objective: GraphObjective, at point: [Double]) -> (margin: Double, outputs: [Double])
    {
        let tile = Tile.alone(for: objective)
        tile.set(point, lane: 0)
        objective.evaluate(tile, objective.outputCount > 0 ? .outputs : .margins)
        return (tile.margins[0], (0..<objective.outputCount).map { tile.outputs[$0] })
    }
}
