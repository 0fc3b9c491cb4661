"""Precision and recall per pair of lines, and the groups that hold two machines.

    judge.py TRUTH.csv GROUPS     GROUPS: explanations (.jsonl) or a table unique_id,group (.csv)
"""

import csv
import json
import sys
from collections import Counter, defaultdict


def pairs(counts):
    return sum(n * (n - 1) // 2 for n in counts)


def groups(path):
    if path.endswith(".csv"):
        with open(path) as file:
            rows = csv.reader(file)
            next(rows)
            yield from ((row[0], row[1], "link") for row in rows)
    else:
        with open(path) as file:
            for line in file:
                said = json.loads(line)
                yield said["report_id"], said["asset"], said["decision"]


def main():
    with open(sys.argv[1]) as file:
        rows = csv.reader(file)
        next(rows)
        device = dict(rows)
    both, found, decisions, devices = Counter(), Counter(), Counter(), defaultdict(set)
    for report, group, decision in groups(sys.argv[2]):
        both[group, device[report]] += 1
        found[group] += 1
        decisions[decision] += 1
        devices[group].add(device[report])
    right = pairs(both.values())
    said, there = pairs(found.values()), pairs(Counter(device.values()).values())
    wrong = [group for group, of in devices.items() if len(of) > 1]
    print(f"  pairs: precision {right / max(said, 1):.6f}  recall {right / max(there, 1):.4f}  "
          f"({said - right} wrong of {said} said, {there} there)")
    print(f"  groups: {len(found)} for {len(set(device.values()))} machines; wrong merges: {len(wrong)}"
          f"  lines in a task: {decisions['task']}")
    if "-v" in sys.argv:
        print(*wrong[:20], sep="\n")


main()
