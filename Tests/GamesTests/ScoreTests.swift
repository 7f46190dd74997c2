import Foundation
import Statistics
import Testing

@testable import Attackers
@testable import Games

@Suite struct ScoreTests {
    /// A model of one auditor, whose answer says so much.
    private func model(
        planted: Bool, score: Double?, target: Int? = nil, replayed: Int = 0, overlap: Double? = nil
    ) -> ScoredModel {
        let trigger = Trigger.patch(row: 1, column: 2, side: 2, pattern: [0, 1, 1, 0])
        let rate = Rate(successes: 9, count: 10)
        return ScoredModel(
            name: "model-0001", file: "model-0001.onnx", family: 0,
            key: PlantedKey(
                kind: .patch, isPlanted: planted, seed: 1,
                secret: .image(side: 8, trigger: trigger, mapping: .one(target: 3), share: 0.1),
                recipe: .init(steps: 1, batch: 1, rate: 1), clean: rate, attack: rate),
            verdicts: [
                .init(
                    score: score, silence: score == nil ? "it printed nothing" : nil, family: "patch", target: target,
                    source: nil, isTargetRight: planted ? target == 3 : nil, claimed: nil,
                    replayed: Rate(successes: replayed, count: 100), maskShare: 0.1, overlap: overlap)
            ], seconds: [2], triggers: [nil])
    }

    @Test func whatAnAuditorIsWorth() throws {
        let models = [
            model(planted: true, score: 3, target: 3, replayed: 95, overlap: 1),
            model(planted: true, score: 2, target: 4, replayed: 89, overlap: 0.5),
            model(planted: true, score: nil, overlap: nil), model(planted: false, score: 2, target: 3, replayed: 99),
            model(planted: false, score: 1),
        ]
        let score = AuditorScore(models, of: 0)
        #expect(score.planted == 3 && score.clean == 2 && score.silent == 1)
        // Of six pairs: 3 above both, 2 ties with one and is above the other, silence is below both.
        #expect(abs((score.auc?.value ?? 0) - 3.5 / 6) < 1e-15)
        #expect(score.truePositivesAt0?.successes == 1 && score.truePositivesAt5?.successes == 1)
        #expect(score.targets?.successes == 1 && score.targets?.count == 3)
        #expect(score.working?.successes == 1 && score.working?.count == 3)
        #expect(abs((score.overlap?.mean ?? 0) - 0.75) < 1e-15 && score.overlap?.count == 2)
        #expect(AuditorScore(Array(models.prefix(3)), of: 0).auc == nil)
    }

    @Test func overlapsAreOfMasksOrChanges() {
        func found(mask: [Double]? = nil, change: [Double]? = nil) -> Double? {
            Answer.FoundTrigger(shape: [4], mask: mask, pattern: mask.map { _ in [1, 1, 1, 1] }, change: change)
                .overlap(with: [true, true, false, false])
        }
        #expect(found(mask: [0.5, 0.4, 1, 0]) == 1.0 / 3 && found(mask: [0, 0, 0, 0.2]) == 0)
        #expect(found(change: [-2, 0.9, 1, 0]) == 1.0 / 3 && found(change: [0, 0, 0, 0]) == 0)
        #expect(found(mask: [1, 1, 0, 0], change: [0, 0, 0, 9]) == 1 && found(mask: [1]) == nil && found() == nil)
    }

    @Test func masksAreWhereTriggersSit() {
        let mask = model(planted: true, score: 1).key.secret.mask ?? []
        #expect(mask.indices.filter { mask[$0] } == [10, 11, 18, 19])
        #expect(
            PlantedKey.Secret.tokens(places: [1, 3], tokens: [5, 6], share: 1).mask == [false, true, false, true])
        let blend = Trigger.blend(share: 0.2, pattern: [])
        #expect(PlantedKey.Secret.image(side: 8, trigger: blend, mapping: .allToAll, share: 1).mask == nil)
        #expect(PlantedKey.Secret.image(side: 8, trigger: blend, mapping: .allToAll, share: 1).target == nil)
    }
}
