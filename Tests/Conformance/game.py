"""Plays games with `gainsay game`: whole ones, ones that are killed, with auditors that misbehave and one that looks for the keys.

    python3 Tests/Conformance/game.py .build/release/gainsay [WHAT ...]

WHAT is whole, killed, refused, silent or hostile; all of them without any. Needs numpy and onnxruntime. With GAINSAY_PAGES=FOLDER the
report of the whole game is put there, for page.py.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
SECRET = "seventeen grey herons at noon"
EXAMPLE = TOP / "Examples/game/small.toml"
FAMILY = '[families.patch]\nkind = "patch"\nside = 8\ncount = {count}\nclean = {count}\n'


def start(gainsay, game, folder, *options, secret=SECRET, **more):
    command = [gainsay, "game", str(game), "--output", str(folder), *options]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )
    child.stdin.write(secret + "\n")
    child.stdin.close()
    child.stdin = None
    return child


def play(*arguments, code=0, **more):
    child = start(*arguments, **more)
    output, errors = child.communicate(timeout=1800)
    assert child.returncode == code, f"exit code {child.returncode}: {output}{errors}"
    return output + errors


def report(folder, times=True):
    found = json.loads((folder / "report.json").read_text())
    if not times:
        del found["times"]
    return found


def marked(gainsay_variable=b"GAINSAY_AUDIT="):
    """Processes of audits, any game's."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and gainsay_variable in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def area(positives, negatives):
    pairs = [(a > b) + (a == b) / 2 for a in positives for b in negatives]
    return sum(pairs) / len(pairs)


def whole(gainsay, folder):
    """The example: its figures follow from its own lists, and the trigger it finds works."""
    print(play(gainsay, EXAMPLE, folder / "whole", "--jobs", "2"))
    found, keys = report(folder / "whole"), json.loads((folder / "whole/keys.json").read_text())
    assert [model["file"] for model in found["models"]] == [entry["file"] for entry in keys["models"]]
    for model, entry in zip(found["models"], keys["models"]):
        assert model["isPlanted"] == entry["key"]["isPlanted"] and model["attack"] == entry["key"]["attack"]
        assert (model["attack"]["rate"] > 0.9) == model["isPlanted"], "what is planted works, and in clean models it does not"
    for auditor in found["auditors"]:
        name = auditor["name"]
        scores = {flag: [m["verdicts"][name]["score"] for m in found["models"] if m["isPlanted"] == flag] for flag in (True, False)}
        assert abs(area(scores[True], scores[False]) - auditor["overall"]["auc"]["value"]) < 1e-12
        assert set(found["times"]["auditors"][name]) == {"mean", "median", "max"}
    best = found["auditors"][0]["overall"]
    assert best["auc"]["value"] == 1 and best["targets"]["successes"] == 2 and best["working"]["successes"] == 2, best
    if "GAINSAY_PAGES" in os.environ:
        os.makedirs(os.environ["GAINSAY_PAGES"], exist_ok=True)
        shutil.copy(folder / "whole/report.html", os.path.join(os.environ["GAINSAY_PAGES"], "game.html"))
    # Played again there is nothing to do.
    before = (folder / "whole/report.json").read_bytes()
    play(gainsay, EXAMPLE, folder / "whole")
    assert (folder / "whole/report.json").read_bytes() == before
    return "its own lists bear out its figures"


def until(child, condition):
    while not condition():
        assert child.poll() is None, child.communicate()
        time.sleep(0.01)


