import Autodiff
import NeuralNetworks
import Tensors
import TestSupport
import Testing

/// Moments that are not those of the parameters stop the program; the loop over their elements would leave their memory.
@Suite struct MomentErrorTests {
    private struct OneParameter: Module {
        var parameter = Variable(Tensor<Float>.zeros([2, 3]))

        mutating func visitParameters(_ body: (String, inout Variable<Float>) throws -> Void) rethrows {
            try body("parameter", &parameter)
        }
    }

    private struct NoParameter: Module {
        mutating func visitParameters(_ body: (String, inout Variable<Float>) throws -> Void) rethrows {}
    }

    private static func update(_ change: (inout Adam<Float>) -> Void) {
        var module = OneParameter()
        var adam = Adam<Float>(for: module)
        change(&adam)
        adam.update(&module, along: [Variable(.zeros([2, 3]))], learningRate: 1)
    }

    @Test func momentsOfOtherShapes() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                MomentErrorTests.update { $0.means[0] = .zeros([2]) }
            }, "parameter and mean gradient", "[2, 3]", "[2]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                MomentErrorTests.update { $0.squares[0] = .zeros([3, 2]) }
            }, "parameter and mean squared gradient", "[2, 3]", "[3, 2]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                MomentErrorTests.update { $0.squares = [] }
            }, "1 gradients and 0 mean squares for 1 parameters")
    }

    @Test func fewerParametersThanTheOptimiserHas() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                var module = NoParameter()
                var adam = Adam<Float>(for: OneParameter())
                adam.update(&module, along: [Variable(.zeros([2, 3]))], learningRate: 1)
            }, "an optimiser of 1 parameters for a module of 0")
    }

    @Test func momentsOfItsOwn() {
        MomentErrorTests.update { $0.means[0] = .zeros([2, 3]) }
    }
}
