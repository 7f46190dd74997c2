import Recipes
import Search
import Training

/// A clean model that something is written into or put behind.
package enum BaseModel: Sendable {
    /// Trained cleanly on images of this side: a twin of the planted ones.
    case digits(side: Int)
    /// An ONNX file, and rows with their classes.
    case given(file: [UInt8], rows: Examples)

    var classes: Int {
        switch self {
        case .digits: SyntheticDigits.classes
        case .given(_, let rows): rows.target.classes
        }
    }

    struct Start {
        let file: [UInt8]
        /// Rows on which the model was not trained, as far as is known here.
        let rows: Examples
        let labels: [Int32]
        /// nil where the model was given.
        let recipe: PlantedKey.Recipe?
    }

    /// `goOn` is asked while the model is trained, and nil is returned where it said no.
    func start(seed: UInt64, threads: Int, goOn: () -> Bool) throws -> Start? {
        switch self {
        case .given(let file, let rows):
            guard case .classes(let labels, _) = rows.target else { throw TrainingError("the rows have no classes") }
            return Start(file: file, rows: rows, labels: labels, recipe: nil)
        case .digits(let side):
            let training = Planting(.patch, side: side, seed: seed)
            guard let twin = try training.trained(.twin, threads: threads, goOn: goOn) else { return nil }
            let rows = try ImageWorld.clean(4000, side: side, seed: Random.derived(seed, 6))
            guard case .classes(let labels, _) = rows.target else { return nil }
            return Start(file: try twin.file(), rows: rows, labels: labels, recipe: training.recipe)
        }
    }
}

extension Examples.Target {
    fileprivate var classes: Int {
        switch self {
        case .classes(_, let count): count
        case .numbers(_, let width): width
        case .sequences(_, _, let count): count
        }
    }
}
