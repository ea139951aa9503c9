import Diagnostics
import GSLNumerics
import Tensors

/// What `tac-reference verify` says: the verdict on each channel.
public struct VerificationReport: Sendable {
    /// One verdict for each channel, in their order.
    public let verdicts: [ChannelVerdict]

    /// Whether everything holds for every channel; the command's exit status is 1 when it does not.
    public var holds: Bool { verdicts.allSatisfy(\.holds) }

    /// Evaluates all named channels, as many at a time as the machine has cores.
    ///
    /// - Throws: the first `GSLError` of a channel.
    public init(settings: QuadratureSettings = QuadratureSettings()) throws {
        let channels = try NamedChannel.all()
        verdicts = try Parallel.map(channels.count) { index in
            let named = channels[index]
            return try ChannelVerdict(
                name: named.name, purpose: named.purpose, channel: named.channel, expectations: named.expectations,
                settings: settings)
        }
    }

    /// Evaluates the user's channel.
    ///
    /// - Throws: `Failure` of kind `.badData` when an integral fails, or a quantity is not finite.
    public init(name: String, channel: FiniteChannel, settings: QuadratureSettings = QuadratureSettings()) throws {
        do {
            verdicts = [try ChannelVerdict(name: name, purpose: "", channel: channel, settings: settings)]
        } catch let error as GSLError {
            throw Failure(.badData, "channel: an integral failed: \(error)")
        }
    }

    package init(verdicts: [ChannelVerdict]) {
        self.verdicts = verdicts
    }
}
