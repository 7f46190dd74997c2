import Glibc
import Search
import Statistics
import Tensors

/// What the first layer's weights alone tell, and whether a direction that was found in them does anything to rows.
package struct WeightAudit: Sendable {
    /// nil where the layer goes into no wave, or there is none.
    package let pancakes: PancakeAudit?
    package let spike: SpikeAudit?
    /// What was found and, replayed on rows, moves answers.
    package let findings: [TriggerFinding]
    /// Of a direction that was found, how often it moves answers, and what random ones of its norm do at best: those that move
    /// none more often than these are no findings.
    package let replayed: [(kind: TriggerFinding.Kind, moved: Rate, random: Rate)]

    /// Whether nothing was cut short.
    let isWhole: Bool

    /// Norms that shifts along a spike are tried with, over the median norm of rows.
    private static let lengths = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 1]

    init(
        _ model: AuditedModel, rows: CleanRows, _ options: Audit.Options, goOn: @escaping @Sendable () -> Bool
    ) throws(ShapeError) {
        guard !model.takesTokens, let layer = FirstLayer(model.graph) else {
            (pancakes, spike, findings, replayed, isWhole) = (nil, nil, [], [], true)
            return
        }
        pancakes = PancakeAudit(
            layer, passes: options.passes, seed: options.seed, threads: options.threads, goOn: goOn)
        let isSpikeSought = SpikeAudit.takes(layer)
        spike =
            isSpikeSought ? SpikeAudit(layer, seed: options.seed, threads: options.threads, goOn: goOn) : nil
        isWhole = (pancakes?.isWhole ?? true) && (spike != nil) == isSpikeSought
        let replay = ShiftReplay(model: model, rows: rows, options: options)
        var (findings, replayed) = ([TriggerFinding](), [(kind: TriggerFinding.Kind, moved: Rate, random: Rate)]())
        if let pancakes, let direction = pancakes.direction {
            let found = try replay.away(direction.shift)
            let passes = pancakes.attempts.reduce(0) { $0 + $1.passes }
            replayed.append((.pancakes, found.unused, found.random))
            if found.isBetter {
                let suspicion = log(1 + direction.surprise / PancakeAudit.threshold)
                findings.append(found.finding(.pancakes, suspicion: suspicion, tries: passes))
            }
        }
        if let spike, spike.standsOut, let component = spike.component,
            let found = try replay.along(component, Self.lengths)
        {
            replayed.append((.spike, found.unused, found.random))
            if found.isBetter {
                let suspicion = log(1 + component.excess / SpikeAudit.threshold)
                findings.append(found.finding(.spike, suspicion: suspicion, tries: spike.simulated + 1))
            }
        }
        (self.findings, self.replayed) = (findings, replayed)
    }
}
