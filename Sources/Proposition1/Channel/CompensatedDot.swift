/// Σ x y, with what each product and each sum rounds off added at the end: right to an ulp or so, where a plain sum over
/// ten thousand coordinates would lose four digits of a score.
///
/// Reference: Ogita, Rump & Oishi, *Accurate sum and dot product*, SIAM J. Sci. Comput. 26 (2005), algorithm 5.3.
func compensatedDot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    var lost = 0.0
    for (x, y) in zip(left, right) {
        let product = x * y
        let next = sum + product
        let part = next - sum
        lost += (sum - (next - part)) + (product - part) + (-product).addingProduct(x, y)
        sum = next
    }
    return sum + lost
}
