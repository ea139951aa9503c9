"""Golden values of the von Mises-Fisher constants, by mpmath.

Command: python3 bessel_golden.py > bessel_golden.json   (Python 3, mpmath 1.3.0; about a minute)

log I is computed by the series in x^2/4 below x = 2e4 and by mpmath's own besseli beyond it, at 60 digits; for
x >= 1e6 by Hankel's expansion DLMF 10.40.1 where order^2 < x / 100, else the row is left out. A_d is the ratio of two
of them.
"""
import json
import mpmath as mp

mp.mp.dps = 60


def log_reduced(nu, x):
    """log of I_nu(x) Gamma(nu+1) (2/x)^nu."""
    if x <= 20000:
        quarter, term, total, k = x * x / 4, mp.mpf(1), mp.mpf(1), 1
        while True:
            term *= quarter / (k * (nu + k))
            total += term
            if k * (nu + k) > quarter and term < total * mp.mpf(10) ** -60:
                return mp.log1p(total - 1) if total < 2 else mp.log(total)
            k += 1
    term, total, k = mp.mpf(1), mp.mpf(1), 1
    while k < 400:
        factor = -(4 * nu * nu - (2 * k - 1) ** 2) / (8 * k * x)
        if factor == 0 or (abs(factor) >= 1 and k > nu):
            break
        term *= factor
        total += term
        if abs(term) < mp.mpf(10) ** -60:
            break
        k += 1
    return x - mp.log(2 * mp.pi * x) / 2 + mp.log(total) + mp.loggamma(nu + 1) - nu * mp.log(x / 2)


dimensions = (2, 3, 4, 5, 10, 16, 17, 18, 19, 20, 21, 22, 23, 25, 50, 128, 512, 2048, 3072, 10000, 100000)
betas = ("1e-6", "1e-3", "0.01", "0.5", "2", "30", "499", "500", "501", "600", "1000", "4000", "1e4", "1e6", "1e8",
         "1e12", "1e16")
rows = []
for d in dimensions:
    for beta in betas:
        b = mp.mpf(beta)
        nu = mp.mpf(d) / 2 - 1
        if b >= 1e6 and nu * nu > b / 100:
            continue
        reduced = log_reduced(nu, b)
        upper = log_reduced(nu + 1, b)
        # I_(nu+1)/I_nu = exp(upper - reduced) (b/2) / (nu + 1)
        ratio = mp.exp(upper - reduced) * b / 2 / (nu + 1)
        log_surface = mp.log(2) + mp.mpf(d) / 2 * mp.log(mp.pi) - mp.loggamma(mp.mpf(d) / 2)
        if b <= 1000 and d <= 128:
            assert abs(mp.exp(reduced - mp.log(mp.besseli(nu, b) * mp.gamma(nu + 1) * (2 / b) ** nu)) - 1) < 1e-40
        rows.append({"dimension": d, "beta": float(b), "logNormaliser": float(-log_surface - reduced),
                     "meanResultantLength": float(ratio), "logReducedI": float(reduced),
                     "logSurface": float(log_surface)})
print('{"source": %s, "rows": [' % json.dumps("mpmath " + mp.__version__ + ", 60 digits, bessel_golden.py"))
print(",\n".join(json.dumps(row) for row in rows) + "\n]}")
