#!/usr/bin/python3
"""Whether each line services.py wrote is one case of that service with what was typed: services_there.py FILE."""
import json
import subprocess
import sys


def clerk(*words):
    return json.loads(subprocess.run(["tests/tours/bin/platform", *words, "--json"], check=True,
                                     capture_output=True).stdout)


with open(sys.argv[1], encoding="utf-8") as f:
    handed = [json.loads(line) for line in f]
listed = clerk("case", "list")
cases = {c["receipt"]: c for c in (listed["cases"] if isinstance(listed, dict) else listed)}
wrong = 0 if len(cases) == len(handed) else 1
for one in handed:
    case = cases.get(one["receipt"])
    if not case or case["service"] != one["service"]:
        print(f"no case of {one['service']}: {one['receipt']}")
        wrong += 1
        continue
    shown = clerk("case", "show", case["case"])
    values = {f["id"]: f["value"] for f in shown["fields"]}
    for name, value in one["typed"].items():
        if not values.get(name, "").endswith(value):
            print(f"{one['service']}: {name} is {values.get(name)!r}, typed was {value!r}")
            wrong += 1
print(f"{len(handed)} handed in, {len(cases)} cases, {wrong} faults")
sys.exit(wrong != 0)