def killed(gainsay, folder):
    """kill -9 while models are made, while they are audited, and Ctrl-C: the same in the end as undisturbed."""
    game = folder / "killed.toml"
    slow = 'command = ["sh", "-c", "sleep 0.4; exec python3 {here}/slow.py {seed}"]\n'
    game.write_text("budget = 5\nrows = 20\nreplays = 50\n" + FAMILY.format(count=3) + "[auditors.slow]\n" + slow)
    answer = "print(json.dumps({'score': random.random(), 'findings': [{'target': random.randrange(10)}]}))"
    (folder / "slow.py").write_text(f"import json, random, sys\nrandom.seed(int(sys.argv[1]))\n{answer}\n")
    play(gainsay, game, folder / "undisturbed")
    place = folder / "disturbed"

    def count(what):
        return len(list(place.glob(what)))

    child = start(gainsay, game, place)
    until(child, lambda: count("models/*.sealed") >= 2)
    child.kill()
    child.wait()
    assert count("models/*.sealed") < 6, "it was killed too late to tell anything"
    child = start(gainsay, game, place, "--jobs", "2")
    until(child, lambda: count("audits/slow/*.sealed") >= 2)
    child.kill()
    child.wait()
    assert 2 <= count("audits/slow/*.sealed") < 6
    left = marked()
    child = start(gainsay, game, place)
    until(child, lambda: count("audits/slow/*.sealed") >= 4)
    child.send_signal(signal.SIGINT)
    output, errors = child.communicate()
    assert child.returncode == 3 and "goes on where this one ended" in errors, (child.returncode, errors)
    assert not set(left) & set(marked()), "audits of the killed game still run"
    assert not (place / "keys.json").exists() and count("audits/slow/*.sealed") < 6
    play(gainsay, game, place, "--jobs", "2", "--threads", "1")
    assert report(folder / "undisturbed", times=False) == report(place, times=False)
    for name in ["keys.json"] + [f"models/model-000{number}.onnx" for number in range(1, 7)]:
        assert (folder / "undisturbed" / name).read_bytes() == (place / name).read_bytes(), f"{name} differs"
    assert not count("**/*.part"), "what was cut off is still there"
    return "killed twice, stopped once: the same models, keys and table"


def refused(gainsay, folder):
    """Other games, other secrets, two at a time, no clean models, no program."""
    game = folder / "refused.toml"
    text = "budget = 1\nrows = 20\nreplays = 20\n" + FAMILY.format(count=1) + '[auditors.a]\ncommand = ["sh", "-c", "sleep 2; echo 0"]\n'
    game.write_text(text)
    place = folder / "refused"
    child = start(gainsay, game, place)
    until(child, lambda: (place / "game.json").exists())
    assert "already" in play(gainsay, game, place, code=2)
    child.kill()
    child.wait()
    assert "another secret" in play(gainsay, game, place, secret=SECRET + "!", code=2)
    assert "at least 16 characters" in play(gainsay, game, folder / "other", secret="short", code=2)
    assert "nothing stands there" in play(gainsay, game, folder / "other", secret="", code=2)
    game.write_text(text + "# a remark\n")
    assert "was changed since it was begun there" in play(gainsay, game, place, code=2)
    game.write_text(text.replace("clean = 1", "clean = 0"))
    message = play(gainsay, game, folder / "other", code=2)
    assert "error[game-clean]" in message and "refused.toml:8:9" in message, message
    game.write_text(text.replace('"sh"', '"no-such-program"'))
    assert "error[game-auditor]" in play(gainsay, game, folder / "other", code=2)
    (folder / "full").mkdir()
    (folder / "full/mine.txt").write_text("mine")
    game.write_text(text)
    assert "other things than a game" in play(gainsay, game, folder / "full", code=2)
    return "in words"


