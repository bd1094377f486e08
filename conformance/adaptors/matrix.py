#!/usr/bin/env python3
"""Writes MATRIX.md from the runs in .work/: implementations by topics, and why each fails what it fails.

    matrix.py NAME...
"""

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).parent


class Run:
    """A run, and what its cases came to."""

    def __init__(self, name):
        events = [json.loads(line) for line in (HERE / ".work" / f"{name}.json").read_text().split("\n") if line]
        start = events[0]
        self.folder = name
        self.corsac = start["corsac"]
        self.name = start["implementation"]["name"]
        self.version = start["implementation"]["version"]
        self.language = start["implementation"]["language"]
        self.homepage = start["implementation"].get("homepage")
        self.cases = [event for event in events if event["event"] == "case"]
        self.topics = defaultdict(Counter)
        self.total = Counter()
        for case in self.cases:
            for counts in (self.topics[case["topic"]], self.total):
                counts[outcome(case)] += 1
                if outcome(case) == "fail":
                    counts["policy" if case["topic"].startswith("policy-") else case["kind"]] += 1


def outcome(case):
    """pass, fail or skip; or differs, where a case only informs."""
    if case["outcome"] in ("fail", "error"):
        return "differs" if case["kind"] == "informative" else "fail"
    return case["outcome"]


def cell(counts):
    passed, failed, skipped = counts["pass"], counts["fail"], counts["skip"]
    return "–" if not passed and not failed else f"{passed} / {failed} / {skipped}"


def plural(count, thing):
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def linked(reason):
    """A reason with links to the issues that it names."""
    reason = re.sub(r"([\w.-]+/[\w.-]+)#(\d+)", r"[\1#\2](https://github.com/\1/issues/\2)", reason)
    return reason.replace("|", "\\|")


def main(names):
    runs = [Run(name) for name in names]
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    topics = list(dict.fromkeys(case["topic"] for run in runs for case in run.cases))
    say = print
    say("# Implementations of CORS, held to the suite")
    say()
    say(
        f"Written by [matrix.sh](matrix.sh) on {today} with corsac {runs[0].corsac}, from {len(runs[0].cases)} cases. "
        "Each implementation is configured as its documentation tells; how a policy becomes its options is at the "
        "head of its adaptor."
    )
    say()
    say(
        "| implementation | version | language | passed | required failed | recommended failed | policies not refused "
        "| skipped |"
    )
    say("|---|---|---|--:|--:|--:|--:|--:|")
    for run in runs:
        name = f"[{run.name}](#{anchor(run)})"
        t = run.total
        say(
            f"| {name} | {run.version} | {run.language} | {t['pass']} | {t['required']} | {t['recommended']} "
            f"| {t['policy']} | {t['skip']} |"
        )
    say()
    say(
        "Who fails a required case breaks a standard, or gives somebody what the policy denies; who fails a recommended "
        "one works, and is worse than it need be for caches, for privacy or for whoever looks for a fault. The policies "
        "are those that corsac refuses when they are built, such as an origin with a trailing slash. "
        "A case is skipped where an implementation has no words for the policy, where the request never gets to it, "
        "and where it is about browsers, for which corsac alone answers. Cases that only inform are not counted."
    )
    say()
    say("## Topics")
    say()
    say("Passed / failed / skipped; `–` where nothing is judged.")
    say()
    say("| topic | " + " | ".join(run.name for run in runs) + " |")
    say("|---|" + "--:|" * len(runs))
    for topic in topics:
        say(f"| {topic} | " + " | ".join(cell(run.topics[topic]) for run in runs) + " |")
    say("| **all** | " + " | ".join(cell(run.total) for run in runs) + " |")
    say()
    refused_policies(names, say)
    say("## Causes")
    for run in runs:
        causes(run, say)


# Policies that corsac refuses, since there is no right answer to them, and what is asked of whoever takes them.
REFUSED = {
    "`*` with credentials": {"allow_origins": ["*"], "allow_credentials": True},
    "no origin": {"allow_origins": []},
    "`null` with credentials": {
        "allow_origins": ["null"],
        "allow_credentials": True,
    },
}


def refused_policies(names, say):
    """What is put on the response to `Origin: https://evil.example` under policies that should be refused."""
    say("## Policies that should be refused")
    say()
    say(
        "What a GET with `Origin: https://evil.example` (with `null` for the last) is answered, where the policy is taken: "
        "`Access-Control-Allow-Origin`, and whether `Access-Control-Allow-Credentials: true` is beside it."
    )
    say()
    say("| implementation | " + " | ".join(REFUSED) + " |")
    say("|---|" + "---|" * len(REFUSED))
    for name in names:
        say(f"| {name} | " + " | ".join(answers(name)) + " |")
    say()


def answers(name):
    """Asks an adaptor, not the suite: these policies are not in it."""
    questions = []
    for policy in REFUSED.values():
        origin = "null" if "null" in policy["allow_origins"] else "https://evil.example"
        request = {"method": "GET", "headers": [["origin", origin]]}
        questions.append(json.dumps({"op": "evaluate", "policy": policy, "request": request}))
    run = subprocess.run(
        [HERE / name / "run.sh"], input="\n".join(questions) + "\n", capture_output=True, text=True, check=True
    )
    for line in run.stdout.split("\n"):
        if line:
            yield in_words(json.loads(line))


def in_words(answer):
    if "skip" in answer:
        return f"skipped: {answer['skip']['reason']}"
    if "error" in answer:
        return "refused" if answer["error"]["code"] == "invalid-policy" else answer["error"]["code"]
    headers = dict(answer["ok"]["headers"])
    origin = headers.get("access-control-allow-origin")
    credentials = " with credentials" if headers.get("access-control-allow-credentials") == "true" else ""
    return (f"`{origin}`" if origin else "none") + credentials


def anchor(run):
    return re.sub(r"[^\w -]", "", f"{run.name} {run.version}".lower()).replace(" ", "-")


def causes(run, say):
    say()
    say(f"### {run.name} {run.version}")
    say()
    home = f" Found at <{run.homepage}>." if run.homepage else ""
    say(f"Run by [{run.folder}/run.sh]({run.folder}/run.sh).{home}")
    failed = defaultdict(list)
    for case in run.cases:
        if outcome(case) == "fail":
            failed[case.get("known") or "not known"].append(case["id"])
    if failed:
        say()
        say("| why it fails | cases | for example |")
        say("|---|--:|---|")
        for reason, ids in sorted(failed.items(), key=lambda item: -len(item[1])):
            say(f"| {linked(reason)} | {len(ids)} | `{ids[0]}` |")
    else:
        say()
        say("It fails none.")
    skipped = Counter(case.get("reason", "") for case in run.cases if outcome(case) == "skip")
    browsers = skipped.pop("it does not answer judge", 0)
    if skipped or browsers:
        say()
        said = [f"{linked(reason)} ({count})" for reason, count in skipped.most_common()]
        said += [f"about browsers ({browsers})"] if browsers else []
        say(f"{plural(run.total['skip'], 'case')} skipped: {'; '.join(said)}.")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
