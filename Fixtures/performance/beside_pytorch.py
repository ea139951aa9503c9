"""How many times as fast the phases of a training step are as the same in PyTorch, measured in turn.

  pip install numpy torch
  swift build -c release --product tac-reference
  python3 Fixtures/performance/beside_pytorch.py --mnist DIR [--padding 2] [--rounds 3] [--threads 2] > beside_pytorch.json

Each round runs pytorch_step.py and `tac-reference benchmark --section step` one after the other, because clock rates and
neighbours on the same host change from minute to minute. A phase is compared with the fastest of the ways in which
pytorch_step.py computes it in that round. Prints one JSON object: the ratio of the least times of all rounds, which other load
falsifies the least, the ratios of the rounds with their median, and the times that they are made of, in milliseconds."""
import argparse
import json
import os
import statistics
import subprocess
import sys

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
parser = argparse.ArgumentParser()
parser.add_argument("--mnist", required=True)
parser.add_argument("--padding", type=int, default=2, help="of f's third layer")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--steps", type=int, default=10, help="of each phase, by PyTorch, in each round")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--program", default=f"{root}/.build/release/tac-reference")
arguments = parser.parse_args()


def printed(command):
    """What a command prints, as JSON."""
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def by_pytorch():
    """For each normalisation, phase and way of computing it, milliseconds."""
    return printed(
        [sys.executable, f"{root}/Fixtures/performance/pytorch_step.py"]
        + ["--mnist", arguments.mnist, "--padding", str(arguments.padding), "--steps", str(arguments.steps)]
        + ["--threads", str(arguments.threads)]
    )


def by_program():
    """For each phase, with the name of the normalisation behind it, milliseconds on all threads."""
    report = printed(
        [arguments.program, "benchmark", "--section", "step", "--mnist", arguments.mnist, "--json"]
        + ["--set", f"intermediateEncoder.padding={arguments.padding}", "--threads", str(arguments.threads)]
    )
    return {entry["name"]: entry["milliseconds"] for entry in report["entries"] if entry["threads"] == arguments.threads}


rounds = []
for number in range(arguments.rounds):
    rounds.append((by_pytorch(), by_program()))
    print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)

first = rounds[0][0]
report = {"torch": first["torch"], "threads": arguments.threads, "padding": arguments.padding}
for normalization in ["none", "normalised g", "normalised f, g"]:
    report[normalization] = {}
    for phase in ["hPhaseConcentrated", "hPhaseUniform", "pPhase"]:
        name = phase if normalization == "none" else f"{phase}, {normalization}"
        ours = [own[name] for _, own in rounds]
        ways = [{way: times[phase] for way, times in peer[normalization].items()} for peer, _ in rounds]
        fastest = [min(way, key=way.get) for way in ways]
        theirs = [way[best] for way, best in zip(ways, fastest)]
        ratios = [peer / own for peer, own in zip(theirs, ours)]
        report[normalization][phase] = {
            "ratio of the least times": round(min(theirs) / min(ours), 2),
            "median ratio": round(statistics.median(ratios), 2),
            "ratios": [round(ratio, 2) for ratio in ratios],
            "tac-reference": [round(time, 2) for time in ours],
            "PyTorch": [round(time, 2) for time in theirs],
            "fastest in PyTorch": fastest,
        }
print(json.dumps(report, indent=2))