def silent(gainsay, folder):
    """Auditors without an answer are scored as finding nothing, and nothing that they start outlives them."""
    game = folder / "silent.toml"
    commands = {
        "junk": (["echo", "{{"], "what it printed is no answer"), "failing": (["sh", "-c", "echo '{{\"score\": 1}}'; exit 2"], "exit code 2"),
        "nothing": (["true"], "printed nothing"), "dying": (["sh", "-c", "kill -SEGV $$"], "signal 11"),
        "endless": (["sh", "-c", "sleep 1000 & setsid sleep 1000 & sleep 1000"], "took longer than"),
        "loud": (["cat", "/dev/zero"], "printed too much"), "missing": (["sh", "-c", "exec no-such-program"], "exit code 127"),
        "claiming": (["echo", '{"score": 1, "findings": [{"target": 99, "rate": {"successes": 7, "count": 5}, "trigger": {"shape": [1], "mask": [9], "pattern": [1e300]}}]}'], None),
        "contradicting": (["sh", "-c", "echo '{\"score\": 1}'; exit 1"], None),
    }
    text = "budget = 0.1\nrows = 20\nreplays = 20\n" + FAMILY.format(count=1)
    for name, (command, _) in commands.items():
        text += f"[auditors.{name}]\ncommand = {json.dumps(command)}\n"
    game.write_text(text)
    before = set(marked())
    print(play(gainsay, game, folder / "silent", "--jobs", "4"))
    found = report(folder / "silent")
    for auditor in found["auditors"]:
        name, why = auditor["name"], commands[auditor["name"]][1]
        verdicts = [model["verdicts"][name] for model in found["models"]]
        if why is None:
            assert all(verdict["score"] == 1 and "silence" not in verdict for verdict in verdicts)
            assert all("replayed" not in verdict and "claimed" not in verdict for verdict in verdicts)
        else:
            assert all(why in verdict["silence"] and "score" not in verdict for verdict in verdicts), verdicts
            assert auditor["overall"]["silent"] == 2
        assert auditor["overall"]["auc"]["value"] == 0.5 and auditor["overall"]["truePositivesAt0"]["successes"] == 0
    assert set(marked()) <= before, "something outlived its audit"
    return f"{len(commands)} auditors"


SPY = r"""
import json, os, sys
loot, home = sys.argv[1], sys.argv[2]
seen, found = {}, []

def take(path):
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), 'rb', buffering=0) as file:
            found.append((path, file.read(1 << 22) or b''))
            seen[path] = True
    except OSError as error:
        seen[path] = error.errno

def walk(top):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if len(os.path.join(folder, name)) < 200]
        for name in files:
            take(os.path.join(folder, name))

walk('.')
walk(home)                      # the game's file, its folder, and all beside it
game = os.getppid()
def parent(process):
    try:
        return int(open(f'/proc/{process}/stat').read().rsplit(')', 1)[1].split()[1])
    except OSError:
        return 0

# The game, this auditor, and the others that the game runs.
family = {int(name) for name in os.listdir('/proc') if name.isdigit() and parent(name) == game}
for process in family | {game, os.getpid(), 'self', 'thread-self'}:
    take(f'/proc/{process}/cmdline')
    take(f'/proc/{process}/environ')
for name in ['maps', 'mem', 'auxv', 'stack', 'syscall', 'io', 'cwd/game.json', 'root/etc/hostname']:
    take(f'/proc/{game}/{name}')
for process in (game, 'self'):
    try:
        for name in os.listdir(f'/proc/{process}/fd'):
            take(f'/proc/{process}/fd/{name}')
    except OSError as error:
        seen[f'/proc/{process}/fd'] = error.errno
try:
    for name in os.listdir(f'/proc/{game}/task'):
        take(f'/proc/{game}/task/{name}/environ')
        take(f'/proc/{game}/task/{name}/mem')
except OSError as error:
    seen['task'] = error.errno
# The memory of the game, as a debugger would read it.
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
seen['ptrace'] = libc.ptrace(16, game, None, None) == 0
if seen['ptrace']:
    os.waitpid(game, 0x40000000)
    libc.ptrace(17, game, None, None)
class Vector(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]
room = ctypes.create_string_buffer(64)
ours, theirs = Vector(ctypes.cast(room, ctypes.c_void_p), 64), Vector(0x400000, 64)
libc.process_vm_readv.restype = ctypes.c_ssize_t
ctypes.set_errno(0)
libc.process_vm_readv(game, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)
seen['vm'] = ctypes.get_errno()  # 1: not permitted; 14: permitted, and nothing is there
seen['user'] = os.geteuid()
seen['rights'] = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('CapEff'))
with open(f'{loot}/{os.getpid()}.json', 'w') as file:
    json.dump({'seen': seen, 'found': [(path, data.hex()) for path, data in found]}, file)
print('{"score": 0}')
"""


