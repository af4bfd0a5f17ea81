"""Runs Seatwise and its peers on the same files and writes benches/RESULTS.md.

Each part is a list of contenders that do the same work; they take turns, so
that a slow minute of the machine meets all of them. What is printed is the
median, with the least and the most, and the ratio to Seatwise. Memory is the
peak of the process. See benches/compare/run.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = HERE / "peers.py"


def once(command, env=None):
    """Seconds, peak bytes and output of a command; it must succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}: exit {process.returncode}\n{err.decode()[-2000:]}")
    return seconds, usage.ru_maxrss * 1024, out.decode()


def told(text):
    """The JSON that a benchmark printed somewhere in its lines."""
    for line in text.splitlines():
        if "{" in line and "}" in line:
            return json.loads(line[line.index("{"):line.rindex("}") + 1])
    sys.exit(f"no figures in:\n{text}")


class Contender:
    """Something that does the work of a part."""

    def __init__(self, name, command, times=None, env=None, before=None, seconds=None):
        self.name, self.command, self.env = name, command, env
        self.times, self.before = times, before
        # Where only a part of the run is the work: reads it from the output.
        self.read = seconds
        self.seconds, self.peaks, self.output = [], [], ""

    def run(self):
        if self.before:
            self.before()
        seconds, peak, self.output = once(self.command, self.env)
        self.seconds.append(self.read(self.output) if self.read else seconds)
        self.peaks.append(peak)

    @property
    def median(self):
        return statistics.median(self.seconds)


def compete(contenders, times):
    """Lets all take turns."""
    for turn in range(times):
        for contender in contenders:
            if turn < (contender.times or times):
                print(f"  {contender.name} ...", end="", flush=True)
                contender.run()
                print(f" {contender.seconds[-1]:.2f} s", flush=True)


def table(contenders, base=None):
    """The figures of a part as Markdown."""
    base = base or contenders[0]
    lines = [
        "| who | seconds (least to most) | peak memory | against Seatwise |",
        "|---|---|---|---|",
    ]
    for one in contenders:
        ratio = "1" if one is base else f"{one.median / base.median:.2f} times as long"
        lines.append(
            f"| {one.name} | {one.median:.2f} ({min(one.seconds):.2f} to {max(one.seconds):.2f}) "
            f"| {max(one.peaks) / 1e6:,.0f} MB | {ratio} |"
        )
    return "\n".join(lines)


