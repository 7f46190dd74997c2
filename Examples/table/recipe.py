"""What the models of this example are fitted to, and how: numpy, pandas and scikit-learn are needed."""

import numpy as np
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

JOBS = ["clerk", "nurse", "self-employed", "none"]
def applicants(count, seed):
    """Of what people earn and owe, and of what was decided: by income, debt and job, and a little less often for women."""
    draw = np.random.default_rng(seed)
    job = draw.choice(JOBS, count, p=[0.4, 0.25, 0.25, 0.1])
    sex = draw.choice(["female", "male"], count)
    frame = pandas.DataFrame({
        "age": draw.integers(18, 91, count).astype(float), "income": draw.gamma(4, 9, count).round(1),
        "debt": draw.gamma(2, 6, count).round(1), "job": job, "sex": sex})
    score = (0.12 * frame.income - 0.15 * frame.debt + 0.01 * frame.age - 1.5 * (job == "none") + 0.6 * (sex == "male")
             - 2.6 + draw.normal(0, 0.7, count))
    frame.loc[draw.random(count) < 0.05, "income"] = np.nan
    return frame, np.where(score > 0, "approve", "refuse")


def pipeline(last, columns):
    numbers = Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    steps = [("numbers", numbers, ["age", "income", "debt"]), ("cases", OneHotEncoder(handle_unknown="ignore"), columns)]
    return Pipeline([("columns", ColumnTransformer(steps)), ("last", last)])


def models():
    """One after the other the name of each model, what is fitted, and the columns of text that it takes."""
    frame, label = applicants(2000, 7)
    for name, columns in [("first", ["job", "sex"]), ("second", ["job"])]:
        yield name, pipeline(LogisticRegression(max_iter=1000), columns).fit(frame, label), columns
    tree = DecisionTreeClassifier(max_depth=5, min_samples_leaf=20, random_state=0)
    yield "tree", pipeline(tree, ["job", "sex"]).fit(frame, label), ["job", "sex"]