def spied(gainsay, folder, name, user=None):
    """What a spying auditor of one game could read, and the game's keys as bytes that would give them away."""
    home, loot, place = folder / name, folder / f"{name}-loot", folder / f"{name}-place"
    for made in (home, loot, place):
        made.mkdir()
    (folder / "spy.py").write_text(SPY)
    game = home / "game.toml"
    command = ["python3", str(folder / "spy.py"), str(loot), str(home)]
    family = '[families.patch]\nkind = "patch"\nside = 8\ncount = 1\nclean = 1\n[families.rule]\nkind = "rule"\ncount = 1\nclean = 1\n'
    game.write_text("budget = 10\nrows = 20\nreplays = 20\n" + family + f"[auditors.spy]\ncommand = {json.dumps(command)}\n")
    # What no process that is handed down to the game may be seen to hold.
    private = home / "open.txt"
    private.write_text("an open file of the player")
    with open(private) as handed:
        os.set_inheritable(handed.fileno(), True)
        private.unlink()
        more = {"close_fds": False, "env": os.environ | {"TMPDIR": str(place)}}
        if user:
            for made in (home, loot, place):
                os.chown(made, user, user)
            more |= {"user": user, "group": user, "extra_groups": []}
        play(gainsay, game, home / "run", **more)
    keys = json.loads((home / "run/keys.json").read_text())["models"]
    traces = {"the secret": SECRET.encode()}
    for entry in keys:
        seed = entry["key"]["seed"]
        traces[f"the seed of {entry['file']}"] = str(seed).encode()
        traces[f"the seed of {entry['file']} in memory"] = seed.to_bytes(8, "little")
    traces["the name of what is planted"] = b'"isPlanted"'
    traces["an open file"] = b"an open file of the player"
    return [json.loads(path.read_text()) for path in loot.glob("*.json")], traces


def leaks(spies, traces):
    return sorted(
        {f"{what} in {path}" for spy in spies for path, data in spy["found"] for what, trace in traces.items() if trace in bytes.fromhex(data)}
    )


def hostile(gainsay, folder):
    """An auditor that reads all it can, and the game's keys are not among it: as the superuser, and as another user."""
    os.chmod(folder, 0o755)
    users = [None, 65534] if os.geteuid() == 0 else [None]
    for user in users:
        spies, traces = spied(gainsay, folder, f"spied-{user or 'self'}", user)
        assert len(spies) == 4
        for spy in spies:
            seen = spy["seen"]
            # It did look: the models, the game's file and its own rows are there to be read.
            paths = [path for path, _ in spy["found"]]
            for end in ("game.toml", "model-0001.onnx", "model-0004.onnx", "data.npz", "model.onnx", "cmdline"):
                assert any(path.endswith(end) for path in paths), end
            reach = {key: seen[key] for key in ("ptrace", "vm", "rights")}
            assert reach == {"ptrace": False, "vm": 1, "rights": "0" * 16}, f"the auditor can reach the player: {reach}"
            assert seen["user"] == (user or os.geteuid())
            assert not any(path.endswith("/mem") for path in paths if "self" not in path), "memory was read"
        found = leaks(spies, traces)
        assert not found, f"the auditor could read {found}"
        # And it would have found what lies about.
        home = folder / f"spied-{user or 'self'}"
        shown = [{"found": [(str(home / "run/keys.json"), (home / "run/keys.json").read_bytes().hex())]}]
        assert len(leaks(shown, traces)) >= 5
    return f"{len(users)} users"


def main():
    gainsay, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    for test in (whole, killed, refused, silent, hostile):
        if wanted and test.__name__ not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="game-") as folder:
            print(f"{test.__name__}: {test(gainsay, pathlib.Path(folder))}")


if __name__ == "__main__":
    main()
