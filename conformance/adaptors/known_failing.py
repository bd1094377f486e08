#!/usr/bin/env python3
"""Writes an adaptor's known-failing.txt from a run (`corsac test --json`) and causes.toml.

    known_failing.py NAME RUN.json

A failure that has no cause in causes.toml is named on standard error and not written, so that the next run
fails at it. A glob stands for several cases where it holds no case that passes.
"""

import json
import sys
import tomllib
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

HERE = Path(__file__).parent


def main(name, run):
    causes = tomllib.loads((HERE / "causes.toml").read_text())["cause"]
    events = [json.loads(line) for line in Path(run).read_text().split("\n") if line]
    cases = [event for event in events if event["event"] == "case"]
    reasons = {}
    for case in cases:
        if case["outcome"] in ("fail", "error"):
            if reason := reason_of(name, case, causes):
                reasons[case["id"]] = reason
            elif case["kind"] != "informative":
                problems = "; ".join(f"{p['what']}: {p['got'][:80]}" for p in case.get("problems", []))
                print(f"{name}: no cause for {case['id']}: {problems or case.get('reason')}", file=sys.stderr)
    needed = {case["id"] for case in cases if case["id"] in reasons and case["kind"] != "informative"}
    by_group = defaultdict(list)
    for case in cases:
        if case["outcome"] != "skip":
            by_group[case["id"].split("/")[0]].append(case["id"])
    lines = defaultdict(list)
    for group, ids in by_group.items():
        for glob, reason in globs(group, ids, reasons, needed):
            lines[reason].append(glob)
    text = f"# What {name} is known to fail, and why. Written by known_failing.py; see causes.toml.\n"
    for reason in dict.fromkeys(reasons.values()):
        if reason in lines:
            text += "\n" + "".join(f"{glob}  # {reason}\n" for glob in sorted(lines[reason]))
    (HERE / name / "known-failing.txt").write_text(text)


def reason_of(name, case, causes):
    problems = [problem["what"] for problem in case.get("problems", [])]
    for cause in causes:
        if (
            ("*" in cause["of"] or name in cause["of"])
            and any(fnmatchcase(case["id"], glob) for glob in cause.get("cases", ["*"]))
            and ("what" not in cause or any(fnmatchcase(what, glob) for what in problems for glob in cause["what"]))
        ):
            issue = cause.get("issues", {}).get(name)
            return f"{cause['reason']}: {issue}" if issue else cause["reason"]
    return None


def globs(group, ids, reasons, needed):
    """The first that will do of `group/*`, `group/word*` and the id, for each failure."""
    left = [id for id in ids if id in needed]
    while left:
        words = left[0].split("/")[1].split("-")
        candidates = [f"{group}/*"]
        candidates += [f"{group}/{'-'.join(words[:count])}*" for count in range(1, len(words) + 1)]
        for glob in candidates:
            held = [id for id in ids if fnmatchcase(id, glob)]
            if len(held) > 1 and {reasons.get(id) for id in held} == {reasons[left[0]]}:
                break
        else:
            glob = left[0]
        yield glob, reasons[left[0]]
        left = [id for id in left if not fnmatchcase(id, glob)]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
