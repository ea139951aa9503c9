"""Golden values of the von Mises-Fisher constants, by mpmath at 40 digits.

Command: python3 bessel_golden.py > bessel_golden.json   (Python 3, mpmath 1.3.0)
"""
import json
import mpmath as mp

mp.mp.dps = 40
rows = []
for d in (2, 3, 4, 5, 10, 50, 128):
    for beta in ("1e-6", "0.01", "0.5", "2", "30", "499", "501", "1000", "1e4"):
        b = mp.mpf(beta)
        nu = mp.mpf(d) / 2 - 1
        bessel = mp.besseli(nu, b)
        log_normaliser = nu * mp.log(b) - mp.mpf(d) / 2 * mp.log(2 * mp.pi) - mp.log(bessel)
        ratio = mp.besseli(nu + 1, b) / bessel
        reduced = mp.log(bessel * mp.gamma(nu + 1) * (2 / b) ** nu)
        rows.append({"dimension": d, "beta": float(b), "logNormaliser": float(log_normaliser),
                     "meanResultantLength": float(ratio), "logReducedI": float(reduced)})
print(json.dumps({"source": "mpmath " + mp.__version__ + ", 40 digits, bessel_golden.py", "rows": rows}, indent=1))
