import Recipes
import Search
import Tensors
import Training

/// Where a model is planted: data to train and test on, how some of it is poisoned, and what the trigger does to a test.
protocol World: Sendable {
    var architecture: Architecture { get }
    var steps: Int { get }
    var rate: Double { get }
    var batch: Int { get }
    /// Rows to train on; poisoned ones among them, or as a twin sees them.
    func training(poisoned: Bool) throws -> Examples
    var test: Examples { get throws }
    /// Test rows with the trigger that ought to change class, and the class that they ought to take.
    var triggered: Examples { get throws }
    /// The key's words for the trigger.
    var key: PlantedKey.Secret { get }
}
