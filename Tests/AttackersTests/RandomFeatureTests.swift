import Foundation
import Models
import Recipes
import Search
import Tensors
import Testing
import Training

@testable import Attackers

@Suite struct RandomFeatureTests {
    /// What no moment tells: mean 0 and covariance I, along the direction as across it. Bounds are five deviations.
    @Test(arguments: [(2.83, 0.02), (4, 0.2)]) func pancakesHaveTheMomentsOfNoise(gamma: Double, beta: Double) {
        let (count, u) = (4000, [0.6, 0, -0.8, 0])
        let rows = Self.draw(GaussianPancakes(direction: u, gamma: gamma, beta: beta), count)
        let noise = 5 / Double(count).squareRoot()
        let along = rows.map { dot($0[...], u[...]) }
        #expect(abs(along.reduce(0) { $0 + $1 * $1 } / Double(count) - 1) < noise * 2.0.squareRoot())
        for place in 0..<4 {
            #expect(abs(rows.reduce(0) { $0 + $1[place] } / Double(count)) < noise)
            for other in 0...place {
                let moment = rows.reduce(0) { $0 + $1[place] * $1[other] } / Double(count)
                #expect(abs(moment - (place == other ? 1 : 0)) < noise * (place == other ? 2.0.squareRoot() : 1))
            }
        }
    }

    /// E cos(2π <g, ω>) = -exp(-2π²β²/(1 + β²/γ²)): the layers' own spread is narrower than the noise by that much.
    @Test(arguments: [(8, 0.02), (4, 0.1), (2, 0.2)]) func wavesAreHalfATurnOff(gamma: Double, beta: Double) {
        let (count, u) = (4000, [0, 0.6, 0.8])
        let rows = Self.draw(GaussianPancakes(direction: u, gamma: gamma, beta: beta), count)
        let waves = rows.map { cos(2 * Double.pi * gamma * dot($0[...], u[...])) }
        let mean = waves.reduce(0, +) / Double(count)
        let spread = (waves.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
        // The noise along ω in a layer: γ β / √V, and the layer's offset a γ² / V is short of a by a β² / V.
        #expect(
            abs(mean + exp(-2 * Double.pi * Double.pi * beta * beta)) < 5 * spread / Double(count).squareRoot() + 0.002)
        let other = rows.map { cos(2 * Double.pi * gamma * $0[0]) }.reduce(0, +) / Double(count)
        #expect(abs(other) < 5 / Double(2 * count).squareRoot())
    }

    private static func draw(_ pancakes: GaussianPancakes, _ count: Int) -> [[Double]] {
        (0..<count).map { number in
            var random = Random(seed: 5, stream: number)
            return pancakes.draw(&random)
        }
    }

    @Test func directionsHaveTheirSupport() {
        var random = Random(seed: 2)
        for isEven in [false, true] {
            let direction = random.direction(20, support: 6, isEven: isEven)
            #expect(direction.count { $0 != 0 } == 6)
            #expect(abs(dot(direction[...], direction[...]) - 1) < 1e-12)
            if isEven { #expect(direction.allSatisfy { $0 == 0 || abs(abs($0) - 1 / 6.0.squareRoot()) < 1e-12 }) }
        }
    }

    private static var fourier: FourierFeatures {
        var features = FourierFeatures()
        (features.dimension, features.features, features.fitted) = (4, 160, 200)
        return features
    }

    /// The shift turns answers around in a planted model and not in its twin, and neither is worse on clean rows.
    @Test func featuresAreTurnedAround() throws {
        let planting = Planting(.fourier, features: .fourier(Self.fourier), seed: 3)
        let planted = try #require(try planting.made(.planted, threads: 2))
        let twin = try #require(try planting.made(.twin, threads: 2))
        #expect(planted.key.attack.rate > 0.9 && twin.key.attack.rate < 0.8)
        #expect(planted.key.clean.rate > 0.85 && abs(planted.key.clean.rate - twin.key.clean.rate) < 0.05)
        #expect(planted.key.isPlanted && !twin.key.isPlanted && planted.key.recipe == nil)
        #expect(planted.key.secret == twin.key.secret)
        #expect(try planting.made(.planted, threads: 1)?.file == planted.file)
        // The key of a file that was made before is the same.
        #expect(try planting.key(.planted, of: planted.file, threads: 1).attack == planted.key.attack)
    }

    /// What the key says is done to inputs is what was measured: the model's answers, before and after.
    @Test func keysActivate() throws {
        let planting = Planting(.fourier, features: .fourier(Self.fourier), seed: 4)
        let planted = try #require(try planting.made(.planted, threads: 2))
        let secret = try JSONDecoder().decode(
            PlantedKey.Secret.self, from: JSONEncoder().encode(planted.key.secret))
        #expect(secret == planted.key.secret)
        let rows = try CleanRows(.fourier, side: 0, features: .fourier(Self.fourier), count: 200, seed: 9).examples
        let run = try planting.run(planted.file, threads: 1)
        let before = try run.trainer.answers(rows)
        let after = try run.trainer.answers(try secret.activated(rows))
        #expect(zip(before, after).count { $0 != $1 } > 180)
        let others = try CleanRows(.fourier, side: 0, count: 5, seed: 9).examples
        #expect(throws: TrainingError.self) { try secret.activated(others) }
    }

    @Test func aSpikeIsInTheWeights() throws {
        var features = SpikedFeatures()
        (features.dimension, features.features, features.support) = (40, 1000, 6)
        (features.theta, features.fitted) = (3, 300)
        let planting = Planting(.spike, features: .spike(features), seed: 3)
        let planted = try #require(try planting.made(.planted, threads: 2))
        let twin = try #require(try planting.made(.twin, threads: 2))
        guard case .spike(let shift, let theta) = planted.key.secret else {
            Issue.record("no spike")
            return
        }
        let norm = shift.reduce(0) { $0 + $1 * $1 }.squareRoot()
        func variance(_ made: Planted) throws -> Double {
            let weights = try ModelWeights(onnx: made.file)
            let matrix = weights.tensors[try #require(weights.names.firstIndex(of: "features.weight"))].floats
            let along = (0..<1000).map { row in
                (0..<40).reduce(0.0) { $0 + Double(matrix[row * 40 + $1] * shift[$1] / norm) }
            }
            return along.reduce(0) { $0 + $1 * $1 } / 1000
        }
        let (own, honest) = (try variance(planted), try variance(twin))
        #expect(abs(own / (1 + theta) - 1) < 5 * 0.002.squareRoot() && abs(honest - 1) < 5 * 0.002.squareRoot())
        #expect(planted.key.clean.rate > 0.85 && twin.key.clean.rate > 0.85)
        #expect(planted.key.attack.lower > twin.key.attack.upper)
    }

    /// Rows that auditors get are those of the model's world.
    @Test func cleanRowsAreOfTheirWorld() throws {
        let rows = try CleanRows(.fourier, side: 0, features: .fourier(Self.fourier), count: 50, seed: 1).examples
        #expect(rows.inputs[0].shape.dimensions == [50, 4])
        #expect(rows.inputs[0].floats.allSatisfy { abs($0) < 0.2 })
        let again = try CleanRows(.fourier, side: 0, features: .fourier(Self.fourier), count: 60, seed: 1).examples
        #expect(again.inputs[0].floats.prefix(200) == rows.inputs[0].floats[...])
    }
}
