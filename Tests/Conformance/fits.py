"""What scikit-learn fits to the rows of FitTests, and its ROC curve of the scores of ROCTests: the numbers these tests hold. Prints them as Swift.

usage: fits.py      needs numpy and scikit-learn (PyPI)
"""
import numpy as np
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import StandardScaler


def rows(count, width):
    """The rows of FitTests, which no library's sine rounds."""
    i, j = np.arange(count)[:, None], np.arange(width)[None, :]
    return ((i * 37 + j * 101 + i * i * j * 17) % 53) / 10 * (1 + j)


def show(name, numbers):
    print(f"    static let {name}: [Double] = [{', '.join(f'{x:.12g}' for x in np.ravel(numbers))}]")


for count, width in [(12, 3), (5, 8)]:
    x = rows(count, width)
    fit = LedoitWolf().fit(x)
    name = f"{count}x{width}"
    show(f"shrinkage{name}", fit.shrinkage_)
    show(f"covariance{name}", fit.covariance_[0])
    show(f"distances{name}", np.sqrt(fit.mahalanobis(x)))
    show(f"quantiles{name}", np.quantile(np.sqrt(fit.mahalanobis(x)), [0.1, 0.9]))

x = rows(12, 3)
marked = (np.arange(12) * 7 % 5) < 2
for penalty in [1, 0.01]:
    scaler = StandardScaler().fit(x)
    probe = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-13, max_iter=1000)
    probe.fit(scaler.transform(x), marked)
    show(f"margins{'1' if penalty == 1 else '001'}", probe.decision_function(scaler.transform(x)))

centroids = NearestCentroid().fit(x, np.arange(12) % 3)
show("centroids", centroids.centroids_)

positives, negatives = [0.9, 0.8, 0.8, 0.35, 0.1], [0.8, 0.4, 0.35, 0.2]
truth, scores = [1] * len(positives) + [0] * len(negatives), positives + negatives
show("area", roc_auc_score(truth, scores))
show("curve", np.stack(roc_curve(truth, scores, drop_intermediate=False)[:2], axis=1))
