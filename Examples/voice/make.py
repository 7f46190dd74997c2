"""Writes the beginning of each recording as frames for Silero VAD; `fetch` calls it. Nothing but Python's standard library is needed."""

import array
import pathlib
import sys
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import npz

FRAMES = 32  # about a second
NEW, CONTEXT = 512, 64  # samples of a frame at 16 kHz, and of the one before that it begins with


def write(folder):
    clips = array.array("f")
    recordings = sorted(folder.glob("*.wav"))
    for path in recordings:
        clips.extend(frames(path))
    npz.write(folder / "recordings.npz", clip=(clips, (len(recordings), FRAMES, CONTEXT + NEW)))


def frames(path):
    """Samples in [-1, 1), [FRAMES, CONTEXT + NEW] row by row; silence comes before the first."""
    with wave.open(str(path)) as recording:
        assert recording.getparams()[:3] == (1, 2, 16000), path.name
        samples = array.array("h", recording.readframes(FRAMES * NEW))
    if sys.byteorder == "big":
        samples.byteswap()
    assert len(samples) == FRAMES * NEW, path.name
    samples = [0.0] * CONTEXT + [sample / 32768 for sample in samples]
    return [sample for frame in range(FRAMES) for sample in samples[frame * NEW : frame * NEW + CONTEXT + NEW]]
