// The integrands of Proposition 1 and its proof, in nats. `own` are the scores βS(z, h(T(x))) of z against the views of
// its own image x, with weights P(T|x); `all` are those against the views of every image, with weights p(x̃)·P(T|x̃).
// Each is stated up to the additive log C_β, which cancels in the difference (the paper's lines (7)–(10) and (13)–(15) write
// C_β).

/// log p(z|x) − log C_β = log E_{T'|x}[exp βS(z, h(T'(x)))]: the numerator of (2), line (6).
@inlinable
public func unnormalizedLogConditional<S: Scores>(own: S, weights: S.Weights) -> S.Value {
    own.logExpectationOfExponential(weights)
}

/// E_{T'|x}[βS(z, h(T'(x)))]: Jensen's lower bound of ``unnormalizedLogConditional(own:weights:)``, lines (8)–(10).
@inlinable
public func jensenLogConditional<S: Scores>(own: S, weights: S.Weights) -> S.Value {
    own.expectation(weights)
}

/// log p(z) − log C_β = log E_{X̃,T''}[exp βS(z, h(T''(X̃)))]: the denominator of (2), line (12).
@inlinable
public func unnormalizedLogMarginal<S: Scores>(all: S, weights: S.Weights) -> S.Value {
    all.logExpectationOfExponential(weights)
}

/// log p(z|x)/p(z), the integrand of (2) and (4): its mean over p(x, z) is I(X;Z). Of either sign.
@inlinable
public func pointwiseInformation<S: Scores>(
    own: S, ownWeights: S.Weights, all: S, allWeights: S.Weights
) -> S.Value {
    S.difference(
        unnormalizedLogConditional(own: own, weights: ownWeights),
        unnormalizedLogMarginal(all: all, weights: allWeights))
}

/// The integrand of (16), E_{T'|x} log(exp βS(z, h(T'(x))) / E exp βS): at most `pointwiseInformation` at every z.
///
/// With z := h(T(x)) — "the mean approximation" — its mean over (x, T) is (17), and on samples (19).
@inlinable
public func jensenPointwiseInformation<S: Scores>(
    own: S, ownWeights: S.Weights, all: S, allWeights: S.Weights
) -> S.Value {
    S.difference(
        jensenLogConditional(own: own, weights: ownWeights), unnormalizedLogMarginal(all: all, weights: allWeights))
}
