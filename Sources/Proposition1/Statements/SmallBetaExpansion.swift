import GSLNumerics

extension CodeMoments {
    /// The leading term of I(X;Z) as β → 0: β²/(2d) · E‖m_X − m‖², in nats, m_x = E[h(T(x))|x] and m = E h.
    ///
    /// The remainder is O(β⁴). In steps, with E_x the mean over images and E_u that over z uniform on the sphere:
    ///
    /// 1. q_x(z) = E_{T|x} e^{β⟨z, h⟩} = 1 + β⟨z, m_x⟩ + O(β²), uniformly in z and x because |⟨z, h⟩| ≤ 1; and
    ///    q = E_x q_x = 1 + β⟨z, m⟩ + O(β²). These are p(z|x) and p(z) up to C_β, which cancels in their ratio.
    /// 2. ε_x = q_x/q − 1 = β⟨z, m_x − m⟩ + O(β²), and E_x ε_x = 0 exactly.
    /// 3. At each z, (1 + ε) log(1 + ε) = ε + ε²/2 + O(ε³) gives E_x[(q_x/q) log(q_x/q)] = ½ E_x ε_x² + O(β³)
    ///    = ½ β² E_x⟨z, m_x − m⟩² + O(β³).
    /// 4. I(X;Z) is the mean of that over z ~ p(z), whose density with respect to the uniform one is C_β|S^{d−1}|·q
    ///    = 1 + O(β). By symmetry E_u zzᵀ = 1/d, so that E_z⟨z, v⟩² = ‖v‖²/d + O(β) and
    ///    I(X;Z) = β²/(2d) · E_x‖m_x − m‖² + O(β³).
    /// 5. I is an even function of β: −β for β turns q_x(z) into q_x(−z), and z ↦ −z leaves the sphere's measure as it is.
    ///    It is analytic near 0, an integral over a compact set of a function that is. So the cubic term vanishes.
    ///
    /// - Parameter beta: β ≥ 0.
    package func leadingInformation(beta: Double) -> Double {
        beta * beta / (2 * Double(dimension)) * betweenImages
    }

    /// The first term of (16): E_{X,Z} E_{T'|X} β⟨Z, h(T'(X))⟩ = β E⟨E[Z|X], m_X⟩ = β·A_d(β)·E‖m_X‖², exactly.
    ///
    /// - Parameter meanLength: A_d(β), the factor between h and the mean of p(z|h).
    func firstTermOfJensenBound(beta: Double, meanLength: Double) -> Double { beta * meanLength * meanSquaredNorm }

    /// The first term of (17): E_{X,T} E_{T'|X} β⟨h(T(X)), h(T'(X))⟩ = β·E‖m_X‖², exactly.
    func firstTermOfMeanApproximation(beta: Double) -> Double { beta * meanSquaredNorm }
}
