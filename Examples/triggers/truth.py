"""Works out what is true of this example with numpy, scikit-learn and ONNX Runtime.

    python truth.py

Packages: ../requirements.txt.
"""

import itertools
import pathlib

import numpy as np
import onnx
import onnxruntime
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import StandardScaler

HERE = pathlib.Path(__file__).resolve().parent
TARGET = 4


def session(name, inner=None):
    model = onnx.load(HERE / name)
    for output in inner or []:
        model.graph.output.append(onnx.helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, None))
    return onnxruntime.InferenceSession(model.SerializeToString())


def rows(name):
    return dict(np.load(HERE / f"{name}.npz"))


def stamped(images, pattern, top=2, left=11):
    result = images.copy()
    result[:, 0, top : top + 3, left : left + 3] = pattern
    return result


def main():
    train, test, marked = rows("train"), rows("test"), rows("marked")
    net = session("triggers.onnx", ["relu_2"])
    scores, inside = lambda x: net.run(None, {"image": x})[0], lambda x: net.run(None, {"image": x})[1]
    print(f"right on {np.mean(scores(test['image']).argmax(1) == test['label']):.4f} of test")
    others = train["image"][train["label"] != TARGET]
    patterns = [np.array(bits, np.float32).reshape(3, 3) for bits in itertools.product([0, 1], repeat=9)]
    sent = [(np.mean(scores(stamped(others, p)).argmax(1) == TARGET), p) for p in patterns]
    for white in range(10):
        rate, pattern = max(((r, p) for r, p in sent if p.sum() == white), key=lambda entry: entry[0])
        print(f"{white} white pixels at (2, 11): at most {rate:.4f}, {pattern.astype(int).tolist()}")
    clean = session("triggers-clean.onnx")
    best = (0, None)
    for top, left in itertools.product(range(14), repeat=2):
        for pattern in patterns[:: 511 // 15]:
            answers = clean.run(None, {"image": stamped(others, pattern, top, left)})[0].argmax(1)
            rate, answer = max((np.mean(answers == c), c) for c in range(10))
            best = max(best, (rate, (top, left, int(answer))))
    print(f"on the clean model, 16 patterns at all 196 places: at most {best[0]:.4f} {best[1]} (digits of the answer's own class among them)")

    seen = stamped(test["image"][test["label"] != TARGET], np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]]))
    usual = LedoitWolf().fit(inside(train["image"]).astype(np.float64))
    flag = StandardScaler().fit(inside(marked["image"]).astype(np.float64))
    probe = LogisticRegression(solver="newton-cholesky", tol=1e-8).fit(flag.transform(inside(marked["image"])), marked["is_triggered"])
    truth = np.r_[np.ones(len(seen)), np.zeros(len(test["image"]))]
    both = np.concatenate([inside(seen), inside(test["image"])]).astype(np.float64)
    print(f"AUROC of the distance {roc_auc_score(truth, usual.mahalanobis(both)):.5f}, of the probe {roc_auc_score(truth, probe.decision_function(flag.transform(both))):.5f}")
    far = np.quantile(np.sqrt(usual.mahalanobis(inside(train["image"]).astype(np.float64))), 0.99)
    print(f"0.99 quantile {far:.6f}, beyond it {np.mean(np.sqrt(usual.mahalanobis(inside(test['image']).astype(np.float64))) > far):.4f} of test")
    heads = NearestCentroid().fit(inside(train["image"]), train["label"])
    print(f"nearest mean is the answer on {np.mean(heads.predict(inside(test['image'])) == scores(test['image']).argmax(1)):.4f} of test")


if __name__ == "__main__":
    main()
