import Foundation

extension Catalogue {
    /// The information that the trained channel has, beside what was maximised in its place.
    static func trainedInformation(_ groups: Groups) -> Artefact {
        let (ours, simCLR) = (groups.defaultOurs.with(.information), groups.defaultSimCLR.with(.information))
        var artefact = claim(
            "trained-information", "I(X;Z) of the trained channel is a small share of (17)", Artefact.ours,
            "At the β of the training the noise of Z is so wide that I(X;Z) is near its small-β expansion, whereas (17), which "
                + "takes Z for its mean, exceeds it by a factor that is 2d/β to leading order; the order of the two methods is the same in both.",
            rule:
                "Holds if (17) exceeds I(X;Z) at least tenfold for both methods, the Jensen bound (16), as "
                + "sampled, exceeds it by no more than a hundredth for either, and both I(X;Z) and (17) are greater with the trained P(T|X).",
            rows: [ours, simCLR].map {
                Artefact.Row($0, [.information, .jensenBound, .meanApproximation, .expansion, .objective])
            }
        ) { measurements in
            func values(_ group: RunGroup) -> (information: Double, bound: Double, approximation: Double)? {
                guard let information = measurements[group, .information],
                    let bound = measurements[group, .jensenBound],
                    let approximation = measurements[group, .meanApproximation]
                else { return nil }
                return (information.mean, bound.mean, approximation.mean)
            }
            guard let own = values(ours), let theirs = values(simCLR) else { return Artefact.Judgement(.missing, "") }
            let holds =
                [own, theirs].allSatisfy {
                    $0.approximation >= 10 * $0.information && $0.bound <= 1.01 * $0.information
                }
                && own.information > theirs.information && own.approximation > theirs.approximation
            return Artefact.Judgement(
                holds ? .reproduced : .different,
                "I(X;Z) \(small(own.information)) against \(small(theirs.information)) of simCLR, (17) "
                    + "\(small(own.approximation)) against \(small(theirs.approximation)) nats")
        }
        artefact.isOfOneSeed = true
        return artefact
    }

    /// Two digits of a number that may be small.
    private static func small(_ value: Double) -> String { String(format: "%.2g", value) }
}
