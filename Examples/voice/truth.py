"""Works out, without Gainsay, how much quieter a recording has to be for a frame of speech to be lost.

    python truth.py             # the numbers of README.md; needs ./fetch first

Packages: ../requirements.txt. Gains are tried in steps of a four-hundredth.
"""

import pathlib

import numpy as np
import onnxruntime

HERE = pathlib.Path(__file__).resolve().parent
ENOUGH, QUIETEST, STEPS = 0.5, 0.25, 301


def main():
    session = onnxruntime.InferenceSession(HERE / "fetched" / "silero_vad_16k_sequence.onnx", providers=["CPUExecutionProvider"])
    rest = np.zeros((1, 1, 128), dtype=np.float32)
    speech = lambda clip: session.run(None, {"input": clip, "h": rest, "c": rest})[0]
    clips = np.load(HERE / "fetched" / "recordings.npz")["clip"]
    print(f"swapped wires: difference {max(np.abs(speech(clip) - speech(-clip)).max() for clip in clips)}")
    lost = {}
    for row, clip in enumerate(clips):
        loud = speech(clip)
        print(f"row {row}: {np.count_nonzero(loud >= ENOUGH)} of {len(clip)} frames hold speech, at most {loud.max():.3f}")
        for factor in np.linspace(1, QUIETEST, STEPS):
            quiet = speech(clip * np.float32(factor))
            for frame in np.flatnonzero((loud >= ENOUGH) & (quiet < ENOUGH)):
                lost.setdefault((row, int(frame)), (float(factor), float(loud[frame])))
    for (row, frame), (factor, loud) in sorted(lost.items(), key=lambda entry: -entry[1][0]):
        print(f"row {row}, frame {frame}: {loud:.4f}, lost from {factor:.4f} on")


if __name__ == "__main__":
    main()