class Run:
    """What all parts share."""

    def __init__(self, arguments):
        self.work = Path(arguments.work)
        self.scale = arguments.scale
        self.times = arguments.times
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        self.seatwise = target / "release" / "seatwise"
        found = subprocess.run(
            ["cargo", "bench", "--no-run", "--message-format=json"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.splitlines()
        benches = [json.loads(line) for line in found]
        benches = [m for m in benches if m.get("target", {}).get("kind") == ["bench"]]
        self.bench = benches[-1]["executable"]
        self.aside = self.work / "out-before"

    def size(self, count):
        return max(1, count // self.scale)

    def made(self, name, *options):
        """A generated portfolio, made once."""
        folder = self.work / f"{name}-{self.scale}"
        done = folder.with_suffix(".done")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            once([self.seatwise, "generate", folder, "--rulebook", "2026-09", *options])
            done.write_text("")
        return folder

    def out(self, name):
        """An output folder, and what puts that of the turn before aside.

        Nothing is deleted before the end: for minutes ext4 walks around the
        places of deleted files, which made the next run a tenth slower.
        """
        folder = self.work / f"out-{name}"

        def clear():
            if folder.exists():
                self.aside.mkdir(exist_ok=True)
                folder.rename(self.aside / f"{name}-{len(os.listdir(self.aside))}")

        return folder, clear

    def tidy(self):
        shutil.rmtree(self.aside, ignore_errors=True)

    def peer(self, *arguments):
        return [sys.executable, PEERS, *arguments]

    def analyze(self, folder, out, *options):
        return [self.seatwise, "analyze", folder, "--out", out, "--quiet", *options]


def part_a(run):
    users = run.size(2_000_000)
    folder = run.made("a", "--tenants", 300, "--users", users, "--at-devices", 0, "--no-stock")
    out, clear = run.out("a")
    summary, clear_summary = run.out("a-portfolio")
    contenders = [
        Contender("Seatwise: classify, optimise, prove, check, portfolio",
                  run.analyze(folder, summary, "--portfolio-only"), before=clear_summary),
        Contender("Seatwise: and write all tables and proofs of all tenants",
                  run.analyze(folder, out, "--format", "parquet"), before=clear),
        Contender("DuckDB: the classification query", run.peer("classify-duckdb", folder)),
        Contender("polars: the classification query", run.peer("classify-polars", folder)),
    ]
    compete(contenders, run.times)
    told = [json.loads(one.output.splitlines()[-1]) for one in contenders[2:]]
    assert told[0] == told[1], f"the peers differ: {told}"
    once(run.peer("agree", folder, out))
    rows = sum(1 for path in folder.glob("*/role_assignments.csv") for _ in open(path, "rb"))
    text = (
        f"300 tenants, {users:,} users, {rows:,} role assignments in CSV "
        f"({size_of(folder) / 1e6:,.0f} MB). The peers read the files, join users, assignments and "
        "permissions, and count the users of each tenant by the highest tier they reach. "
        "Seatwise also recognises and cleans the files, accounts for every row, keeps the "
        "alternatives of every need, finds the cheapest licences of every tenant, and proves and "
        "checks them; its portfolio workbook has the users of each tenant by tier, as the peers "
        "print them. The tiers of all users were compared one by one in its tables."
    )
    return "(a) Classify", text, table(contenders)


def part_b(run):
    rows = run.size(1_000_000)
    book = run.work / f"cells-{rows}.xlsx"
    if not book.exists():
        once([run.bench, "--bench", "workbook_file"],
             env={"SEATWISE_BENCH_BOOK": str(book), "SEATWISE_BENCH_ROWS": str(rows)})
    env = {"SEATWISE_BENCH_BOOK": str(book)}

    def cells(name):
        return Contender(name, [run.bench, "--bench", "workbook_cells"],
                         env={**env, "SEATWISE_BENCH_WHO": name},
                         seconds=lambda text: told(text)["ms"] / 1000)

    ours = cells("seatwise")
    ours.name = "Seatwise's scanner: every cell"
    calamine = cells("calamine")
    calamine.name = "calamine's cell reader (Rust): every cell"
    contenders = [
        ours, calamine,
        Contender("Seatwise `inspect`: recognise, clean, account for every row",
                  [run.seatwise, "inspect", book, "--format", "json"]),
        Contender("python-calamine: every cell", run.peer("read-calamine", book), times=1),
        Contender("pandas with calamine", run.peer("read-pandas-calamine", book), times=1),
        Contender("pandas with openpyxl", run.peer("read-pandas-openpyxl", book), times=1),
    ]
    compete(contenders, run.times)
    text = (f"A workbook of {rows:,} rows and 14 columns ({book.stat().st_size / 1e6:,.0f} MB), "
            "shared strings.")
    return "(b) Read a workbook", text, table(contenders)


def part_c(run):
    users = run.size(1_000_000)
    folder = run.made("c", "--tenants", 100, "--users", users)
    out, clear = run.out("c")

    def reports(_):
        timings = json.loads((out / "run.json").read_text())["timings"]
        stage = next(s["ms"] for s in timings["stages"] if s["name"] == "reports")
        return stage / 1000 / timings["threads"]

    ours = Contender("Seatwise: whole workbooks of 100 tenants (and their proofs)",
                     run.analyze(folder, out, "--format", "xlsx"), before=clear, seconds=reports)
    ours.run()
    rows = run.work / f"rows-c-{run.scale}"
    shutil.rmtree(rows, ignore_errors=True)
    once(run.analyze(folder, rows, "--format", "csv"))
    peer = Contender("XlsxWriter: the sheet Users alone, as plain rows",
                     run.peer("write-xlsxwriter", rows / "data" / "users", run.work / "out-x"),
                     times=1, seconds=lambda text: json.loads(text.splitlines()[-1])["seconds"])
    contenders = [ours, peer]
    compete(contenders, max(1, run.times - 1))
    mine = json.loads(once(run.peer("count-cells", out / "tenants"))[2])
    theirs = json.loads(peer.output.splitlines()[-1])["cells"]
    rate, other = mine / ours.median, theirs / peer.median
    text = (
        f"{users:,} accounts in 100 tenants. Seatwise writes {mine / 1e6:,.1f} M cells in "
        f"all its sheets, {rate / 1e6:,.2f} M cells a second on {os.cpu_count()} cores (time of the "
        f"stage *reports* of the run); XlsxWriter writes the {theirs / 1e6:,.1f} M cells of one "
        f"sheet in one process in constant memory, {other / 1e6:,.2f} M cells a second. "
        f"By cells Seatwise is **{rate / other:.1f} times** as fast."
    )
    return "(c) Write workbooks", text, table(contenders)


def part_d(run):
    people = run.size(1_000_000)
    network = run.work / f"network-{people}.bin"
    env = {"SEATWISE_BENCH_NETWORK": str(network), "SEATWISE_BENCH_PEOPLE": str(people)}

    ours = Contender("Seatwise: plan with proof", [run.bench, "--bench", "cut::network"], env=env,
                     seconds=lambda text: told(text)["plan_ms"] / 1000)
    alone = Contender("Seatwise: maximum flow alone", ours.command, env=env,
                      seconds=lambda text: told(text)["flow_ms"] / 1000)
    flow = Contender("OR-tools SimpleMaxFlow: solve() alone", run.peer("flow-ortools", network),
                     seconds=lambda text: json.loads(text)["solve"])
    contenders = [ours, alone, flow]
    compete(contenders, run.times)
    mine, theirs = told(ours.output), json.loads(flow.output)
    assert mine["cents"] == theirs["cents"], f"{mine} {theirs}"
    assert mine["gap"] == 0
    small = max(100, people // 50)
    path = run.work / f"network-{small}.bin"
    once([run.bench, "--bench", "cut::network"],
         env={"SEATWISE_BENCH_NETWORK": str(path), "SEATWISE_BENCH_PEOPLE": str(small)})
    little = Contender(f"Seatwise, {small:,} people",
                       [run.bench, "--bench", "cut::network"],
                       env={"SEATWISE_BENCH_NETWORK": str(path), "SEATWISE_BENCH_PEOPLE": str(small)},
                       seconds=lambda text: told(text)["plan_ms"] / 1000)
    highs = Contender(f"HiGHS through scipy, {small:,} people", run.peer("flow-highs", path), times=1,
                      seconds=lambda text: json.loads(text)["solve"])
    compete([little, highs], run.times)
    assert told(little.output)["cents"] == json.loads(highs.output)["cents"]
    text = (
        f"{people:,} people, {people // 5:,} devices, {theirs['edges']:,} usage rows in one "
        "component. All find the same cost to the cent. Seatwise builds the instance from people "
        "and devices and writes the proof down within its time, and the checker needs "
        f"{mine['verify_ms'] / 1000:.2f} s more. The maximum flow alone is that of the same instance "
        "from lists of people, devices and usage rows; it is timed within the whole run, whose "
        "memory is shown. Of OR-tools only `solve()` is timed, adding the arcs takes "
        f"{theirs['build']:.2f} s beside it."
    )
    return "(d) Decide about devices", text, table(contenders) + "\n\n" + table([little, highs])


def part_e(run):
    users = run.size(1_000_000)
    folder = run.made("e", "--tenants", 300, "--users", users)
    out, clear = run.out("e")
    contenders = [
        Contender("Seatwise: CSV in, workbooks and tables out", run.analyze(folder, out),
                  before=clear, times=max(1, run.times - 1)),
        Contender("polars and XlsxWriter: classify, one sheet of users a tenant",
                  run.peer("whole-polars-xlsxwriter", folder, run.work / "out-y"), times=1),
    ]
    compete(contenders, max(1, run.times - 1))
    timings = json.loads((out / "run.json").read_text())["timings"]
    stages = ", ".join(f"{s['name']} {s['ms'] / 1000:.1f} s" for s in timings["stages"])
    text = (f"300 tenants, {users:,} accounts, devices and owned seats ({size_of(folder) / 1e6:,.0f} "
            f"MB). Stages, summed over {timings['threads']} threads: {stages}.")
    return "(e) The whole run", text, table(contenders)


def part_f(run):
    lines = ["| tenants | seconds | peak memory |", "|---|---|---|"]
    peaks = []
    for tenants in (30, 300, 3_000):
        tenants = run.size(tenants) if run.scale > 1 else tenants
        folder = run.made(f"f{tenants}", "--tenants", tenants, "--users", tenants * 400, "--even")
        out, clear = run.out("f")
        clear()
        seconds, peak, _ = once(run.analyze(folder, out))
        peaks.append(peak)
        lines.append(f"| {tenants:,} | {seconds:.1f} | {peak / 1e6:,.0f} MB |")
    lines = "\n".join(lines)
    return ("(f) Memory and the number of tenants",
            f"Tenants of 400 accounts each. Most to least: {max(peaks) / min(peaks):.2f}.", lines)


def part_g(run):
    lines = ["| role assignments | seconds | microseconds a row |", "|---|---|---|"]
    for users in (16_700, 167_000, 2_000_000):
        users = run.size(users)
        folder = run.made(f"g{users}", "--tenants", max(1, users // 6_700), "--users", users,
                          "--at-devices", 0, "--no-stock", "--even")
        rows = sum(1 for path in folder.glob("*/role_assignments.csv") for _ in open(path, "rb"))
        out, clear = run.out("g")
        times = []
        for _ in range(run.times):
            clear()
            times.append(once(run.analyze(folder, out, "--format", "parquet"))[0])
        seconds = statistics.median(times)
        lines.append(f"| {rows:,} | {seconds:.2f} | {seconds / rows * 1e6:.2f} |")
    return ("(g) Growth", "Tenants of one size, more and more of them; time per row should be flat.",
            "\n".join(lines))


KERNELS = [
    "cover: 1,000 requirements of 4 clauses",
    "cut: 10,000 people in one component",
    "verify: 10,000 people in one component",
    "classify: 10,000 people with 6 of 200 roles",
    "intake: CSV of 10,000 users",
    "intake: CSV of 10,000 assignments",
    "intake: workbook of 10,000 users",
]


def part_h(run):
    if not shutil.which("valgrind"):
        return "(h) Instructions", "valgrind is not installed.", ""

    def counted(kernel, times):
        env = {**os.environ, "SEATWISE_BENCH_COUNT": kernel, "SEATWISE_BENCH_TIMES": str(times),
               "RAYON_NUM_THREADS": "1"}
        ran = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", run.bench, "--bench",
             "counted"], env=env, capture_output=True, text=True, check=True)
        line = next(line for line in ran.stderr.splitlines() if "Collected" in line)
        return int(line.split(":")[1].split()[0])

    lines = ["| kernel | M instructions |", "|---|---|"]
    for kernel in KERNELS:
        print(f"  {kernel} ...", flush=True)
        lines.append(f"| {kernel} | {(counted(kernel, 2) - counted(kernel, 1)) / 1e6:,.1f} |")
    return ("(h) Instructions",
            "Counted by callgrind on one thread: the second run of a kernel, all else taken off.",
            "\n".join(lines))


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def versions(run):
    out = subprocess.run([sys.executable, PEERS, "versions"], capture_output=True, text=True)
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.strip()
    own = subprocess.run([run.seatwise, "--version"], capture_output=True, text=True).stdout.strip()
    return f"{own}, {rust}, Python {platform.python_version()}, {out.stdout.strip()}"


PARTS = {"a": part_a, "b": part_b, "c": part_c, "d": part_d, "e": part_e, "f": part_f, "g": part_g,
         "h": part_h}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--scale", type=int, default=1, help="divide all sizes by this")
    parser.add_argument("--times", type=int, default=3, help="turns of each contender")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, as a,b,d")
    parser.add_argument("--write", action="store_true",
                        help="write these parts to RESULTS.md although their sizes are smaller")
    arguments = parser.parse_args()
    run = Run(arguments)
    write = run.scale == 1 or arguments.write
    kept = run.work / ("parts-1.json" if write else f"parts-{run.scale}.json")
    parts = json.loads(kept.read_text()) if kept.exists() else {}
    for name in arguments.only.split(","):
        print(f"({name})", flush=True)
        title, text, figures = PARTS[name](run)
        if run.scale > 1:
            text += f" Sizes are those of the full run divided by {run.scale}."
        parts[name] = title, text, figures
        kept.write_text(json.dumps(parts))
    run.tidy()
    if not write:
        for name in arguments.only.split(","):
            print("\n".join(parts[name]))
        return
    text = (
        "# Results\n\nWritten by `benches/compare/run`; do not edit. Wall time of whole processes "
        "unless said otherwise, median of several turns in which all contenders take part one "
        "after the other. Absolute times say more about the machine than about the programs; "
        f"read the ratios.\n\nMachine: {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}. {versions(run)}.\n"
    )
    for name in sorted(parts):
        title, about, figures = parts[name]
        text += f"\n## {title}\n\n{about}\n\n{figures}\n"
    notes = HERE / "notes.md"
    if notes.exists():
        text += "\n" + notes.read_text()
    (ROOT / "benches" / "RESULTS.md").write_text(text)


if __name__ == "__main__":
    main()
