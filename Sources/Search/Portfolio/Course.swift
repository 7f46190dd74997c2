/// How the best margin of a search fell with its tries: the best of each slice of work that did better than all before it.
///
/// Counted in tries, so that a seed gives the same course again. Of a long course every second step is forgotten, the last one
/// never; so at most `capacity` are kept.
package struct Course: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        /// Points evaluated until then, this one included.
        package let tries: Int
        package let margin: Double
        package let strategy: String

        package init(tries: Int, margin: Double, strategy: String) {
            (self.tries, self.margin, self.strategy) = (tries, margin, strategy)
        }
    }

    /// Tries ascend, margins descend.
    package private(set) var steps: [Step] = []

    static let capacity = 256

    package init() {}

    /// Takes a step if it is one down.
    mutating func note(_ step: Step) {
        guard step.margin < steps.last?.margin ?? .infinity else { return }
        steps.append(step)
        guard steps.count > Self.capacity else { return }
        let last = steps.count - 1
        steps = steps.indices.filter { $0 % 2 == 0 || $0 == last }.map { steps[$0] }
    }

    /// The course of a search that went on after another one, of so many tries.
    func after(_ earlier: Course, tries: Int) -> Course {
        var course = earlier
        for step in steps {
            course.note(Step(tries: step.tries + tries, margin: step.margin, strategy: step.strategy))
        }
        return course
    }
}
