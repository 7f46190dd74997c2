/// A line below and a line above a function of one number, over an interval.
///
/// lowerSlope · x + lowerIntercept <= f(x) <= upperSlope · x + upperIntercept for every x of the interval, exactly:
/// whatever rounding there was in finding the lines is in the intercepts.
package struct Lines: Sendable, Hashable {
    package var lowerSlope, lowerIntercept: Double
    package var upperSlope, upperIntercept: Double

    package init(lowerSlope: Double, lowerIntercept: Double, upperSlope: Double, upperIntercept: Double) {
        self.lowerSlope = lowerSlope
        self.lowerIntercept = lowerIntercept
        self.upperSlope = upperSlope
        self.upperIntercept = upperIntercept
    }
}
