"""`python -m gainsay.ray game`: the report is the same, whichever workers auditors take with them."""
import importlib.util
import json
import shutil
import subprocess
import sys

import pytest

if importlib.util.find_spec("ray") is None:
    pytest.skip("Ray is not installed: pip install 'gainsay[ray]'", allow_module_level=True)
if sys.version_info < (3, 11):
    pytest.skip("a game on a cluster needs Python 3.11", allow_module_level=True)

import ray_faults  # noqa: E402

#: Three auditors: one that kills its worker at once, one that does so when it is too late to be asked again by the same game, and one
#: that ends by a signal of its own. The first two do it once for each model, while there is a folder for that.
GAME = """
budget = 2
rows = 50
replays = 50
[families.patch]
kind = "patch"
side = 8
count = 1
clean = 1
[auditors.soon]
command = ["python3", "{here}/mine.py", "FOLDER", "0", "{seed}", "{model}"]
[auditors.late]
command = ["python3", "{here}/mine.py", "FOLDER", "3", "{seed}", "{model}"]
[auditors.own]
command = ["python3", "-c", "import os; os.kill(os.getpid(), 11)"]
"""

AUDITOR = """
import os, signal, sys, time
folder, pause, seed, model = sys.argv[1:]
flag = os.path.join(folder, seed + "-" + pause)
if os.path.isdir(folder) and not os.path.exists(flag):
    time.sleep(int(pause))
    open(flag, "w").close()
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
assert os.path.getsize(model) > 0 and not any(it.startswith("RAY_") for it in os.environ)
print('{"score": %d}' % (int(seed) % 97))
"""


def test_the_report_is_the_same_whoever_dies(tmp_path):
    folder = tmp_path / "flags"
    (tmp_path / "game.toml").write_text(GAME.replace("FOLDER", str(folder)))
    (tmp_path / "mine.py").write_text(AUDITOR)
    reports = []
    with ray_faults.scratch() as place, ray_faults.cluster(3, place) as (address, _):
        for output in ("calm", "deadly"):
            if output == "deadly":
                folder.mkdir()
            done = subprocess.run(
                [sys.executable, "-m", "gainsay.ray", "game", "game.toml", "--output", output, "--address", address],
                cwd=tmp_path, env=ray_faults.ENVIRONMENT, input="seventeen grey herons at noon\n", capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
            report = json.loads((tmp_path / output / "report.json").read_text())
            del report["times"]
            reports.append(report)
    assert len(list(folder.iterdir())) == 4  # two models, two auditors
    assert reports[0] == reports[1]
    silences = json.dumps(reports[0])
    assert silences.count("it was ended by signal 11") == 2 and "it took longer" not in silences


def test_a_game_that_is_wrong_says_so(tmp_path):
    for text, words in (("budget = ", "is no TOML"), ("[auditors.a]\ncommand = []\n", "has no command")):
        (tmp_path / "game.toml").write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "gainsay.ray", "game", "game.toml", "--output", "out"], cwd=tmp_path, input="", capture_output=True, text=True)
        assert done.returncode == 2 and words in done.stderr
    assert not (tmp_path / "out").exists() and shutil.which("python3")
