/// What a generator is told to choose when it is run again.
package enum Step: Hashable, Sendable {
    case choice(Choice)
    /// The next span but `skipping` is to be chosen as simply as it can be, however many choices that takes.
    case simplestSpan(skipping: Int)
    /// Whatever is left of the span that is open here is to be chosen as simply as it can be.
    case simplestRest
}
