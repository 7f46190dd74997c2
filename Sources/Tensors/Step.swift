import Kernels

/// An operator made ready for its place: runs forward and backward on tiles. Immutable; shared by all threads.
///
/// All arrays are `[element][lane]`, the lanes of one element adjacent, but for uniform inputs.
package protocol Step: Sendable {
    /// Which forward values `backward` reads; they are kept until then.
    var keeps: Kept { get }
    /// Bytes of scratch memory per lane, a multiple of 8; what `forward` leaves there, `backward` finds.
    var scratch: Int { get }
    /// What becomes of the gradients that `backward` finds.
    var gradients: GradientStore { get }
    /// Multiplications of `forward` for one lane, or what takes as long, where several threads can share them out; else 0.
    var work: Int { get }
    /// The same of `backward`.
    var backwardWork: Int { get }
    /// Memory of a kind of its own, one per thread.
    func makeWorkspace() -> Workspace?
    /// Bytes per lane of that.
    var nestedBytes: Int { get }
    /// Writes every element of the output.
    func forward(_ frame: Frame)
    /// What has to be done before `backward`, by one thread.
    func prepareBackward(_ frame: Frame)
    /// Gives every input for which a gradient is wanted its share. May write over the gradient of the output.
    func backward(_ frame: Frame)
}

extension Step {
    package var keeps: Kept { .nothing }
    package var scratch: Int { 0 }
    package var gradients: GradientStore { .add }
    package var work: Int { 0 }
    package var backwardWork: Int { 0 }
    package func makeWorkspace() -> Workspace? { nil }
    package var nestedBytes: Int { 0 }
    package func prepareBackward(_ frame: Frame) {}
    package func backward(_ frame: Frame) {}
}

/// The forward values that a step needs again for its gradient.
package enum Kept: Sendable, Hashable { case nothing, inputs, output, all }

/// Whether a step only adds to gradients, or writes the gradient of its first input where nothing is there yet.
package enum GradientStore: Sendable, Hashable { case add, writeOrAdd }

/// A step for which nothing has to be done: its output is its input.
struct Alias: Step {
    func forward(_ frame: Frame) {}
}

/// The memory of one step in one tile.
package struct Frame {
    /// Inputs, output, scratch, gradients of the inputs, gradient of the output.
    let pointers: UnsafePointer<UnsafeMutableRawPointer?>
    let inputCount: Int
    package let lanes: Int
    /// Whether the gradient of a step's one input is to be written or added to.
    let store: gs_store
    package let workspace: Workspace?
    /// What part of the work is to be done, by a step that has some to share out.
    var share = gs_share(part: 0, parts: 1)

    /// The part that is to be done of so much, in whole multiples of something.
    @inline(__always)
    func part(of count: Int, multiple: Int = 1) -> Range<Int> {
        guard share.parts > 1 else { return 0..<count }
        let pieces = count / multiple
        return pieces * share.part / share.parts * multiple..<pieces * (share.part + 1) / share.parts * multiple
    }

    static func pointerCount(inputs: Int) -> Int { 2 * inputs + 3 }

    @inline(__always)
    package func input<Element>(_ index: Int) -> UnsafePointer<Element> { UnsafePointer(pointer(index)) }
    @inline(__always)
    func raw(_ index: Int) -> UnsafeMutableRawPointer { pointers[index].unsafelyUnwrapped }
    @inline(__always)
    package func output<Element>() -> UnsafeMutablePointer<Element> { pointer(inputCount) }
    @inline(__always)
    var rawOutput: UnsafeMutableRawPointer { pointers[inputCount].unsafelyUnwrapped }
    /// The output, for backward.
    @inline(__always)
    func result<Element>() -> UnsafePointer<Element> { UnsafePointer(pointer(inputCount)) }
    /// A step that asked for none gets a place that it may not touch.
    @inline(__always)
    func scratch<Element>() -> UnsafeMutablePointer<Element> {
        pointer(pointers[inputCount + 1] == nil ? inputCount : inputCount + 1)
    }
    @inline(__always)
    var rawScratch: UnsafeMutableRawPointer { pointers[inputCount + 1] ?? rawOutput }
    @inline(__always)
    func outputGradient<Element>() -> UnsafeMutablePointer<Element> { pointer(2 * inputCount + 2) }
    /// nil where none is wanted.
    @inline(__always)
    func gradient<Element>(_ index: Int) -> UnsafeMutablePointer<Element>? {
        pointers[inputCount + 2 + index]?.assumingMemoryBound(to: Element.self)
    }

    @inline(__always)
    func rawGradient(_ index: Int) -> UnsafeMutableRawPointer? { pointers[inputCount + 2 + index] }
    @inline(__always)
    var rawOutputGradient: UnsafeMutableRawPointer { pointers[2 * inputCount + 2].unsafelyUnwrapped }

    @inline(__always)
    private func pointer<Element>(_ index: Int) -> UnsafeMutablePointer<Element> {
        // The planner gives every input, output and every wanted gradient a place.
        pointers[index].unsafelyUnwrapped.assumingMemoryBound(to: Element.self)
    }
}
